import path from "node:path";
import { systemReason } from "../foundation/index.ts";
import { errorCode, type FileSystem } from "./file-system.ts";

/** A directory that is not there and cannot be made. */
export class DirectoryError extends Error {
  override name = "DirectoryError";
  /** As given by node:fs. */
  readonly code: string | undefined;
  /** What is wrong, without the name of the directory that was asked for. */
  readonly reason: string;

  constructor(directory: string, failedAt: string, reason: string, cause: unknown) {
    const full = failedAt === directory ? reason : `${reason} (at "${failedAt}")`;
    super(`cannot create the directory "${directory}": ${full}`, { cause });
    this.code = errorCode(cause);
    this.reason = full;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Creates a directory and what is missing above it, so that they survive a power cut. `lasting` are known to. */
export async function ensureDirectory(
  fs: FileSystem,
  directory: string,
  lasting: ReadonlySet<string> = NONE,
): Promise<void> {
  const missing: string[] = [];
  // Upwards to the first directory that is there or can be made …
  let place = directory;
  for (; !(await makeOrFind(fs, directory, place)); place = path.dirname(place)) missing.push(place);
  await keepFound(fs, place, lasting);
  // … and down again. One attempt each: a place may be impossible for ever, as below /proc.
  for (const below of missing.reverse()) {
    const parent = path.dirname(below);
    if (!(await makeOrFind(fs, directory, below))) {
      throw new DirectoryError(
        directory,
        below,
        `the system allows no new directory in "${parent}"`,
        undefined,
      );
    }
    await fs.syncDirectory(parent);
  }
}

/**
 * Syncs the name of a directory, new or found, and that of the one it is in: a process that was killed may have made
 * either and not have made it last. Those above were synced before anything was made in them.
 */
async function keepFound(fs: FileSystem, place: string, lasting: ReadonlySet<string>): Promise<void> {
  for (const found of [path.dirname(place), place]) {
    const parent = path.dirname(found);
    if (lasting.has(found) || parent === found) continue;
    try {
      await fs.syncDirectory(parent);
    } catch (error) {
      // A directory that this user may not even read is not one that a server of this user made something in.
      if (errorCode(error) !== "EACCES" && errorCode(error) !== "EPERM") throw error;
    }
  }
}

/** True when the directory is there now, false when the one above it is missing. */
async function makeOrFind(fs: FileSystem, wanted: string, place: string): Promise<boolean> {
  try {
    await fs.makeDirectory(place);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST" || code === "EISDIR") {
      await refuseOthers(fs, wanted, place);
      return true;
    }
    if (code === "ENOENT" && path.dirname(place) !== place) return false;
    throw new DirectoryError(wanted, place, systemReason(error), error);
  }
  return true;
}

/** The name is taken: by a directory, or by something that no directory can be made in. */
async function refuseOthers(fs: FileSystem, wanted: string, place: string): Promise<void> {
  try {
    if ((await fs.stat(place)).isDirectory) return;
  } catch (error) {
    const reason =
      errorCode(error) === "ENOENT"
        ? "a symbolic link of that name leads to a place that does not exist"
        : systemReason(error);
    throw new DirectoryError(wanted, place, reason, error);
  }
  throw new DirectoryError(wanted, place, "a file of that name is there already", undefined);
}
