import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { CommandError } from "./action.ts";
import { osErrorText } from "./os-error.ts";

/** A plugin on this machine: one file, or the Python files of a package by their path in it. */
export type LocalPlugin =
  | { kind: "file"; name: string; content: string }
  | { kind: "package"; name: string; files: { path: string; content: string }[] };

/** What commands say in words of their own. */
export interface LocalPluginTexts {
  readonly missing: string;
  /** For a directory without any Python file; without it, that is a package without `__init__.py`. */
  readonly empty?: string;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`io error: ${osErrorText(error)}: ${file}`);
  }
}

/** Every Python file below a directory, by its path in it; links are not followed. */
function pythonFiles(directory: string, prefix = ""): string[] {
  const found: string[] = [];
  const entries = readdirSync(path.join(directory, prefix), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const relative = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== "__pycache__") found.push(...pythonFiles(directory, relative));
    else if (entry.isFile() && entry.name.endsWith(".py")) found.push(relative);
  }
  return found;
}

export function readLocalPlugin(given: string, cwd: string, texts: LocalPluginTexts): LocalPlugin {
  const local = path.resolve(cwd, given);
  let stats: Stats;
  try {
    stats = statSync(local);
  } catch {
    throw new CommandError(`${texts.missing}: ${given}`);
  }
  const name = path.basename(local);
  if (stats.isFile()) return { kind: "file", name, content: read(local) };
  if (!stats.isDirectory()) throw new CommandError(`Invalid path: ${given}`);
  const files = pythonFiles(local);
  if (files.length === 0 && texts.empty !== undefined) throw new CommandError(texts.empty);
  if (!files.includes("__init__.py")) {
    throw new CommandError(`Multi-file plugin directory must contain __init__.py: ${given}`);
  }
  return {
    kind: "package",
    name,
    files: files.map((file) => ({ path: file, content: read(path.join(local, file)) })),
  };
}
