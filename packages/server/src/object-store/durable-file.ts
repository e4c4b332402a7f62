import path from "node:path";
import { errorCode, type FileSystem } from "./file-system.ts";

/** Codes of file systems that cannot give a file a second name. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK"]);

/** A name begins like this while its file is not complete; whoever owns the directory may remove it. */
const TEMPORARY = ".tmp-";

export function isTemporary(name: string): boolean {
  return name.startsWith(TEMPORARY);
}

/** Writes a complete, synced file under a temporary name beside its target. */
async function writeTemporary(
  fs: FileSystem,
  target: string,
  bytes: Uint8Array,
  nonce: string,
): Promise<string> {
  const temporary = path.join(path.dirname(target), `${TEMPORARY}${path.basename(target)}-${nonce}`);
  const file = await fs.create(temporary);
  try {
    try {
      await file.write(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await removeQuietly(fs, temporary);
    throw error;
  }
  return temporary;
}

/** The file is the new one or the old one, at every moment and after every crash. */
export async function replaceFile(
  fs: FileSystem,
  target: string,
  bytes: Uint8Array,
  nonce: string,
): Promise<void> {
  const temporary = await writeTemporary(fs, target, bytes, nonce);
  try {
    await fs.rename(temporary, target);
  } catch (error) {
    await removeQuietly(fs, temporary);
    throw error;
  }
  await fs.syncDirectory(path.dirname(target));
}

/** The complete file appears under its name, unless that name is taken: then nothing changes and this is false. */
export async function createFile(
  fs: FileSystem,
  target: string,
  bytes: Uint8Array,
  nonce: string,
): Promise<boolean> {
  const temporary = await writeTemporary(fs, target, bytes, nonce);
  try {
    if (!(await linkOrMove(fs, temporary, target))) return false;
  } finally {
    await removeQuietly(fs, temporary);
  }
  try {
    await fs.syncDirectory(path.dirname(target));
  } catch (error) {
    // The caller is told that nothing was stored: keep to that as far as the disk allows.
    await removeQuietly(fs, target);
    throw error;
  }
  return true;
}

async function linkOrMove(fs: FileSystem, temporary: string, target: string): Promise<boolean> {
  try {
    await fs.link(temporary, target);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    if (!NO_LINKS.has(errorCode(error) ?? "")) throw error;
  }
  // Without links, look first and then move. Nobody comes in between: the lock of the node directory keeps other
  // processes out, and a process does not compete with itself for a key.
  if (await exists(fs, target)) return false;
  await fs.rename(temporary, target);
  return true;
}

export async function exists(fs: FileSystem, file: string): Promise<boolean> {
  try {
    await fs.stat(file);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

export async function removeQuietly(fs: FileSystem, file: string): Promise<void> {
  try {
    await fs.unlink(file);
  } catch {
    // Gone already, or left for the next start to remove.
  }
}
