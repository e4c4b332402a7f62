import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ensureDirectory, errorCode, nodeFileSystem } from "../../object-store/index.ts";
import { PluginFileError } from "./file-error.ts";
import { leadsOut, traversal } from "./path-rules.ts";
import { checkSize, unwritable, writeNewFile } from "./write-file.ts";

export interface PackageUpload {
  readonly relative_path: string;
  readonly content: string;
}

const MAX_FILES = 2_000;

/** Throws PluginFileError for files that make no package. */
export function checkPackage(directory: string, files: readonly PackageUpload[]): void {
  if (files.length > MAX_FILES) {
    throw new PluginFileError(`a plugin has at most ${MAX_FILES} files, and these are ${files.length}`);
  }
  const places = new Set<string>();
  for (const { relative_path: name, content } of files) {
    if (leadsOut(name)) throw traversal(name);
    checkSize(name, content);
    const place = join(name);
    if (place === "." || /[/\\]$/.test(place)) throw new PluginFileError(`'${name}' does not name a file`);
    if (places.has(place)) throw new PluginFileError(`the file '${name}' is sent twice`);
    places.add(place);
  }
  if (places.has("__init__.py")) return;
  throw new PluginFileError(`Multi-file plugin directory must contain __init__.py: ${directory}`);
}

/**
 * Puts a new directory in the place of a package; a failure leaves the old one. Between the two renames there is
 * none: what a crash leaves then is put back at the next start (`recoverDirectory`).
 */
export async function replaceDirectory(directory: string, files: readonly PackageUpload[]): Promise<void> {
  const fresh = beside(directory, "new");
  const old = beside(directory, "old");
  try {
    await remove(fresh);
    for (const { relative_path: name, content } of files) {
      const path = join(fresh, name);
      await ensureDirectory(nodeFileSystem, dirname(path));
      await writeNewFile(path, content);
    }
    await remove(old);
    await setAside(directory, old);
    await rename(fresh, directory).catch(async (error: unknown) => {
      await rename(old, directory).catch(() => {});
      throw error;
    });
    await nodeFileSystem.syncDirectory(dirname(directory));
    await remove(old);
  } catch (error) {
    await remove(fresh).catch(() => {});
    throw unwritable(directory, error);
  }
}

/** Puts back what was set aside when nothing came in its place. */
export async function recoverDirectory(directory: string): Promise<void> {
  await rename(beside(directory, "old"), directory).catch(() => {});
}

/** Names that nobody gives to plugins or to copies of them: whatever is there may be removed. */
function beside(directory: string, what: "new" | "old"): string {
  return join(dirname(directory), `.${basename(directory)}.replacement-${what}`);
}

async function setAside(directory: string, old: string): Promise<void> {
  try {
    await rename(directory, old);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
