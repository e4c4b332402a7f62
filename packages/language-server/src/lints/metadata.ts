import { ENTRY_POINTS, METADATA_KINDS, type MetadataKind, type MetadataProblem } from "@millrace/api";
import { nearest } from "../analysis/index.ts";
import { signatureOf } from "../api-table/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Span } from "../text/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { isDefinedHere } from "./own-names.ts";
import { mayHoldEntryPoints } from "./plugin-kind.ts";

const CODE = "plugin-metadata";
const KEYS = ["plugin_type", ...METADATA_KINDS.map((kind) => `${kind}_args_config`)];
const ARGUMENT_KEYS = ["name", "example", "description", "required"];
/** What the reader of descriptions says of functions; here the syntax tree knows better. */
const ABOUT_FUNCTIONS = /^the plugin defines |the plugin does not define /;

/** The description in the docstring, which tools read: docs/guides/plugins.md, "Describe a plugin". */
export const metadata: Lint = {
  name: CODE,
  find: (document, context) => {
    const { range, problems, metadata: read } = document.metadata;
    if (range === undefined || !isDescription(document, range)) return [];
    const json = { from: range.start, to: range.end };
    const found = problems
      .filter((problem) => !ABOUT_FUNCTIONS.test(problem.message))
      .map((problem) => describe(document, json, problem));
    if (read === undefined || !mayHoldEntryPoints(document, context)) return found;
    return [...found, ...functionProblems(document, json, read.kinds)];
  },
};

/** Other text in JSON's brackets, such as the body of a request, is none. */
function isDescription(document: PluginDocument, { start, end }: { start: number; end: number }): boolean {
  const isFirst = /^(?:\s|#[^\n]*\n)*(?:"""|''')\s*$/.test(document.text.slice(0, start));
  const text = document.text.slice(start, end);
  if (text.includes('"plugin_type"') || /"\w+_args_config"/.test(text)) return true;
  return isFirst && document.metadata.metadata !== undefined && document.entryPoints.length > 0;
}

function describe(document: PluginDocument, json: Span, { message, severity }: MetadataProblem): Found {
  const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  const span = placeOf(document, json, message);
  const unknown = /unknown (?:key|kind) (?:'(.*?)'|"(.*?)")/.exec(message);
  const name = unknown?.[1] ?? unknown?.[2];
  const candidates = message.includes("kind")
    ? METADATA_KINDS
    : message.includes("argument")
      ? ARGUMENT_KEYS
      : KEYS;
  const meant = name === undefined ? undefined : nearest(name, candidates);
  return {
    span,
    code: CODE,
    severity: severity === "hint" ? "hint" : "warning",
    message: text,
    fixes:
      meant === undefined || document.textOf(span) !== JSON.stringify(name)
        ? []
        : [{ title: `Change to "${meant}"`, changes: [{ ...span, text: `"${meant}"` }], isPreferred: true }],
  };
}

/** Where in the JSON a problem is: at the offset it names, at the last name it names, or at its beginning. */
function placeOf(document: PluginDocument, json: Span, message: string): Span {
  const text = document.textOf(json);
  const first = {
    from: json.from,
    to: json.from + (text.indexOf("\n") < 0 ? text.length : text.indexOf("\n")),
  };
  if (message.includes("is not JSON")) {
    const position = /position (\d+)/.exec(message)?.[1];
    const at = position === undefined ? text.length - 1 : Math.min(Number(position), text.length - 1);
    return { from: json.from + at, to: json.from + at + 1 };
  }
  const indexed = /^(\w+)\[(\d+)\] needs/.exec(message);
  const names = [...message.matchAll(/(?<!\w)'([^']+)'|"([^"]+)"/g)].map((match) => match[1] ?? match[2]!);
  const wanted = indexed !== null ? indexed[1]! : message.includes("must ") ? names[0] : names.at(-1);
  const quoted = JSON.stringify(wanted ?? "");
  const at = message.includes("twice") ? text.lastIndexOf(quoted) : text.indexOf(quoted);
  if (wanted === undefined || at < 0) return trimmed(document, first);
  return { from: json.from + at, to: json.from + at + quoted.length };
}

function trimmed(document: PluginDocument, { from, to }: Span): Span {
  return { from, to: from + document.text.slice(from, to).trimEnd().length };
}

/** What `plugin_type` says and what the file defines. */
function functionProblems(document: PluginDocument, json: Span, kinds: readonly MetadataKind[]): Found[] {
  // Without any kind something else is wrong, which is told already.
  if (kinds.length === 0) return [];
  return METADATA_KINDS.flatMap((kind): Found[] => {
    const name = ENTRY_POINTS[kind];
    const isThere = isDefinedHere(document, name);
    if (isThere === kinds.includes(kind)) return [];
    if (!isThere) {
      const message = `The description lists "${kind}", but there is no function ${name}.`;
      const span = quotedIn(document, json, kind);
      return [{ span, code: CODE, severity: "warning", message, fixes: [define(document, kind)] }];
    }
    if (!document.entryPoints.some((it) => it.kind === kind)) return [];
    const span = quotedIn(document, json, "plugin_type");
    const message = `The plugin defines ${name}, but "plugin_type" does not list "${kind}".`;
    return [{ span, code: CODE, severity: "warning", message, fixes: list(document, span, kind) }];
  });
}

function quotedIn(document: PluginDocument, json: Span, name: string): Span {
  const at = document.textOf(json).indexOf(JSON.stringify(name));
  if (at < 0) return { from: json.from, to: json.from + 1 };
  return { from: json.from + at, to: json.from + at + name.length + 2 };
}

function define(document: PluginDocument, kind: MetadataKind): Fix {
  const { name, parameters } = signatureOf(kind);
  const list = parameters.map((it) => (it.default === undefined ? it.name : `${it.name}=${it.default}`));
  const body = kind === "http" ? "return {}" : "pass";
  const end = document.text.includes("\r\n") ? "\r\n" : "\n";
  const at = document.text.trimEnd().length;
  const text = `${end}${end}${end}def ${name}(${list.join(", ")}):${end}    ${body}`;
  return { title: `Define ${name}`, changes: [{ from: at, to: at, text }], isPreferred: true };
}

function list(document: PluginDocument, { to }: Span, kind: MetadataKind): Fix[] {
  const opening = /^\s*:\s*\[/.exec(document.text.slice(to));
  if (opening === null) return [];
  const at = to + opening[0].length;
  const change = { from: at, to: at, text: `"${kind}", ` };
  return [{ title: `List "${kind}" in "plugin_type"`, changes: [change], isPreferred: true }];
}
