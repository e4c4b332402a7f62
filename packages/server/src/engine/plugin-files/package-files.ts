import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { PluginFileError } from "./file-error.ts";
import { stampOf } from "./read-text.ts";

/** Looked at before each run, so their number has a bound. */
const MAX_FILES = 2_000;
const MAX_DIRECTORIES = 2_000;
const MAX_DEPTH = 32;

export interface PackageFile {
  /** Relative to the package, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  readonly stamp: string;
}

/** The `.py` files of a package by name, without `__pycache__` and without what symbolic links lead to. */
export async function packageFiles(directory: string): Promise<PackageFile[]> {
  const walk: Walk = { directory, names: [], directoriesLeft: MAX_DIRECTORIES };
  await collect(walk, "", 0);
  const files = await Promise.all(walk.names.sort().map((name) => describe(directory, name)));
  return files.filter((file) => file !== undefined);
}

/** Differs when any of the files was changed, added or removed. */
export function packageStamp(files: readonly PackageFile[]): string {
  const hash = createHash("sha256");
  for (const { name, stamp } of files) hash.update(`${name}\0${stamp}\0`);
  return hash.digest("hex").slice(0, 32);
}

interface Walk {
  readonly directory: string;
  readonly names: string[];
  directoriesLeft: number;
}

async function collect(walk: Walk, below: string, depth: number): Promise<void> {
  const { directory, names } = walk;
  if (walk.directoriesLeft-- <= 0) {
    throw new PluginFileError(`the plugin ${directory} has more than ${MAX_DIRECTORIES} directories`);
  }
  if (depth > MAX_DEPTH) {
    throw new PluginFileError(`the plugin ${directory} has more than ${MAX_DEPTH} levels of directories`);
  }
  for (const entry of await entriesOf(join(directory, below))) {
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "__pycache__") {
      await collect(walk, name, depth + 1);
    } else if (entry.isFile() && entry.name.endsWith(".py")) {
      if (names.push(name) > MAX_FILES) {
        throw new PluginFileError(`the plugin ${directory} has more than ${MAX_FILES} Python files`);
      }
    }
  }
}

/** A directory that was removed meanwhile has no files. */
async function entriesOf(directory: string): Promise<Dirent[]> {
  return await readdir(directory, { withFileTypes: true }).catch(() => []);
}

async function describe(directory: string, name: string): Promise<PackageFile | undefined> {
  const path = join(directory, name);
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (stats === undefined) return undefined;
  return {
    name,
    path,
    sizeBytes: Number(stats.size),
    lastModifiedMs: Number(stats.mtimeNs / 1_000_000n),
    stamp: stampOf(stats),
  };
}
