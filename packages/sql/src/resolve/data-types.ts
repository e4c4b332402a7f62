import { notImplemented } from "../errors/index.ts";
import { type DataType, nodeOf } from "../parse/index.ts";
import * as t from "../types/index.ts";

const SIMPLE: ReadonlyMap<string, t.SqlType> = new Map(
  (
    [
      ["Boolean Bool", t.BOOLEAN],
      ["TinyInt Int8Bit", t.INT8],
      ["SmallInt Int2 Int16", t.INT16],
      ["Int Integer Int4 Int32 MediumInt", t.INT32],
      ["BigInt Int8 Int64", t.INT64],
      ["TinyIntUnsigned UTinyInt UInt8", t.UINT8],
      ["SmallIntUnsigned Int2Unsigned USmallInt UInt16", t.UINT16],
      ["IntUnsigned IntegerUnsigned Int4Unsigned UnsignedInteger Unsigned UInt32", t.UINT32],
      ["BigIntUnsigned Int8Unsigned UBigInt UInt64", t.UINT64],
      ["Float Real Float4 Float32", t.FLOAT32],
      ["Double DoublePrecision Float8 Float64", t.FLOAT64],
      ["Text String Varchar Char Character CharVarying CharacterVarying Nvarchar", t.UTF8],
      ["Bytea Binary Varbinary Blob", t.BINARY],
      ["Date", t.DATE],
      ["Time", t.TIME],
      ["Interval", t.INTERVAL],
      ["Timestamp Datetime TimestampNtz", t.TIMESTAMP],
    ] as const
  ).flatMap(([names, type]) => names.split(" ").map((name): [string, t.SqlType] => [name, type])),
);

/** The type named in a cast. `INT UNSIGNED` is 64 bits wide in this dialect (docs/reference/sql.md). */
export function sqlTypeOf(dataType: DataType): t.SqlType {
  const [tag, detail] = nodeOf(dataType);
  if (tag === "Timestamp" && Array.isArray(detail) && (detail[1] === "Tz" || detail[1] === "WithTimeZone")) {
    return t.timestampType("ns", "UTC");
  }
  const simple = SIMPLE.get(tag);
  if (simple !== undefined) return simple;
  if (tag === "Decimal" || tag === "Numeric" || tag === "Dec") return decimalType(detail);
  if (tag === "Array") return arrayType(detail);
  if (tag === "Custom") return customType(detail);
  throw notImplemented(`Unsupported SQL type ${tag}`);
}

function decimalType(detail: unknown): t.SqlType {
  const [form, digits] = nodeOf(detail as string | object);
  const [precision, scale] = form === "PrecisionAndScale" ? (digits as [number, number]) : [digits ?? 38, 10];
  const p = Number(precision);
  const s = form === "Precision" ? 0 : Number(scale);
  if (!(p >= 1 && p <= 38 && s >= 0 && s <= p)) {
    throw notImplemented(
      `Decimal(precision = ${p}, scale = ${s}): the precision must be 1 to 38, the scale within it`,
    );
  }
  return { kind: "decimal", precision: p, scale: s };
}

function arrayType(detail: unknown): t.SqlType {
  const [, inner] = nodeOf(detail as string | object);
  const item = Array.isArray(inner) ? inner[0] : inner;
  if (item === null || item === undefined) throw notImplemented("an array type without item type");
  return t.listOf(sqlTypeOf(item as DataType));
}

function customType(detail: unknown): t.SqlType {
  const parts = Array.isArray(detail) ? (detail[0] as readonly { Identifier?: { value: string } }[]) : [];
  const name = parts[0]?.Identifier?.value ?? "";
  if (/^(utf8|string|largeutf8)$/i.test(name)) return t.UTF8;
  throw notImplemented(`Unsupported SQL type ${name}`);
}
