import { realpathSync, statSync } from "node:fs";
import path from "node:path";

/** A plugin on this machine. */
export interface PluginPlace {
  /** Of the file or the directory, without links. */
  readonly path: string;
  readonly kind: "file" | "package";
}

/**
 * Which entries of a plugin's directory it sees by their names. A server has a directory for plugins alone; here it
 * may be where anything lies: docs/guides/testing-plugins.md, "Try a plugin once".
 */
export function shownBeside(
  plugin: PluginPlace,
  packages: string | undefined,
  home: string,
): (name: string) => boolean {
  const directory = path.dirname(plugin.path);
  const own = new Set([path.basename(plugin.path)]);
  if (packages !== undefined && isInside(directory, packages)) {
    own.add(path.relative(directory, packages).split(path.sep, 1)[0]!);
  }
  // In a home directory, and above it, what lies beside the plugin has nothing to do with it.
  if (isInside(directory, realPath(home))) return (name) => own.has(name);
  return (name) =>
    own.has(name) ||
    (!name.startsWith(".") && (plugin.kind === "file" || isFile(path.join(directory, name))));
}

function isInside(directory: string, place: string): boolean {
  const relative = path.relative(directory, place);
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
