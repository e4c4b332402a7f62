import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export type Env = Record<string, string | undefined>;

/** A `.env` file that cannot be read or understood. */
export class DotenvError extends Error {
  override name = "DotenvError";
}

/** The `.env` file of a directory or of the nearest directory above it. */
function findFile(directory: string): string | undefined {
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    const file = path.join(current, ".env");
    if (existsSync(file)) return file;
    if (path.dirname(current) === current) return undefined;
  }
}

const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

function substitute(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(
    /\\(.)|\$\{(\w+)\}|\$(\w+)/gs,
    (_, escaped?: string, braced?: string, plain?: string) =>
      escaped === undefined ? (lookup(braced ?? plain ?? "") ?? "") : (ESCAPES[escaped] ?? escaped),
  );
}

function readValue(raw: string, lookup: (name: string) => string | undefined): string | undefined {
  const quoted = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)")\s*(?:#.*)?$/s.exec(raw);
  if (quoted !== null) return quoted[1] ?? substitute(quoted[2] ?? "", lookup);
  if (/^['"]/.test(raw)) return undefined;
  return substitute(raw.replace(/(^|\s+)#.*$/, "").trim(), lookup);
}

export function parseDotenv(text: string, env: Env): Env {
  const found: Env = {};
  const lookup = (name: string) => env[name] ?? found[name];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*)$/.exec(line);
    const value = match === null ? undefined : readValue(match[2]!.trim(), lookup);
    if (match === null || value === undefined) {
      throw new DotenvError(`line ${index + 1} is not of the form NAME=value: ${line.trim()}`);
    }
    found[match[1]!] ??= value;
  }
  return found;
}

/** The environment with what a `.env` file adds; variables that are already set win. */
export function withDotenv(env: Env, directory: string): Env {
  const file = findFile(directory);
  if (file === undefined) return env;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new DotenvError(`${file}: ${(error as Error).message}`);
  }
  return { ...parseDotenv(text, env), ...env };
}
