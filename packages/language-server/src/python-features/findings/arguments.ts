import { displayType, findParameter, LINE_BUILDER } from "../../api-table/index.ts";
import type { CallExpression, PluginDocument } from "../../plugin-document/index.ts";
import type { Span } from "../../text/index.ts";
import { callAround, type Explain } from "./finding.ts";

const MISMATCH =
  /^Argument of type "(.+?)" cannot be assigned to parameter "(.+?)" of type "(.+?)" in function "(.+?)"/s;

export const explainArgumentType: Explain = ({ rule, message, span }, document) => {
  if (rule !== "reportArgumentType") return undefined;
  const [, given, parameter, expected, method] = MISMATCH.exec(message) ?? [];
  if (given === undefined || method === undefined) return "drop";
  const described = findParameter(method, parameter!, expected!);
  const isConstructor = method === "__init__";
  if (described === undefined || (isConstructor && !makesBuilder(document, span))) return undefined;
  const alternatives = splitUnion(given);
  // `args.get("x")` is what the trigger says: whether it may be missing is for the plugin to decide.
  if (alternatives.length > 1 && alternatives.includes("None")) return "drop";
  const name = isConstructor ? LINE_BUILDER.name : method;
  return {
    code: "wrong-argument-type",
    message: `${name}: ${parameter} must be ${readable(expected!)}, not ${readable(given)}. ${described.doc}`,
    isAboutApi: true,
    ...(alternatives.length > 1 ? { severity: "warning" } : {}),
  };
};

export const explainCall: Explain = ({ rule, message, span }, document, { all }) => {
  if (rule !== "reportCallIssue") return undefined;
  const call = callAround(document, span);
  if (call !== undefined && message.startsWith("No overloads") && isApiCall(document, call)) {
    const isToldInside = all.some((it) => it.rule === "reportArgumentType" && inside(it.span, call));
    if (isToldInside || call.callee.kind !== "member") return "drop";
    const text = "query: these arguments do not fit query(query, args=None, database=None).";
    return {
      code: "wrong-arguments",
      message: text,
      isAboutApi: true,
      range: document.rangeOf(call.callee.nameSpan),
    };
  }
  if (call === undefined || !/^(?:Arguments? missing|Expected \d+ pos|No parameter named)/.test(message)) {
    return undefined;
  }
  const isAboutApi = isApiCall(document, call);
  if (!isAboutApi && !callsOwnFunction(document, call)) return undefined;
  // The range of what is missing is the whole call, from the first letter of a chain to the last bracket.
  const isWhole = call.from === span.from && call.to === span.to;
  const callee = call.callee.kind === "member" ? call.callee.nameSpan : call.callee;
  const name = document.textOf(callee);
  return {
    code: "wrong-arguments",
    message: `${name}: ${message.charAt(0).toLowerCase()}${message.slice(1).split("\n")[0]}.`,
    isAboutApi,
    ...(isWhole ? { range: document.rangeOf(callee) } : {}),
  };
};

function inside(inner: Span, outer: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

function isApiCall(document: PluginDocument, call: CallExpression): boolean {
  return [...document.apiCalls, ...document.builderCalls].some((site) => site.call === call);
}

/** A function of this plugin: of what it takes nothing is guessed. */
function callsOwnFunction(document: PluginDocument, { callee }: CallExpression): boolean {
  if (callee.kind !== "name") return false;
  const { name } = callee;
  const isImported = document.imports.some(
    (it) => it.module.startsWith(".") && it.names?.some(({ boundName }) => boundName === name),
  );
  return isImported || document.functions.filter((it) => it.name === name && !it.isDecorated).length === 1;
}

function makesBuilder(document: PluginDocument, span: { from: number; to: number }): boolean {
  const call = callAround(document, span);
  return document.builderCalls.some((site) => site.made === call);
}

/** The alternatives of a union that stand outside of brackets. */
function splitUnion(type: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const part of type.split(/(\s\|\s|[[\]])/)) {
    if (part === "[") depth++;
    if (part === "]") depth--;
    if (depth === 0 && part.trim() === "|") parts.push("");
    else parts[parts.length - 1] += part;
  }
  return parts;
}

/** Types as people speak of them. */
function readable(type: string): string {
  return displayType(type)
    .replace(/Literal\[('[^']*'|"[^"]*")\]/g, "str")
    .replace(/Literal\[b('[^']*'|"[^"]*")\]/g, "bytes")
    .replace(/Literal\[(?:True|False)\]/g, "bool")
    .replace(/Literal\[-?\d[^\]]*\]/g, "int");
}
