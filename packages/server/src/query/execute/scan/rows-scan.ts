import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";
import type { CellValue } from "../../result/index.ts";
import { type DataChunk, type NativeVector, VECTOR_ROWS } from "../native.ts";
import type { ScanCursor, ScanSource } from "./scan-source.ts";

/** A small table held as JavaScript values: system tables and information_schema. */
export function rowsScan(columns: readonly SqlType[], rows: readonly (readonly CellValue[])[]): ScanSource {
  return { columns, rowCount: rows.length, open: (projection) => new RowsCursor(columns, rows, projection) };
}

class RowsCursor implements ScanCursor {
  readonly #columns: readonly SqlType[];
  readonly #rows: readonly (readonly CellValue[])[];
  readonly #projection: readonly number[];
  #position = 0;

  constructor(
    columns: readonly SqlType[],
    rows: readonly (readonly CellValue[])[],
    projection: readonly number[],
  ) {
    this.#columns = columns;
    this.#rows = rows;
    this.#projection = projection;
  }

  fill(chunk: DataChunk): number {
    const rows = this.#rows.slice(this.#position, this.#position + VECTOR_ROWS);
    this.#position += rows.length;
    if (rows.length === 0) return 0;
    this.#projection.forEach((index, i) => {
      const type = this.#columns[index];
      if (type === undefined) return;
      fillValues(
        duckdb.data_chunk_get_vector(chunk, i),
        type,
        rows.map((row) => row[index] ?? null),
      );
    });
    return rows.length;
  }
}

function fillValues(vector: NativeVector, type: SqlType, values: readonly CellValue[]): void {
  if (values.includes(null)) fillValidity(vector, values);
  switch (type.kind) {
    case "utf8":
      values.forEach((value, row) => {
        if (value !== null) duckdb.vector_assign_string_element(vector, row, String(value));
      });
      return;
    case "list":
      fillLists(vector, type.item, values);
      return;
    case "null":
      return;
    default: {
      const bytes = fixedWidthBytes(type, values);
      duckdb.copy_data_to_vector(vector, 0, bytes, 0, bytes.byteLength);
    }
  }
}

function fillValidity(vector: NativeVector, values: readonly CellValue[]): void {
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value !== null) bits[row >> 3]! |= 1 << (row & 7);
  });
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.length);
}

function fillLists(vector: NativeVector, item: SqlType, values: readonly CellValue[]): void {
  const entries = new BigUint64Array(values.length * 2);
  const items: CellValue[] = [];
  values.forEach((value, row) => {
    const list = Array.isArray(value) ? value : [];
    entries[row * 2] = BigInt(items.length);
    entries[row * 2 + 1] = BigInt(list.length);
    items.push(...list);
  });
  duckdb.list_vector_reserve(vector, items.length);
  duckdb.list_vector_set_size(vector, items.length);
  if (items.length > 0) fillValues(duckdb.list_vector_get_child(vector), item, items);
  duckdb.copy_data_to_vector(vector, 0, entries.buffer, 0, entries.byteLength);
}

function fixedWidthBytes(type: SqlType, values: readonly CellValue[]): ArrayBuffer {
  const numbers = (): number[] => values.map((value) => Number(value ?? 0));
  switch (type.kind) {
    case "boolean":
      return Uint8Array.from(numbers()).buffer;
    case "float":
      return type.bits === 64 ? Float64Array.from(numbers()).buffer : Float32Array.from(numbers()).buffer;
    case "date":
      return Int32Array.from(numbers()).buffer;
    case "int":
      if (type.bits === 8) return Int8Array.from(numbers()).buffer;
      if (type.bits === 16) return Int16Array.from(numbers()).buffer;
      if (type.bits === 32) return Int32Array.from(numbers()).buffer;
      return wideBytes(values);
    case "timestamp":
    case "time":
    case "duration":
      return wideBytes(values);
    default:
      throw new TypeError(`a small table cannot have a column of type ${type.kind}`);
  }
}

function wideBytes(values: readonly CellValue[]): ArrayBuffer {
  return BigInt64Array.from(values, (value) => BigInt.asIntN(64, BigInt((value ?? 0) as number | bigint)))
    .buffer;
}
