import { chunkOfRow } from "../layout/index.ts";
import { type ColumnValidity, columnValidities, type RowSource } from "./row-source.ts";

const NONE = -1;

/** Collects, for points that were written more than once, where the newest row's empty fields come from. */
export class PointFills {
  /** Column id → (surviving row → older row that holds this field's value). */
  readonly filledFrom = new Map<number, Map<number, number>>();
  readonly #source: RowSource;
  #columns: readonly ColumnValidity[] | undefined;

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** `rows[start, end)` are of one point, oldest first; the last one survives. */
  add(rows: Int32Array, start: number, end: number): void {
    this.#columns ??= columnValidities(this.#source);
    const newest = rows[end - 1]!;
    const chunk = chunkOfRow(newest);
    const slot = newest - this.#source.chunks[chunk]!.firstRow;
    for (const column of this.#columns) {
      if (isSet(column.bits[chunk], slot)) continue;
      const from = this.#newestWithValue(column, rows, start, end - 1);
      if (from === NONE) continue;
      const ofColumn = this.filledFrom.get(column.columnId) ?? new Map<number, number>();
      this.filledFrom.set(column.columnId, ofColumn.set(newest, from));
    }
  }

  #newestWithValue(column: ColumnValidity, rows: Int32Array, start: number, end: number): number {
    for (let i = end - 1; i >= start; i--) {
      const row = rows[i]!;
      const chunk = chunkOfRow(row);
      if (isSet(column.bits[chunk], row - this.#source.chunks[chunk]!.firstRow)) return row;
    }
    return NONE;
  }
}

function isSet(bits: Uint8Array | undefined, slot: number): boolean {
  return bits !== undefined && (bits[slot >> 3]! & (1 << (slot & 7))) !== 0;
}
