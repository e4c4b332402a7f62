import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { DirectoryError, ensureDirectory, nodeFileSystem } from "../../object-store/index.ts";
import { PluginFileError } from "./file-error.ts";
import { MAX_FILE_BYTES } from "./read-text.ts";

/** Puts a text in a file's place at once: a reader and a power cut find the old text or the new one. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await ensureDirectory(nodeFileSystem, directory);
    await writeNewFile(temporary, text);
    await nodeFileSystem.rename(temporary, path);
    await nodeFileSystem.syncDirectory(directory);
  } catch (error) {
    await nodeFileSystem.unlink(temporary).catch(() => {});
    throw unwritable(path, error);
  }
}

/** Fails when the file is there. */
export async function writeNewFile(path: string, text: string): Promise<void> {
  const file = await nodeFileSystem.create(path);
  try {
    await file.write(new TextEncoder().encode(text));
    await file.sync();
  } finally {
    await file.close();
  }
}

export function checkSize(name: string, text: string): void {
  if (Buffer.byteLength(text) <= MAX_FILE_BYTES) return;
  throw new PluginFileError(`the file '${name}' is larger than ${MAX_FILE_BYTES} bytes`);
}

export function unwritable(path: string, error: unknown): PluginFileError {
  if (error instanceof PluginFileError) return error;
  const reason =
    error instanceof DirectoryError ? error.reason : error instanceof Error ? error.message : String(error);
  return new PluginFileError(`writing ${path}: ${reason}`);
}
