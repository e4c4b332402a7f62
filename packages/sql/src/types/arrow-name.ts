import * as t from "./sql-type.ts";

type SqlType = t.SqlType;

/** The type name shown by SHOW COLUMNS, information_schema and arrow_typeof (docs/reference/sql.md). */
export function arrowTypeName(type: SqlType): string {
  switch (type.kind) {
    case "null":
      return "Null";
    case "boolean":
      return "Boolean";
    case "int":
      return `${type.signed ? "Int" : "UInt"}${type.bits}`;
    case "float":
      return `Float${type.bits}`;
    case "decimal":
      return `Decimal128(${type.precision}, ${type.scale})`;
    case "utf8":
      return type.dictionary ? "Dictionary(Int32, Utf8)" : "Utf8";
    case "binary":
      return "Binary";
    case "timestamp":
      return type.zone === undefined ? `Timestamp(${type.unit})` : `Timestamp(${type.unit}, "${type.zone}")`;
    case "date":
      return "Date32";
    case "time":
      return "Time64(ns)";
    case "interval":
      return "Interval(MonthDayNano)";
    case "duration":
      return "Duration(ns)";
    case "list":
      return `List(nullable ${arrowTypeName(type.item)})`;
    case "struct":
      return `Struct(${type.fields.map((f) => `"${f.name}": nullable ${arrowTypeName(f.type)}`).join(", ")})`;
    case "map":
      return `Map("entries": Struct("key": ${arrowTypeName(type.key)}, "value": nullable ${arrowTypeName(type.value)}), unsorted)`;
  }
}

const PLAIN_NAMES: Readonly<Record<string, SqlType>> = {
  Null: t.NULL,
  Boolean: t.BOOLEAN,
  Int8: t.INT8,
  Int16: t.INT16,
  Int32: t.INT32,
  Int64: t.INT64,
  UInt8: t.UINT8,
  UInt16: t.UINT16,
  UInt32: t.UINT32,
  UInt64: t.UINT64,
  Float32: t.FLOAT32,
  Float64: t.FLOAT64,
  Utf8: t.UTF8,
  LargeUtf8: t.UTF8,
  Utf8View: t.UTF8,
  Binary: t.BINARY,
  Date32: t.DATE,
  "Interval(MonthDayNano)": t.INTERVAL,
  "Dictionary(Int32, Utf8)": t.TAG,
};

const UNITS: Readonly<Record<string, t.TimeUnit>> = {
  Second: "s",
  Millisecond: "ms",
  Microsecond: "us",
  Nanosecond: "ns",
  s: "s",
  ms: "ms",
  µs: "us",
  us: "us",
  ns: "ns",
};

const TIMESTAMP_NAME = /^Timestamp\(\s*(\p{L}+)\s*(?:,\s*(?:None|Some\("([^"]+)"\)|"([^"]+)"))?\s*\)$/u;
const DECIMAL_NAME = /^Decimal128\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;

/** Reads a type name as written in arrow_cast, old and new spellings. */
export function parseArrowTypeName(text: string): SqlType | undefined {
  const name = text.trim();
  const plain = Object.hasOwn(PLAIN_NAMES, name) ? PLAIN_NAMES[name] : undefined;
  if (plain !== undefined) return plain;
  const timestamp = TIMESTAMP_NAME.exec(name);
  if (timestamp !== null) {
    const unit = Object.hasOwn(UNITS, timestamp[1]!) ? UNITS[timestamp[1]!] : undefined;
    return unit === undefined ? undefined : t.timestampType(unit, timestamp[2] ?? timestamp[3]);
  }
  const decimal = DECIMAL_NAME.exec(name);
  if (decimal !== null && Number(decimal[1]) <= 38 && Number(decimal[2]) <= Number(decimal[1])) {
    return { kind: "decimal", precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  return undefined;
}
