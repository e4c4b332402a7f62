import * as t from "./sql-type.ts";

type SqlType = t.SqlType;

/** The type both sides of a comparison are brought to, or undefined when they cannot be compared. */
export function comparisonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === "null") return b;
  if (b.kind === "null") return a;
  if (t.isNumeric(a) && t.isNumeric(b)) return numericType(a, b);
  if (a.kind === "timestamp" || b.kind === "timestamp") return temporalType(a, b);
  if (a.kind === "utf8" && b.kind !== "utf8") return textBecomes(b) ? b : undefined;
  if (b.kind === "utf8" && a.kind !== "utf8") return textBecomes(a) ? a : undefined;
  return commonType(a, b);
}

function textBecomes(type: SqlType): boolean {
  return t.isNumeric(type) || ["boolean", "date", "time", "interval"].includes(type.kind);
}

function temporalType(a: SqlType, b: SqlType): SqlType | undefined {
  const timestamp = a.kind === "timestamp" ? a : b;
  const other = a.kind === "timestamp" ? b : a;
  return ["timestamp", "date", "utf8"].includes(other.kind) ? timestamp : undefined;
}

function numericType(a: SqlType, b: SqlType): SqlType {
  if (a.kind === "float" || b.kind === "float") {
    return a.kind === "float" && b.kind === "float" && a.bits === 32 && b.bits === 32 ? t.FLOAT32 : t.FLOAT64;
  }
  if (a.kind === "decimal" || b.kind === "decimal") return decimalType(a, b);
  if (a.kind !== "int" || b.kind !== "int") return t.FLOAT64;
  if (a.signed === b.signed) return a.bits >= b.bits ? a : b;
  return t.INT64;
}

function decimalType(a: SqlType, b: SqlType): SqlType {
  const scaleOf = (type: SqlType) => (type.kind === "decimal" ? type.scale : 0);
  const wholeOf = (type: SqlType) => (type.kind === "decimal" ? type.precision - type.scale : 20);
  const scale = Math.max(scaleOf(a), scaleOf(b));
  return { kind: "decimal", precision: Math.min(38, Math.max(wholeOf(a), wholeOf(b)) + scale), scale };
}

/** The type that CASE branches, list items or the sides of a UNION are brought to. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (t.sameType(a, b)) return a;
  if (a.kind === "null") return b;
  if (b.kind === "null") return a;
  if (t.isNumeric(a) && t.isNumeric(b)) return numericType(a, b);
  if (a.kind === "utf8" && b.kind === "utf8") return t.UTF8;
  if (a.kind === "timestamp" && (b.kind === "timestamp" || b.kind === "date")) return a;
  if (b.kind === "timestamp" && a.kind === "date") return b;
  if (a.kind === "utf8" && (t.isNumeric(b) || b.kind === "boolean")) return a;
  if (b.kind === "utf8" && (t.isNumeric(a) || a.kind === "boolean")) return b;
  if (a.kind === "utf8" && b.kind === "timestamp") return b;
  if (b.kind === "utf8" && a.kind === "timestamp") return a;
  if (a.kind === "list" && b.kind === "list") {
    const item = commonType(a.item, b.item);
    return item === undefined ? undefined : t.listOf(item);
  }
  return undefined;
}

export function commonTypeOf(types: readonly SqlType[]): SqlType | undefined {
  return types.reduce<SqlType | undefined>(
    (sofar, type) => (sofar === undefined ? undefined : commonType(sofar, type)),
    t.NULL,
  );
}

/** The type of `a op b` for numbers; both operands are brought to it first. */
export function arithmeticType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === "null" && b.kind === "null") return t.NULL;
  if (a.kind === "null") return t.isNumeric(b) ? b : undefined;
  if (b.kind === "null") return t.isNumeric(a) ? a : undefined;
  if (a.kind === "utf8" && t.isNumeric(b)) return b;
  if (b.kind === "utf8" && t.isNumeric(a)) return a;
  return t.isNumeric(a) && t.isNumeric(b) ? numericType(a, b) : undefined;
}
