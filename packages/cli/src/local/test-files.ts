import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { readTestFile, type TestFile } from "@millrace/plugin-runtime";
import { NotRunError } from "./local-error.ts";
import { locatePlugin, type PluginSource } from "./plugin-source.ts";

const TEST_FILE = /\.test\.ya?ml$/;

/** The test files that a path stands for: itself, its plugin's, or all below it. */
export function findTestFiles(given: string, cwd: string): string[] {
  const full = path.resolve(cwd, given);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats === undefined) throw new NotRunError(`no such file or directory: ${full}`);
  if (stats.isFile() && TEST_FILE.test(full)) return [full];
  const beside = testFileOf(full);
  const found = [...(beside === undefined ? [] : [beside]), ...(stats.isDirectory() ? below(full) : [])];
  if (found.length > 0) return found;
  throw new NotRunError(`no test cases at ${full}`, "cases lie beside a plugin, in <plugin>.test.yaml");
}

function testFileOf(plugin: string): string | undefined {
  const base = plugin.replace(/\.py$/, "");
  return [`${base}.test.yaml`, `${base}.test.yml`].find((file) => isFile(file));
}

function below(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = path.join(directory, entry.name);
    if (entry.isDirectory()) return /^\.|^node_modules$|^__pycache__$/.test(entry.name) ? [] : below(inner);
    return entry.isFile() && TEST_FILE.test(entry.name) ? [inner] : [];
  });
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

export interface LoadedTestFile {
  readonly path: string;
  readonly tests: TestFile;
  readonly plugin: PluginSource;
}

/** Reads a test file and finds the plugin that it is about. `name` is what messages call it. */
export function loadTestFile(file: string, name: string): LoadedTestFile {
  const tests = readTestFile(readFileSync(file, "utf8"), name);
  return { path: file, tests, plugin: locatePlugin(pluginOf(file, tests), path.dirname(file)) };
}

function pluginOf(file: string, tests: TestFile): string {
  if (tests.file.plugin !== undefined) return tests.file.plugin;
  const base = file.replace(TEST_FILE, "");
  return isFile(`${base}.py`) ? `${base}.py` : base;
}
