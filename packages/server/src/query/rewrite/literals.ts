import type { IntervalValue, LiteralExpr } from "@millrace/sql";
import { bigintText, castText, doubleText, quoteText } from "./sql-text.ts";
import { instantLiteral, instantOf, intervalLiteral } from "./time-text.ts";
import type { BoundParam } from "./types.ts";

/** Writes a constant; what came with the request rather than with the text is passed as a parameter. */
export function literalText(literal: LiteralExpr, bind: (param: BoundParam) => string): string {
  const { value, type } = literal;
  if (value === null) return castText("NULL", type);
  const bound = literal.bound === true ? boundValue(literal, bind) : undefined;
  if (bound !== undefined)
    return type.kind === "timestamp" ? instantOf(`${bound}::BIGINT`) : castText(bound, type);
  switch (type.kind) {
    case "timestamp":
      return instantLiteral(value as bigint);
    case "date":
      return `CAST(make_timestamp(${bigintText(BigInt(value as bigint) * 86_400_000_000n)}) AS DATE)`;
    case "interval":
      return intervalLiteral(value as IntervalValue);
    case "utf8":
      return quoteText(value as string);
    case "boolean":
      return value === true ? "true" : "false";
    default:
      return castText(typeof value === "number" ? doubleText(value) : bigintText(value as bigint), type);
  }
}

function boundValue(literal: LiteralExpr, bind: (param: BoundParam) => string): string | undefined {
  const { value, type } = literal;
  if (typeof value === "string") return bind({ type: "VARCHAR", value });
  if (typeof value === "boolean") return bind({ type: "BOOLEAN", value });
  if (typeof value === "number") return bind({ type: "DOUBLE", value });
  if (typeof value !== "bigint" || type.kind === "date") return undefined;
  return bind({ type: type.kind === "int" && !type.signed ? "UBIGINT" : "BIGINT", value });
}
