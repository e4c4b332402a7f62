import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ENTRY_POINTS } from "@millrace/api";
import { PluginDocument } from "../plugin-document/index.ts";

/** A plugin of several files: a directory whose `__init__.py` has an entry point. */
export interface PluginPackage {
  readonly directory: string;
  /** From where its own name can be imported. */
  readonly importRoot: string;
  /** All its modules, as paths. */
  readonly modules: readonly string[];
}

const INIT = "__init__.py";
/** More than any plugin has; a virtual environment may lie inside of one. */
const MODULES_MAX = 300;
const MODULE_MAX_BYTES = 1024 * 1024;
const DEPTH_MAX = 8;
const ENTRY_POINT_NAMES: ReadonlySet<string> = new Set(Object.values(ENTRY_POINTS));

/** The plugin that a file belongs to; undefined when it stands alone. */
export async function findPackage(file: string): Promise<PluginPackage | undefined> {
  let directory: string | undefined;
  for (let at = path.dirname(file); await isFile(path.join(at, INIT)); at = path.dirname(at)) {
    directory = at;
    if (path.dirname(at) === at) break;
  }
  if (directory === undefined) return undefined;
  const init = path.join(directory, INIT);
  const text = await readModule(init);
  if (text === undefined || !hasEntryPoint(PluginDocument.parse(pathToFileURL(init).href, 0, text))) {
    return undefined;
  }
  const modules: string[] = [];
  await collect(directory, 0, modules);
  return { directory, importRoot: path.dirname(directory), modules };
}

/** The text of a module; undefined when it cannot be read or is too large to be one. */
export async function readModule(file: string): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    return size > MODULE_MAX_BYTES ? undefined : await readFile(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Defined there, or imported from one of its modules. */
function hasEntryPoint(init: PluginDocument): boolean {
  if (init.looksLikePlugin) return true;
  return init.imports.some(({ names }) => names?.some((it) => ENTRY_POINT_NAMES.has(it.boundName)) ?? false);
}

async function collect(directory: string, depth: number, modules: string[]): Promise<void> {
  if (depth > DEPTH_MAX) return;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (modules.length >= MODULES_MAX) return;
    const at = path.join(directory, entry.name);
    if (entry.isFile() && entry.name.endsWith(".py")) modules.push(at);
    else if (entry.isDirectory() && isPackageName(entry.name)) await collect(at, depth + 1, modules);
  }
}

function isPackageName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && name !== "__pycache__";
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
