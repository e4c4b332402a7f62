import { readdir } from "node:fs/promises";
import path from "node:path";
import { isFile } from "./read-files.ts";

export interface FoundFiles {
  readonly pythonFiles: readonly string[];
  readonly testFiles: readonly string[];
  /** There is more than what was looked at. */
  readonly isIncomplete: boolean;
}

const TEST_FILE = /\.test\.ya?ml$/;
/** More than any collection of plugins has. */
const FILES_MAX = 5000;
const DIRECTORIES_MAX = 5000;
const SKIPPED = /^(?:\..*|node_modules|__pycache__|site-packages)$/;

export function isTestFile(file: string): boolean {
  return TEST_FILE.test(file);
}

/** The test files of a plugin: `<plugin>.test.yaml` beside its file or directory. */
export async function testFilesBeside(plugin: string): Promise<string[]> {
  const base = plugin.replace(/\.py$/, "");
  const named = [`${base}.test.yaml`, `${base}.test.yml`];
  const found = await Promise.all(named.map(isFile));
  return named.filter((_, i) => found[i]);
}

/** Python and test files below folders, without those of environments and packages. */
export async function findFiles(folders: readonly string[]): Promise<FoundFiles> {
  const pythonFiles: string[] = [];
  const testFiles: string[] = [];
  const waiting = [...folders];
  let directories = 0;
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (++directories > DIRECTORIES_MAX || pythonFiles.length >= FILES_MAX) {
      return { pythonFiles, testFiles, isIncomplete: true };
    }
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    // A virtual environment, whatever it is called.
    if (entries.some(({ name }) => name === "pyvenv.cfg")) continue;
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name)) waiting.push(full);
      } else if (entry.name.endsWith(".py")) pythonFiles.push(full);
      else if (isTestFile(entry.name)) testFiles.push(full);
    }
  }
  return { pythonFiles, testFiles, isIncomplete: false };
}
