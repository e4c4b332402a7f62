import { isRecord, readArguments } from "./read-arguments.ts";
import {
  ENTRY_POINTS,
  METADATA_KINDS,
  type MetadataKind,
  type MetadataProblem,
  type ReadMetadata,
} from "./types.ts";

/** The raw text between the quotes counts: published plugins hold escapes that are JSON only before Python reads them. */
const DOCSTRINGS = [/"""\s*(\{[\s\S]*?\})\s*"""/d, /'''\s*(\{[\s\S]*?\})\s*'''/d];

/** Lists that some plugins have and no trigger takes arguments from. */
const OTHER_KEYS = ["http_body_config", "http_headers_config"];
const KNOWN_KEYS = new Set(["plugin_type", ...OTHER_KEYS, ...METADATA_KINDS.map(argumentsKey)]);

/** Reads and checks the metadata in a plugin's docstring: docs/guides/plugins.md, "Describe a plugin". */
export function readPluginMetadata(source: string): ReadMetadata {
  const [start, end] = locate(source) ?? [];
  if (start === undefined || end === undefined) {
    return { metadata: undefined, range: undefined, problems: [] };
  }
  const range = { start, end };
  const problems: MetadataProblem[] = [];
  let value: unknown;
  try {
    value = JSON.parse(source.slice(start, end));
  } catch (error) {
    const message = `the plugin's description is not JSON: ${error instanceof Error ? error.message : error}`;
    return { metadata: undefined, range, problems: [{ severity: "error", message }] };
  }
  const described = isRecord(value) ? value : {};
  const kinds = readKinds(described["plugin_type"], problems);
  checkFunctions(kinds, source, problems);
  for (const key of Object.keys(described).filter((it) => !KNOWN_KEYS.has(it))) {
    problems.push({ severity: "hint", message: `the plugin's description has an unknown key '${key}'` });
  }
  const argumentsOf = (kind: MetadataKind) =>
    readArguments(argumentsKey(kind), described[argumentsKey(kind)], problems);
  const args = {
    scheduled: argumentsOf("scheduled"),
    onwrite: argumentsOf("onwrite"),
    http: argumentsOf("http"),
  };
  return { metadata: { kinds, arguments: args }, range, problems };
}

function argumentsKey(kind: MetadataKind): string {
  return `${kind}_args_config`;
}

function locate(source: string): readonly [number, number] | undefined {
  for (const form of DOCSTRINGS) {
    const range = form.exec(source)?.indices?.[1];
    if (range !== undefined) return range;
  }
  return undefined;
}

function readKinds(value: unknown, problems: MetadataProblem[]): MetadataKind[] {
  const given = Array.isArray(value) ? value : [];
  const kinds = METADATA_KINDS.filter((kind) => given.includes(kind));
  for (const unknown of given.filter((kind) => !kinds.includes(kind))) {
    const message = `'plugin_type' has an unknown kind ${JSON.stringify(unknown)}, use ${METADATA_KINDS.join(", ")}`;
    problems.push({ severity: "error", message });
  }
  if (given.length === 0) {
    const message = `'plugin_type' must list what runs the plugin: ${METADATA_KINDS.join(", ")}`;
    problems.push({ severity: "error", message });
  }
  return kinds;
}

function checkFunctions(kinds: readonly MetadataKind[], source: string, problems: MetadataProblem[]): void {
  for (const kind of METADATA_KINDS) {
    const name = ENTRY_POINTS[kind];
    // Imported and assigned names count, as in packages.
    const isThere = new RegExp(
      `^[ \\t]*(?:async[ \\t]+)?def[ \\t]+${name}\\b|\\bimport\\b.*\\b${name}\\b|^${name}[ \\t]*=`,
      "m",
    ).test(source);
    if (isThere === kinds.includes(kind)) continue;
    const message = isThere
      ? `the plugin defines ${name}, but 'plugin_type' does not list '${kind}'`
      : `'plugin_type' lists '${kind}', but the plugin does not define ${name}`;
    problems.push({ severity: "error", message });
  }
}
