import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";

export type DataChunk = duckdb.DataChunk;
export type NativeVector = duckdb.Vector;
export type LogicalType = duckdb.LogicalType;

export const { Type } = duckdb;

/** DuckDB hands table functions and results over in vectors of at most this many rows. */
export const VECTOR_ROWS = duckdb.vector_size();

/** The DuckDB type that holds values of a logical type; docs/reference/sql.md names the logical types. */
export function logicalTypeOf(type: SqlType): LogicalType {
  switch (type.kind) {
    case "list":
      return duckdb.create_list_type(logicalTypeOf(type.item));
    case "struct":
      return duckdb.create_struct_type(
        type.fields.map((field) => logicalTypeOf(field.type)),
        type.fields.map((field) => field.name),
      );
    case "map":
      return duckdb.create_map_type(logicalTypeOf(type.key), logicalTypeOf(type.value));
    case "decimal":
      return duckdb.create_decimal_type(type.precision, type.scale);
    default:
      return duckdb.create_logical_type(simpleType(type));
  }
}

function simpleType(type: SqlType): duckdb.Type {
  switch (type.kind) {
    case "boolean":
      return Type.BOOLEAN;
    case "int":
      return intType(type.bits, type.signed);
    case "float":
      return type.bits === 64 ? Type.DOUBLE : Type.FLOAT;
    case "utf8":
      return Type.VARCHAR;
    case "binary":
      return Type.BLOB;
    case "timestamp":
      return Type.TIMESTAMP_NS;
    case "date":
      return Type.DATE;
    case "interval":
      return Type.INTERVAL;
    case "time":
    case "duration":
      return Type.BIGINT;
    default:
      return Type.SQLNULL;
  }
}

function intType(bits: 8 | 16 | 32 | 64, signed: boolean): duckdb.Type {
  switch (bits) {
    case 8:
      return signed ? Type.TINYINT : Type.UTINYINT;
    case 16:
      return signed ? Type.SMALLINT : Type.USMALLINT;
    case 32:
      return signed ? Type.INTEGER : Type.UINTEGER;
    case 64:
      return signed ? Type.BIGINT : Type.UBIGINT;
  }
}
