import { nearest } from "../analysis/index.ts";
import { type ApiClass, CACHE, INFLUXDB3_LOCAL, LINE_BUILDER } from "../api-table/index.ts";
import type { CallExpression, PluginDocument } from "../plugin-document/index.ts";
import { literalValue } from "../plugin-document/index.ts";
import { surelyApiCalls } from "./api-objects.ts";
import { BUILDER, surelyBuilderCalls } from "./builders.ts";
import type { Found, Lint } from "./lint.ts";

/** What other loggers and clients call these. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  critical: "error",
  debug: "info",
  exception: "error",
  log: "info",
  print: "info",
  warning: "warn",
  query_sql: "query",
  sql: "query",
  write_line: "write",
  write_lines: "write",
  write_points: "write",
  set: "put",
  pop: "delete",
  remove: "delete",
  boolean_field: "bool_field",
  field: "float64_field",
  timestamp: "time_ns",
  time: "time_ns",
  to_line: "build",
  to_line_protocol: "build",
  to_string: "build",
};

/** A method that the plugin API does not have. The type checker sees most of these; here other APIs' names are known. */
export const unknownMethod: Lint = {
  name: "unknown-method",
  find: (document) => [
    ...surelyApiCalls(document).flatMap(({ owner, method, call }) =>
      check(document, owner === "cache" ? CACHE : INFLUXDB3_LOCAL, method, call),
    ),
    ...surelyBuilderCalls(document).flatMap(({ method, call }) =>
      method === BUILDER ? [] : check(document, LINE_BUILDER, method, call),
    ),
  ],
};

function check(document: PluginDocument, of: ApiClass, method: string, call: CallExpression): Found[] {
  if (method === "" || call.callee.kind !== "member" || of.members.some((it) => it.name === method))
    return [];
  // `hasattr(influxdb3_local, "method")` asks first.
  if (document.strings.some((it) => literalValue(it) === method) || method.startsWith("__")) return [];
  const names = of.members.map((it) => it.name);
  const other = OTHER_NAMES[method];
  const meant = other !== undefined && names.includes(other) ? other : nearest(method, names);
  const message = `${of.usedAs} has no '${method}'`;
  const change = { ...call.callee.nameSpan, text: meant ?? "" };
  return [
    {
      span: call.callee.nameSpan,
      code: "unknown-member",
      message: meant === undefined ? `${message}.` : `${message}; did you mean '${meant}'?`,
      fixes:
        meant === undefined ? [] : [{ title: `Change to ${meant}`, changes: [change], isPreferred: true }],
    },
  ];
}
