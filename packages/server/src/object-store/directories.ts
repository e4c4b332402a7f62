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

/** Creates a directory and what is missing above it, so that they survive a power cut. */
export async function ensureDirectory(fs: FileSystem, directory: string): Promise<void> {
  const missing: string[] = [];
  // Upwards to the first directory that is there or can be made …
  for (let place = directory; !(await makeOrFind(fs, directory, place)); place = path.dirname(place)) {
    missing.push(place);
  }
  // … and down again. One attempt each: a place may be impossible for ever, as below /proc.
  for (const place of missing.reverse()) {
    if (await makeOrFind(fs, directory, place)) continue;
    throw new DirectoryError(
      directory,
      place,
      `the system allows no new directory in "${path.dirname(place)}"`,
      undefined,
    );
  }
}

/** True when the directory is there now, false when the one above it is missing. */
async function makeOrFind(fs: FileSystem, wanted: string, place: string): Promise<boolean> {
  try {
    await fs.makeDirectory(place);
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST" || code === "EISDIR") return await refuseOthers(fs, wanted, place);
    if (code === "ENOENT" && path.dirname(place) !== place) return false;
    throw new DirectoryError(wanted, place, systemReason(error), error);
  }
  await fs.syncDirectory(path.dirname(place));
  return true;
}

/** The name is taken: by a directory, or by something that no directory can be made in. */
async function refuseOthers(fs: FileSystem, wanted: string, place: string): Promise<true> {
  try {
    if ((await fs.stat(place)).isDirectory) return true;
  } catch (error) {
    const reason =
      errorCode(error) === "ENOENT"
        ? "a symbolic link of that name leads to a place that does not exist"
        : systemReason(error);
    throw new DirectoryError(wanted, place, reason, error);
  }
  throw new DirectoryError(wanted, place, "a file of that name is there already", undefined);
}
