import { type CodeActionSource, quickFix } from "../analysis/index.ts";
import { type ApiParameter, CACHE, findMethod, INFLUXDB3_LOCAL, LINE_BUILDER } from "../api-table/index.ts";
import type { CallExpression, PluginDocument } from "../plugin-document/index.ts";
import type { Span } from "../text/index.ts";
import { findQueries } from "./queries.ts";

const CODE = "wrong-argument-type";
const CONVERSIONS: readonly [type: RegExp, convert: string][] = [
  [/^int\b/, "int"],
  [/^float\b/, "float"],
  [/^str\b/, "str"],
];

/** The type checker knows that an argument does not fit; a conversion often makes it fit. */
export const convertArguments: CodeActionSource = {
  name: "convert-arguments",
  actions: (document, { diagnostics }) =>
    diagnostics
      .filter((it) => it.code === CODE)
      .flatMap((given) => {
        const diagnostic = { ...given, code: CODE, source: given.source ?? "" };
        const span = document.positions.spanOf(given.range);
        const conversion = argumentConversion(document, span);
        if (conversion !== undefined) {
          const text = `${conversion}(${document.textOf(span)})`;
          return [quickFix(document, `Convert with ${conversion}()`, [{ ...span, text }], diagnostic, true)];
        }
        const changes = queryValues(document, span);
        if (changes.length === 0) return [];
        return [quickFix(document, "Convert the values with str()", changes, diagnostic, true)];
      }),
};

function argumentConversion(document: PluginDocument, span: Span): string | undefined {
  for (const { call, parameters } of described(document)) {
    const at = call.arguments.findIndex((it) => it.value.from === span.from && it.value.to === span.to);
    const argument = call.arguments[at];
    if (argument === undefined || ["dict", "list", "tuple", "set"].includes(argument.value.kind)) continue;
    const isName = argument.name !== undefined;
    const parameter = parameters.find((it, i) => (isName ? it.name === argument.name : i === at));
    // Names of tables, databases and keys do not come from a conversion.
    if (parameter === undefined || !["value", "timestamp_ns"].includes(parameter.name)) return undefined;
    return CONVERSIONS.find(([type]) => type.test(parameter.type))?.[1];
  }
  return undefined;
}

function* described(
  document: PluginDocument,
): Generator<{ call: CallExpression; parameters: readonly ApiParameter[] }> {
  for (const { call, method } of document.builderCalls) {
    yield { call, parameters: findMethod(LINE_BUILDER, method)?.parameters ?? [] };
  }
  for (const { owner, call, method } of document.apiCalls) {
    const of = owner === "cache" ? CACHE : INFLUXDB3_LOCAL;
    yield { call, parameters: findMethod(of, method)?.parameters ?? [] };
  }
}

/** The values of a query's parameters that are not text on their face. */
function queryValues(document: PluginDocument, span: Span) {
  const query = findQueries(document).find(({ parameters }) => {
    const value = parameters.argument?.value;
    return value?.from === span.from && value.to === span.to;
  });
  return (query?.parameters.entries ?? []).flatMap(({ value }) => {
    const isText =
      value.kind === "string" ||
      (value.kind === "call" && value.callee.kind === "name" && value.callee.name === "str");
    if (isText) return [];
    return [{ from: value.from, to: value.to, text: `str(${document.textOf(value)})` }];
  });
}
