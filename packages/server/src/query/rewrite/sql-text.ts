import type { SqlType } from "@millrace/sql";

/**
 * A string literal. Quotes are doubled; a NUL would end the statement's text early, so it is written as a call.
 */
export function quoteText(text: string): string {
  const quoted = (part: string) => `'${part.replaceAll("'", "''")}'`;
  if (!text.includes("\0")) return quoted(text);
  return `(${text.split("\0").map(quoted).join(" || chr(0) || ")})`;
}

/** A name of ours or of a struct field. */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""').replaceAll("\0", "")}"`;
}

export function bigintText(value: bigint): string {
  // The engine reads the digits of the smallest BIGINT as a HUGEINT before it sees the sign.
  return value === -(2n ** 63n) ? "(-9223372036854775807 - 1)" : `${value}`;
}

/** A DOUBLE that reads back as the same number. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "'nan'::DOUBLE";
  if (!Number.isFinite(value)) return `'${value < 0 ? "-" : ""}inf'::DOUBLE`;
  if (Object.is(value, -0)) return "(-0e0)";
  const text = String(value);
  return text.includes("e") ? text : `${text}e0`;
}

const INTEGERS: Readonly<Record<number, string>> = {
  8: "TINYINT",
  16: "SMALLINT",
  32: "INTEGER",
  64: "BIGINT",
};

/** How values of a type are held in the engine. */
export function engineType(type: SqlType): string {
  switch (type.kind) {
    case "boolean":
      return "BOOLEAN";
    case "int":
      return type.signed ? INTEGERS[type.bits]! : `U${INTEGERS[type.bits]!}`;
    case "float":
      return type.bits === 64 ? "DOUBLE" : "FLOAT";
    case "decimal":
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case "null":
      return "INTEGER";
    case "utf8":
      return "VARCHAR";
    case "binary":
      return "BLOB";
    case "timestamp":
      return "TIMESTAMP_NS";
    case "date":
      return "DATE";
    case "time":
    case "duration":
      return "BIGINT";
    case "interval":
      return "INTERVAL";
    case "list":
      return `${engineType(type.item)}[]`;
    case "struct":
      return `STRUCT(${type.fields.map((f) => `${quoteIdent(f.name)} ${engineType(f.type)}`).join(", ")})`;
    case "map":
      return `MAP(${engineType(type.key)}, ${engineType(type.value)})`;
  }
}

export function castText(text: string, type: SqlType): string {
  return `CAST(${text} AS ${engineType(type)})`;
}

/** Integer remainder that is never negative, for a constant divisor. */
export function floorModText(value: string, divisor: bigint): string {
  return `((${value} % ${divisor}) + ${divisor}) % ${divisor}`;
}
