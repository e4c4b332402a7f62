import { DiagnosticTag } from "vscode-languageserver";
import { nearest } from "../analysis/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import type { Placeholder } from "./placeholders.ts";
import { findQueries, isWhole, type ParameterEntry, type Query } from "./queries.ts";
import { isMeant } from "./quoted-parameter.ts";

/** A statement names its parameters, and the call gives them: what of this does not fit. */
export const queryParameters: Lint = {
  name: "query-parameters",
  find: (document) => {
    const queries = findQueries(document);
    return [...queries.flatMap((query) => missing(document, query)), ...unused(queries)];
  },
};

/** Planning fails when a name has no value. */
function missing(document: PluginDocument, query: Query): Found[] {
  return missingNames(query).map((placeholder) => {
    const { name, from, to } = placeholder;
    const given =
      query.parameters.argument === undefined ? "this call gives no parameters" : "it is not given";
    const meant = nearest(
      name,
      unusedEntries(query).map((it) => it.name),
    );
    const message = `The query needs a value for $${name}, and ${given}: QueryError at run time.`;
    return {
      span: { from: query.sql.from[from]!, to: query.sql.to[to - 1]! },
      code: "missing-parameter",
      message: meant === undefined ? message : `${message} Is "${meant}" meant?`,
      fixes: [...rename(document, query, placeholder, meant), ...add(document, query, name)],
    };
  });
}

function missingNames({ scanned, parameters }: Query): Placeholder[] {
  if (!parameters.isComplete) return [];
  const known = new Set(parameters.entries.map((it) => it.name.toLowerCase()));
  return scanned.placeholders.filter(({ name }) => {
    const isNew = !known.has(name.toLowerCase());
    known.add(name.toLowerCase());
    return isNew;
  });
}

function unusedEntries(query: Query): ParameterEntry[] {
  const { scanned, parameters } = query;
  if (!isWhole(query) || scanned.hasDynamicNames) return [];
  const used = new Set(scanned.placeholders.map((it) => it.name.toLowerCase()));
  for (const quoted of scanned.quoted) {
    for (const placeholder of quoted.placeholders) {
      if (isMeant(query, quoted, placeholder)) used.add(placeholder.name.toLowerCase());
    }
  }
  return parameters.entries.filter((it) => !used.has(it.name.toLowerCase()));
}

/** Nothing fails because of them; they may be left from an earlier statement. A dict may serve several calls. */
function unused(queries: readonly Query[]): Found[] {
  const dicts = new Map<number, Query[]>();
  for (const query of queries) {
    const { dict, isComplete } = query.parameters;
    if (dict === undefined || !isComplete) continue;
    const sharing = dicts.get(dict.from);
    if (sharing === undefined) dicts.set(dict.from, [query]);
    else sharing.push(query);
  }
  return [...dicts.values()].flatMap((sharing) => {
    const [first, ...others] = sharing;
    const isMisspelt = (name: string) =>
      sharing.some((query) => missingNames(query).some((it) => nearest(it.name, [name]) !== undefined));
    return unusedEntries(first!)
      .filter((entry) => others.every((query) => unusedEntries(query).some((it) => it.key === entry.key)))
      .filter((entry) => !isMisspelt(entry.name))
      .map((entry) => describeUnused(first!, entry));
  });
}

function describeUnused({ parameters }: Query, { name, key, value }: ParameterEntry): Found {
  const entries = parameters.dict!.entries;
  const at = entries.findIndex((it) => it.key === key);
  const next = entries[at + 1];
  const before = entries[at - 1];
  const from = next?.key === undefined && before !== undefined ? before.value.to : key.from;
  const change = { from, to: next?.key === undefined ? value.to : next.key.from, text: "" };
  return {
    span: key,
    code: "unused-parameter",
    severity: "information",
    tags: [DiagnosticTag.Unnecessary],
    message: `The query does not use $${name}.`,
    fixes: [{ title: `Remove "${name}"`, changes: [change], isPreferred: true }],
  };
}

function rename(
  document: PluginDocument,
  { parameters, sql }: Query,
  { name, from, to }: Placeholder,
  meant: string | undefined,
): Fix[] {
  const key = parameters.entries.find((it) => it.name === meant)?.key;
  if (key === undefined) return [];
  const quote = document.text[key.to - 1]!;
  return [
    {
      title: `Change the parameter to "${name}"`,
      changes: [{ from: key.from, to: key.to, text: `${quote}${name}${quote}` }],
      isPreferred: true,
    },
    {
      title: `Change the query to $${meant}`,
      changes: [{ from: sql.from[from]!, to: sql.to[to - 1]!, text: `$${meant}` }],
    },
  ];
}

function add(document: PluginDocument, query: Query, name: string): Fix[] {
  const { parameters, sqlArgument } = query;
  const entry = `"${name}": ${valueFor(document, query, name)}`;
  const title = `Pass "${name}"`;
  const last = parameters.dict?.entries.at(-1);
  if (last !== undefined) {
    const { to } = last.value;
    const inside = document.text.slice(to, parameters.dict!.to);
    // Behind brackets that the last value is in.
    const at = to + (/^[\s)]*\)/.exec(inside)?.[0].length ?? 0);
    return [{ title, changes: [{ from: at, to: at, text: `, ${entry}` }] }];
  }
  const given = parameters.dict ?? parameters.argument?.value;
  if (given !== undefined) {
    return [{ title, changes: [{ from: given.from, to: given.to, text: `{${entry}}` }] }];
  }
  const prefix = sqlArgument.name === undefined && query.call.arguments.length === 1 ? "" : "args=";
  const at = sqlArgument.to;
  return [{ title, changes: [{ from: at, to: at, text: `, ${prefix}{${entry}}` }] }];
}

/** A variable of the same name is probably meant; parameters have to be text. */
function valueFor(document: PluginDocument, { place }: Query, name: string): string {
  const isParameter = place.function?.parameters.some((it) => it.name === name) ?? false;
  const isAssigned = document.assignments.some(
    (it) => it.target.kind === "name" && it.target.name === name && it.place.function === place.function,
  );
  return isParameter || isAssigned ? `str(${name})` : '""';
}
