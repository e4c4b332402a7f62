import { type BoundExpr, displayName, type LiteralExpr, type LiteralValue } from "../bound/index.ts";
import { planError } from "../errors/index.ts";
import * as t from "../types/index.ts";

type SqlType = t.SqlType;

export interface CastMode {
  readonly tolerant: boolean;
  readonly implicit: boolean;
}

const IMPLICIT: CastMode = { tolerant: false, implicit: true };

export function literal(value: LiteralValue, type: SqlType): LiteralExpr {
  return { node: "literal", value, type, nullable: value === null };
}

/** A constant in place of the expression it was computed from; column names still show how it was written. */
export function replacedBy(expr: BoundExpr, value: LiteralValue, type: SqlType): LiteralExpr {
  const bound = expr.node === "literal" && expr.bound === true;
  return { ...literal(value, type), label: displayName(expr), ...(bound ? { bound } : {}) };
}

/** Brings an expression to a type the way the dialect does without being asked. */
export function coerce(expr: BoundExpr, type: SqlType): BoundExpr {
  return castTo(expr, type, IMPLICIT);
}

/** Casts; constants are converted at once where that cannot fail differently than at run time. */
export function castTo(expr: BoundExpr, type: SqlType, mode: CastMode): BoundExpr {
  if (t.sameType(expr.type, type)) return expr;
  if (expr.node === "literal") {
    const value = expr.value === null ? null : foldCast(expr, type, mode);
    if (value !== undefined) return replacedBy(expr, value, type);
  }
  checkCastable(expr, type);
  return { node: "cast", expr, type, nullable: expr.nullable || mode.tolerant, ...mode };
}

/** The converted constant, or undefined when the conversion is left to run time. */
function foldCast(expr: LiteralExpr, type: SqlType, mode: CastMode): LiteralValue | undefined {
  const value = expr.value!;
  if (typeof value === "string") return foldText(value, type, mode);
  if (expr.type.kind === "int" && typeof value === "bigint") return foldInteger(value, type);
  if (expr.type.kind === "date" && type.kind === "timestamp")
    return BigInt(value as bigint) * t.NANOS_PER_DAY;
  if (expr.type.kind === "timestamp" && type.kind === "timestamp" && typeof value === "bigint") {
    return truncateToUnit(value, type.unit);
  }
  if (
    expr.type.kind === "timestamp" &&
    type.kind === "int" &&
    typeof value === "bigint" &&
    type.bits === 64
  ) {
    return value;
  }
  return undefined;
}

function foldText(text: string, type: SqlType, mode: CastMode): LiteralValue | undefined {
  switch (type.kind) {
    case "utf8":
      return text;
    case "timestamp": {
      const ns = t.parseInstant(text, type.zone);
      if (ns === undefined && !mode.tolerant) throw badTimestamp(text);
      return ns === undefined ? null : truncateToUnit(ns, type.unit);
    }
    case "date": {
      const days = t.parseDay(text);
      return days === undefined ? undefined : BigInt(days);
    }
    case "interval": {
      const interval = t.parseInterval(text);
      if (interval === undefined && !mode.tolerant)
        throw planError(`Invalid interval '${text}'. Write it like '1 hour 30 minutes'`);
      return interval ?? null;
    }
    case "int":
      return /^[+-]?\d{1,30}$/.test(text) && fitsInteger(BigInt(text), type) ? BigInt(text) : undefined;
    case "float":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
    default:
      return undefined;
  }
}

function foldInteger(value: bigint, type: SqlType): LiteralValue | undefined {
  if (type.kind === "float") return Number(value);
  if (type.kind === "int") return fitsInteger(value, type) ? value : undefined;
  if (type.kind === "timestamp") return inUnit(value, type.unit);
  return undefined;
}

/** Integers become instants by the unit of the target type. */
function inUnit(value: bigint, unit: t.TimeUnit): bigint | undefined {
  const ns = value * NANOS_PER_UNIT[unit];
  return ns >= t.MIN_INSTANT_NS && ns <= t.MAX_INSTANT_NS ? ns : undefined;
}

export const NANOS_PER_UNIT: Readonly<Record<t.TimeUnit, bigint>> = {
  s: t.NANOS_PER_SECOND,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};

function truncateToUnit(ns: bigint, unit: t.TimeUnit): bigint {
  const size = NANOS_PER_UNIT[unit];
  return ns - (((ns % size) + size) % size);
}

export function fitsInteger(value: bigint, type: Extract<SqlType, { kind: "int" }>): boolean {
  return (type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value)) === value;
}

export function badTimestamp(text: string): Error {
  return planError(
    `Error parsing timestamp from '${text}': error parsing date. Write it like '2022-01-01T08:00:00Z'`,
  );
}

const CONVERTIBLE: Readonly<Record<string, readonly string[]>> = {
  boolean: ["int", "float", "decimal", "utf8"],
  int: ["boolean", "int", "float", "decimal", "utf8", "timestamp", "date", "duration"],
  float: ["boolean", "int", "float", "decimal", "utf8", "timestamp"],
  decimal: ["int", "float", "decimal", "utf8"],
  utf8: ["boolean", "int", "float", "decimal", "utf8", "timestamp", "date", "time", "interval", "binary"],
  binary: ["utf8"],
  timestamp: ["int", "float", "utf8", "timestamp", "date", "time"],
  date: ["int", "utf8", "timestamp"],
  time: ["utf8"],
  interval: ["utf8"],
  duration: ["int", "utf8"],
};

function checkCastable(expr: BoundExpr, type: SqlType): void {
  const from = expr.type;
  if (from.kind === "null" || (expr.node === "literal" && expr.value === null)) return;
  if (from.kind === "list" && type.kind === "list") return;
  if (CONVERTIBLE[from.kind]?.includes(type.kind)) return;
  if (type.kind === "utf8" && ["list", "struct", "map"].includes(from.kind)) return;
  throw planError(`Cannot cast ${t.arrowTypeName(from)} to ${t.arrowTypeName(type)} in ${displayName(expr)}`);
}
