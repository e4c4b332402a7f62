import type { Expression, PluginDocument } from "../plugin-document/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { findQueries, type ParameterEntry, type Query } from "./queries.ts";

/** Functions that never return text. */
const NO_TEXT = new Map([
  ["int", "a number"],
  ["float", "a number"],
  ["len", "a number"],
  ["bool", "true or false"],
  ["list", "a list"],
  ["dict", "a dict"],
]);

/** The values of parameters must be text: TypeError otherwise. */
export const parameterValues: Lint = {
  name: "parameter-values",
  find: (document) => findQueries(document).flatMap((query) => nonText(document, query)),
};

function nonText(document: PluginDocument, { parameters }: Query): Found[] {
  const wrong = parameters.entries.flatMap((entry) => {
    const what = whatItIs(document, entry.value);
    return what === undefined ? [] : [{ entry, what }];
  });
  const [first] = wrong;
  if (first === undefined || parameters.argument === undefined) return [];
  const names = wrong.map(({ entry, what }) => `"${entry.name}" is ${what}`).join(", ");
  return [
    {
      // The whole argument: there the type checker reports it too, and one of both is enough.
      span: parameters.argument.value,
      code: "non-string-parameter",
      message: `Parameters of queries must be text, and ${names}: TypeError at run time. In SQL, CAST($${first.entry.name} AS BIGINT) makes a number of it.`,
      fixes: asText(
        document,
        wrong.map(({ entry }) => entry),
      ),
    },
  ];
}

function whatItIs(document: PluginDocument, value: Expression): string | undefined {
  switch (value.kind) {
    case "number":
      return "a number";
    case "unary":
      if (value.operator === "not") return "true or false";
      return value.operand.kind === "number" ? "a number" : undefined;
    case "constant":
      return value.value === null ? "None" : "true or false";
    case "string":
      return value.isBytes ? "bytes" : undefined;
    case "list":
    case "tuple":
    case "set":
    case "dict":
      return `a ${value.kind}`;
    case "call":
      return value.callee.kind === "name" && !isDefined(document, value.callee.name)
        ? NO_TEXT.get(value.callee.name)
        : undefined;
    default:
      return undefined;
  }
}

function isDefined(document: PluginDocument, name: string): boolean {
  return document.functions.some((it) => it.name === name);
}

function asText(document: PluginDocument, entries: readonly ParameterEntry[]): Fix[] {
  const changes = entries.flatMap(({ value }) => {
    const source = document.textOf(value);
    if (value.kind === "constant" && value.value === null) return [];
    if (value.kind === "string") return [{ from: value.to, to: value.to, text: ".decode()" }];
    const isNumber = /^-?[\d.]+$/.test(source);
    return [{ from: value.from, to: value.to, text: isNumber ? `"${source}"` : `str(${source})` }];
  });
  if (changes.length === 0) return [];
  return [
    {
      title: changes.length > 1 ? "Make the values text" : "Make the value text",
      changes,
      isPreferred: true,
    },
  ];
}
