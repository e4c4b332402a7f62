import type { BoundExpr, LiteralExpr } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type Expr, type ExprNodes, nodeOf, type ValueNode } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { fitsInteger, literal } from "./coerce.ts";
import type { ExprScope, ParamValue } from "./context.ts";

export function bindValue(value: ValueNode, scope: ExprScope): BoundExpr {
  const [tag, content] = nodeOf(value);
  switch (tag) {
    case "Null":
      return literal(null, t.NULL);
    case "Boolean":
      return literal(content as boolean, t.BOOLEAN);
    case "Number":
      return numberLiteral((content as readonly [string, boolean])[0]);
    case "Placeholder":
      return bindParameter(content as string, scope);
    default: {
      const text = textOf(value);
      if (text === undefined) throw notImplemented(`Unsupported value ${tag}`);
      return literal(text, t.UTF8);
    }
  }
}

/** The content of any spelling of a string literal. */
export function textOf(value: ValueNode): string | undefined {
  const [tag, content] = nodeOf(value);
  if (tag === "DollarQuotedString") return (content as { readonly value: string }).value;
  const spellings = [
    "SingleQuotedString",
    "EscapedStringLiteral",
    "UnicodeStringLiteral",
    "NationalStringLiteral",
    "SingleQuotedRawStringLiteral",
  ];
  return spellings.includes(tag) ? (content as string) : undefined;
}

/** Whole numbers are Int64, then UInt64; every other number is Float64. */
export function numberLiteral(digits: string): LiteralExpr {
  if (/^\d+$/.test(digits)) {
    const value = BigInt(digits);
    if (fitsInteger(value, { kind: "int", bits: 64, signed: true })) return literal(value, t.INT64);
    if (fitsInteger(value, { kind: "int", bits: 64, signed: false })) return literal(value, t.UINT64);
  }
  return literal(Number(digits), t.FLOAT64);
}

function bindParameter(placeholder: string, scope: ExprScope): LiteralExpr {
  const name = placeholder.slice(1);
  const { params } = scope.env.options;
  if (!placeholder.startsWith("$") || !Object.hasOwn(params, name)) {
    throw planError(`No value found for placeholder with name ${placeholder}`);
  }
  return { ...parameterLiteral(params[name]!), bound: true, label: placeholder };
}

/** The JSON form of a value decides its type. */
function parameterLiteral(value: ParamValue): LiteralExpr {
  if (value === null) return literal(null, t.NULL);
  if (typeof value === "boolean") return literal(value, t.BOOLEAN);
  if (typeof value === "string") return literal(value, t.UTF8);
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? literal(BigInt(value), t.INT64) : literal(value, t.FLOAT64);
  }
  if (fitsInteger(value, { kind: "int", bits: 64, signed: true })) return literal(value, t.INT64);
  if (fitsInteger(value, { kind: "int", bits: 64, signed: false })) return literal(value, t.UINT64);
  return literal(Number(value), t.FLOAT64);
}

/** INTERVAL '1 hour', INTERVAL '1' HOUR, INTERVAL 1 HOUR. */
export function bindInterval(
  node: ExprNodes["Interval"],
  scope: ExprScope,
  bind: (expr: Expr, scope: ExprScope) => BoundExpr,
): LiteralExpr {
  if (node.last_field !== null && node.last_field !== undefined) {
    throw notImplemented("INTERVAL with a range of fields, as in YEAR TO MONTH");
  }
  const amount = bind(node.value, scope);
  if (amount.node !== "literal" || !["string", "bigint", "number"].includes(typeof amount.value)) {
    throw notImplemented("INTERVAL of something else than a constant");
  }
  const text = String(amount.value);
  const field = node.leading_field ?? undefined;
  const unit = field === undefined ? undefined : nodeOf(field)[0].toLowerCase();
  const value = t.parseInterval(text, unit);
  if (value === undefined) {
    throw planError(`Invalid interval '${text}'. Write it like INTERVAL '1 hour 30 minutes'`);
  }
  return { ...literal(value, t.INTERVAL), ...(amount.bound === true ? { bound: true } : {}) };
}
