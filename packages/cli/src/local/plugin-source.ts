import { type BigIntStats, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { PluginCode } from "@millrace/plugin-runtime";
import { LocalError } from "./local-error.ts";

/** Far above any real plugin; keeps a mistaken name of a data file from being read into memory. */
const MAX_SOURCE_BYTES = 16 * 1024 * 1024;

/** A plugin on this machine: one file, or a directory with `__init__.py`. */
export interface PluginSource {
  /** Of the file or the directory, without links. */
  readonly path: string;
  readonly kind: "file" | "package";
}

export function locatePlugin(given: string, cwd: string): PluginSource {
  if (given.startsWith("gh:")) {
    throw new LocalError(`${given} is a plugin of a repository: with --local give a path on this machine`);
  }
  const full = path.resolve(cwd, given);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new LocalError(`plugin not found: ${full}`, "with --local the plugin is a path on this machine");
  }
  const real = realpathSync(full);
  if (stats.isFile()) return { path: real, kind: "file" };
  if (statSync(path.join(real, "__init__.py"), { throwIfNoEntry: false })?.isFile() !== true) {
    throw new LocalError(`Multi-file plugin directory must contain __init__.py: ${full}`);
  }
  return { path: real, kind: "package" };
}

/** The directory that the plugin would lie in on a server. */
export function pluginDirectory({ path: file }: PluginSource): string {
  return path.dirname(file);
}

/** A path as Python sees it: below a root of its own where the system has drives. */
export function pythonPath(hostPath: string): string {
  if (path.sep === "/") return hostPath;
  return `/${hostPath.replace(/^([A-Za-z]):/, "$1").replaceAll("\\", "/")}`;
}

/** The plugin as it is in its files now. */
export function readPlugin(source: PluginSource): PluginCode {
  const fileName = path.basename(source.path);
  if (source.kind === "file") return { fileName, source: readText(source.path) };
  return {
    fileName,
    source: readText(path.join(source.path, "__init__.py")),
    package: { directory: pythonPath(source.path), stamp: stampOf([source.path]) },
  };
}

function readText(file: string): string {
  const stats = statSync(file);
  if (stats.size > MAX_SOURCE_BYTES) {
    throw new LocalError(`${file} is larger than ${MAX_SOURCE_BYTES} bytes, which no plugin is`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch {
    throw new LocalError(`${file} is not valid UTF-8`);
  }
}

/** Differs whenever one of the files, or a Python file below one of the directories, changed. */
export function stampOf(paths: readonly string[]): string {
  return paths.map((one) => stampsBelow(one).join("\n")).join("\n");
}

function stampsBelow(file: string): string[] {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return [`${file} is absent`];
  if (!stats.isDirectory()) return [`${file} ${stamp(stats)}`];
  const entries = readdirSync(file, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = path.join(file, entry.name);
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : stampsBelow(inner);
    return entry.isFile() && /\.(py|ya?ml)$/.test(entry.name) ? stampsBelow(inner) : [];
  });
}

function isSkipped(directory: string): boolean {
  return directory.startsWith(".") || directory === "__pycache__" || directory === "node_modules";
}

/** Size and inode as well as time: two saves may fall into one tick of a coarse file system clock. */
function stamp({ mtimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs}:${size}:${ino}`;
}
