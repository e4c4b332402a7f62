import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";
import type { ColumnBatch, ColumnVector, SortedRows } from "../../../storage/index.ts";
import { type DataChunk, type NativeVector, VECTOR_ROWS } from "../native.ts";
import type { ScanCursor, ScanSource } from "./scan-source.ts";
import { copyToVector, copyValidityToVector, scratchBytes, scratchValidity, setAllNull } from "./scratch.ts";
import { StringBlock } from "./strings.ts";

export interface SortedTable {
  /** By column index of the table's schema. */
  readonly columns: readonly SqlType[];
  /** How many there may be. */
  readonly rowCount: number;
  /** Rows with the wanted columns, in that order; called again for each run of the statement. */
  open(wanted: readonly number[]): SortedRows;
}

/** Reads rows that come in batches of columns: what is left of several sources after their points were merged. */
export function sortedScan(table: SortedTable): ScanSource {
  const { columns, rowCount } = table;
  return {
    columns,
    rowCount,
    open(projection) {
      // DuckDB numbers its own hidden columns (a row id) beyond those of the table.
      const wanted = [...new Set(projection)].filter((index) => index >= 0 && index < columns.length);
      const places = projection.map((index) => wanted.indexOf(index));
      return new SortedCursor(table.open(wanted), places);
    },
  };
}

class SortedCursor implements ScanCursor {
  readonly #rows: SortedRows;
  /** For each vector of the output the place of its column in the batches, or -1. */
  readonly #places: readonly number[];
  #batch: ColumnBatch | undefined;
  #row = 0;

  constructor(rows: SortedRows, places: readonly number[]) {
    this.#rows = rows;
    this.#places = places;
  }

  fill(chunk: DataChunk): number {
    while (this.#batch === undefined || this.#row >= this.#batch.rowCount) {
      this.#batch = this.#rows.next();
      this.#row = 0;
      if (this.#batch === undefined) return 0;
    }
    const { columns, rowCount } = this.#batch;
    const start = this.#row;
    const count = Math.min(VECTOR_ROWS, rowCount - start);
    this.#row += count;
    this.#places.forEach((place, i) => {
      fillColumn(duckdb.data_chunk_get_vector(chunk, i), columns[place], start, count);
    });
    return count;
  }
}

/** `start` is a multiple of eight: validity is copied by whole bytes. */
function fillColumn(
  vector: NativeVector,
  column: ColumnVector | undefined,
  start: number,
  count: number,
): void {
  switch (column?.kind) {
    case undefined:
      setAllNull(vector, count);
      return;
    case "words": {
      const { words } = column;
      scratchBytes.set(new Uint8Array(words.buffer, words.byteOffset + start * 8, count * 8));
      copyToVector(vector, count * 8);
      fillValidity(vector, column.validity, start, count);
      return;
    }
    case "boolean":
      scratchBytes.set(column.values.subarray(start, start + count));
      copyToVector(vector, count);
      fillValidity(vector, column.validity, start, count);
      return;
    case "tag":
      fillTags(vector, column, start, count);
      return;
    case "string":
      fillStrings(vector, column, start, count);
  }
}

function fillValidity(
  vector: NativeVector,
  validity: Uint8Array | undefined,
  start: number,
  count: number,
): void {
  if (validity === undefined) return;
  scratchValidity.set(validity.subarray(start >> 3, (start + count + 7) >> 3));
  copyValidityToVector(vector, count);
}

const strings = new StringBlock();

function fillTags(
  vector: NativeVector,
  { ids, dictionary }: Extract<ColumnVector, { kind: "tag" }>,
  start: number,
  count: number,
): void {
  scratchValidity.fill(0xff, 0, (count + 7) >> 3);
  strings.begin();
  for (let i = 0; i < count; i++) {
    const bytes = dictionary[ids[start + i]!];
    if (bytes !== undefined) {
      strings.add(i, bytes);
      continue;
    }
    scratchValidity[i >> 3]! &= ~(1 << (i & 7));
    strings.addEmpty(i);
  }
  strings.finish(vector, count);
  copyValidityToVector(vector, count);
}

function fillStrings(
  vector: NativeVector,
  { offsets, bytes, validity }: Extract<ColumnVector, { kind: "string" }>,
  start: number,
  count: number,
): void {
  strings.begin();
  for (let i = 0; i < count; i++) {
    const row = start + i;
    const isNull = validity !== undefined && (validity[row >> 3]! & (1 << (row & 7))) === 0;
    if (isNull) strings.addEmpty(i);
    else strings.add(i, bytes.subarray(offsets[row]!, offsets[row + 1]!));
  }
  strings.finish(vector, count);
  fillValidity(vector, validity, start, count);
}
