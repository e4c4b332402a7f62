import { nearest } from "../../analysis/index.ts";
import { API_CLASSES, BATCH_ROW, QUERY_ROW } from "../../api-table/index.ts";
import { literalValue, type PluginDocument } from "../../plugin-document/index.ts";
import type { Explain } from "./finding.ts";

/** Types that values have which plugins are given: a wrong name on one of these is wrong for sure. */
const PLAIN_TYPES = /^(?:type\[)?(?:str|bytes|datetime|dict\[.*\]|list\[.*\]|Literal\[.*\])\]?$/;

const BATCH_KEYS = ["table_name", "rows"];

export const explainUndefinedName: Explain = ({ rule, message }) => {
  if (rule !== "reportUndefinedVariable") return undefined;
  const name = /^"(.+?)" is not defined/.exec(message)?.[1];
  if (name === undefined) return "drop";
  return {
    code: "undefined-name",
    message: `'${name}' is not defined.`,
    isAboutApi: false,
    unknownName: name,
  };
};

export const explainUnknownMember: Explain = ({ rule, message }) => {
  if (rule !== "reportAttributeAccessIssue") return undefined;
  const imported = /^"(.+?)" is unknown import symbol/.exec(message)?.[1];
  if (imported !== undefined) {
    const text = `Nothing is called '${imported}' there.`;
    return { code: "unresolved-import", message: text, isAboutApi: false, unknownName: imported };
  }
  const inModule = /^"(.+?)" is not a known attribute of module "(.+?)"/.exec(message);
  if (inModule !== null) {
    const [, name, module] = inModule;
    return unknownMember(`The module ${module}`, name!, false);
  }
  const inClass = /^Cannot access attribute "(.+?)" for class "(.+?)"/.exec(message);
  if (inClass === null) return undefined;
  const [, name, className] = inClass;
  if (className === "TableBatch") return batchMember(name!);
  if (className!.startsWith("Batch_")) return "drop";
  const api = API_CLASSES.find((it) => it.name === className || `type[${it.name}]` === className);
  if (api !== undefined) return unknownMember(api.usedAs, name!, true);
  return PLAIN_TYPES.test(className!) ? unknownMember(className!, name!, false) : undefined;
};

export const explainUnknownKey: Explain = ({ message, range, span }, document) => {
  const name = /"(.+?)" is not a defined key in "TableBatch"/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const key = document.strings.findLast(
    (it) => span.from <= it.from && it.to <= span.to && literalValue(it) === name,
  );
  const meant = nearest(name, BATCH_KEYS);
  const quote = key === undefined ? '"' : document.text[key.to - 1]!;
  return {
    code: "unknown-key",
    message: `A batch has no "${name}"; it has "table_name" and "rows".`,
    isAboutApi: true,
    range: key === undefined ? range : document.rangeOf(key),
    ...(meant === undefined || key === undefined ? {} : { replacement: `${quote}${meant}${quote}` }),
  };
};

/** Columns of rows: of batches, where any table may have it, and of queries, whose columns are all known. */
export const explainUnknownColumn: Explain = ({ message, span }, document, { rows }) => {
  const [, verb, name, owner] =
    /^Could not (\w+) item.*"(.+?)" is not a defined key in "(\w+)"/s.exec(message) ?? [];
  if (name === undefined || owner === undefined) return undefined;
  const query = owner.startsWith(QUERY_ROW) ? rows.queries[Number(owner.slice(QUERY_ROW.length))] : undefined;
  if (query === undefined && !owner.startsWith(BATCH_ROW))
    return owner.startsWith("Batch_") ? "drop" : undefined;
  const columns = query?.columns ?? rows.tables.flatMap((table) => table.columns);
  const names = new Set(columns.map((column) => column.name));
  // Plugins add keys to rows, and read them afterwards.
  if (verb !== "access" || names.has(name)) return "drop";
  const key = document.strings.findLast(
    (it) => span.from <= it.from && it.to <= span.to && literalValue(it) === name,
  );
  if (key === undefined || assigns(document, name)) return "drop";
  const meant = nearest(name, names);
  const what =
    query === undefined ? `No table here has a column '${name}'` : `The query returns no column '${name}'`;
  const quote = document.text[key.to - 1]!;
  return {
    code: "unknown-column",
    message: meant === undefined ? `${what}.` : `${what}; did you mean '${meant}'?`,
    isAboutApi: true,
    severity: "warning",
    range: document.rangeOf(key),
    ...(meant === undefined ? {} : { replacement: `${quote}${meant}${quote}` }),
  };
};

function assigns(document: PluginDocument, key: string): boolean {
  return document.assignments.some(
    ({ target }) =>
      target.kind === "subscript" && target.index?.kind === "string" && literalValue(target.index) === key,
  );
}

function unknownMember(owner: string, name: string, isAboutApi: boolean) {
  return { code: "unknown-member", message: `${owner} has no '${name}'.`, isAboutApi, unknownName: name };
}

/** Batches are dicts, which other languages read with a dot. */
function batchMember(name: string) {
  const isKey = name === "rows" || name === "table_name";
  const remedy = isKey ? `write batch["${name}"]` : `it is a dict with "table_name" and "rows"`;
  return {
    code: "unknown-member",
    message: `A batch has no attribute '${name}': ${remedy}.`,
    isAboutApi: true,
  };
}
