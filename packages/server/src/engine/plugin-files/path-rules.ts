import { lstat, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { PluginFileError } from "./file-error.ts";

/** Drive letters, UNC shares and NUL bytes are refused on every platform: a plugin name means the same everywhere. */
const ROOT_OR_DRIVE = /^(?:[/\\]|[A-Za-z]:)/;

export function traversal(name: string): PluginFileError {
  return new PluginFileError(
    `Path traversal detected: plugin filename '${name}' attempts to access files outside the plugin directory`,
  );
}

/** Whether a name could lead out of the place that it is relative to, by how it is written. */
export function leadsOut(name: string): boolean {
  return ROOT_OR_DRIVE.test(name) || name.split(/[/\\]/).includes("..") || name.includes("\0");
}

/**
 * The path of a plugin name inside the plugin directory. Nothing outside can be named: not by `..`, not by a root,
 * and not through a symbolic link on the way. Stated in docs/reference/triggers.md, "Plugin files".
 */
export async function resolveInside(directory: string, name: string): Promise<string> {
  return (await placeInside(directory, name)).path;
}

export interface Place {
  /** As it was named. */
  readonly path: string;
  /** Every link followed, as far as it exists. */
  readonly real: string;
  /** The same of the directory that it lies in. */
  readonly realDirectory: string;
}

export async function placeInside(directory: string, name: string): Promise<Place> {
  if (leadsOut(name)) throw traversal(name);
  const path = resolve(directory, name);
  const existing = await deepestExisting(path);
  const [realDirectory, realExisting] = await Promise.all([
    realpath(directory),
    realpath(existing).catch(() => undefined),
  ]);
  // A link that leads nowhere cannot be judged, so it is refused like one that leads out.
  if (realExisting === undefined || !isInside(realDirectory, realExisting)) throw traversal(name);
  return { path, real: join(realExisting, relative(existing, path)), realDirectory };
}

export function isInside(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

async function deepestExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (found !== undefined || dirname(at) === at) return at;
  }
}
