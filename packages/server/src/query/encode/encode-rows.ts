import { type CellValue, type ResultColumn, vectorOf } from "../result/index.ts";
import type { QueryFormat } from "../types.ts";
import { ByteWriter } from "./byte-writer.ts";
import { createEncoder } from "./create-encoder.ts";

export interface EncodedRows {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** Encodes a small table of the main thread (a list of databases) exactly as a query result would be. */
export function encodeRows(
  format: QueryFormat,
  columns: readonly ResultColumn[],
  rows: readonly (readonly CellValue[])[],
): EncodedRows {
  const encoder = createEncoder(format, columns);
  const out = new ByteWriter(4096);
  const vectors = columns.map((column, i) =>
    vectorOf(
      column.type,
      rows.map((row) => row[i] ?? null),
    ),
  );
  encoder.begin(out);
  encoder.rows({ rowCount: rows.length, vectors }, 0, out, Number.POSITIVE_INFINITY);
  encoder.end(out, Number.POSITIVE_INFINITY);
  return { contentType: encoder.contentType, bytes: out.take() };
}
