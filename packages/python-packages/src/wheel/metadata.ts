import { PackageError } from "../foundation/index.ts";
import { normalizeName, parseRequirement, type Requirement } from "../requirements/index.ts";
import { parseVersion, Specifiers, type Version } from "../versions/index.ts";

/** What the resolver needs to know of a package: its METADATA file. */
export interface Metadata {
  /** Normalized. */
  readonly name: string;
  readonly version: Version;
  readonly requires: readonly Requirement[];
  /** Undefined: every Python. */
  readonly requiresPython: Specifiers | undefined;
  /** Normalized. */
  readonly extras: ReadonlySet<string>;
}

/** Reads METADATA; `label` names the file in errors. */
export function parseMetadata(text: string, label: string): Metadata {
  const headers = readHeaders(text);
  const bad = (why: string): PackageError =>
    new PackageError("wheel", `the metadata of ${label} cannot be used: ${why}`);
  const name = headers.get("name")?.[0];
  const version = parseVersion(headers.get("version")?.[0] ?? "");
  if (name === undefined || version === undefined) throw bad("they name no package and version");
  const requiresPython = headers.get("requires-python")?.[0];
  try {
    return {
      name: normalizeName(name),
      version,
      requires: (headers.get("requires-dist") ?? []).map(parseRequirement),
      // Old packages have conditions that nobody can read, and pip does without them as well.
      requiresPython: requiresPython === undefined ? undefined : Specifiers.parse(requiresPython),
      extras: new Set((headers.get("provides-extra") ?? []).map(normalizeName)),
    };
  } catch (error) {
    throw bad((error as Error).message);
  }
}

/** The header lines of a file like METADATA or WHEEL, by lower-case name; what is behind the first empty line is text. */
export function readHeaders(text: string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === "") break;
    const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      if (/^\s/.test(line) && last !== undefined) last.push(`${last.pop()} ${line.trim()}`);
      continue;
    }
    const key = name.toLowerCase();
    last = headers.get(key) ?? [];
    headers.set(key, last);
    last.push(value!.trim());
  }
  return headers;
}
