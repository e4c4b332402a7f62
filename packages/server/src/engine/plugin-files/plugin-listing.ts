import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PluginContent, PluginEntry } from "@millrace/api";
import { ServerError } from "../../foundation/index.ts";
import { PluginFileError, toRun } from "./file-error.ts";
import { type PackageFile, packageFiles } from "./package-files.ts";
import { type PluginDirectory, plain, requireInit } from "./plugin-directory.ts";
import { readText } from "./read-text.ts";

type FoundPlugin = Omit<PluginEntry, "triggers">;

/** Far more than a directory of plugins holds; a directory of data named by mistake is not read to its end. */
const MAX_LOOKS = 20_000;
const MAX_DEPTH = 16;
/** Of all files of a package that is read as a whole. */
const MAX_CONTENT_BYTES = 64 * 1024 * 1024;

/** What a walk has found, and how much it may still look at. */
interface Walk {
  readonly directory: PluginDirectory;
  readonly root: string;
  readonly found: FoundPlugin[];
  looksLeft: number;
}

/** The plugins in a directory, by path: files, and packages as one entry each. Hidden names and links are left out. */
export async function listPlugins(directory: PluginDirectory): Promise<FoundPlugin[]> {
  if (directory.directory === undefined) return [];
  const root = await realpath(directory.directory).catch(() => undefined);
  if (root === undefined) return [];
  const walk: Walk = { directory, root, found: [], looksLeft: MAX_LOOKS };
  await collect(walk, "", 0);
  return walk.found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The text of a file of the plugin directory, or of all Python files of a package. */
export async function readPlugin(directory: PluginDirectory, name: string): Promise<PluginContent> {
  return await toRun(async () => {
    const path = await directory.resolve(plain(name));
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) throw new ServerError("resource_not_found", { name });
    if (!stats.isDirectory()) {
      const file = await content(path, plain(name));
      return { path: plain(name), kind: "file", files: [file] };
    }
    await requireInit(path);
    const files = await packageFiles(path);
    if (sizeOf(files) > MAX_CONTENT_BYTES) {
      throw new PluginFileError(`the files of ${path} are larger than ${MAX_CONTENT_BYTES} bytes together`);
    }
    return {
      path: plain(name),
      kind: "package",
      files: await Promise.all(files.map((file) => content(file.path, file.name))),
    };
  });
}

async function content(path: string, name: string): Promise<PluginContent["files"][number]> {
  const { text, sizeBytes, lastModifiedMs } = await readText(path);
  return { path: name, content: text, size_bytes: sizeBytes, last_modified_ms: lastModifiedMs };
}

async function collect(walk: Walk, below: string, depth: number): Promise<void> {
  const entries = await readdir(join(walk.root, below), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (walk.looksLeft-- <= 0) return;
    if (entry.name.startsWith(".") || entry.name === "__pycache__") continue;
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (walk.directory.isClosed(join(walk.root, path))) continue;
      if (await collectPackage(walk, path)) continue;
      if (depth < MAX_DEPTH) await collect(walk, path, depth + 1);
    } else if (entry.isFile() && entry.name.endsWith(".py")) {
      const stats = await stat(join(walk.root, path)).catch(() => undefined);
      if (stats === undefined) continue;
      const last_modified_ms = Math.floor(stats.mtimeMs);
      walk.found.push({ path, kind: "file", size_bytes: stats.size, last_modified_ms });
    }
  }
}

/** False when the directory is not a package. */
async function collectPackage({ root, found }: Walk, path: string): Promise<boolean> {
  const init = await stat(join(root, path, "__init__.py")).catch(() => undefined);
  if (init === undefined) return false;
  const files = await packageFiles(join(root, path)).catch(() => []);
  found.push({
    path,
    kind: "package",
    size_bytes: sizeOf(files),
    last_modified_ms: files.reduce((latest, file) => Math.max(latest, file.lastModifiedMs), 0),
  });
  return true;
}

function sizeOf(files: readonly PackageFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
