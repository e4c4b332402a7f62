import path from "node:path";
import { type EnvironmentFileSystem, nodeFileSystem } from "./file-system.ts";

/**
 * Whether a directory is a virtual environment of a Python on this machine: those name their Python, and what we
 * write for editors does not. Nothing is to be installed there: it belongs to somebody's shell.
 */
export async function isForeignEnvironment(
  directory: string,
  files: EnvironmentFileSystem = nodeFileSystem,
): Promise<boolean> {
  const bytes = await files.read(path.join(directory, "pyvenv.cfg")).catch(() => undefined);
  return bytes !== undefined && /^home\s*=/m.test(new TextDecoder().decode(bytes));
}
