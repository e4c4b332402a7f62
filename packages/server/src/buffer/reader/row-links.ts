import { chunkFirstRow, chunkOfRow } from "../layout/index.ts";
import type { MirrorChunk } from "./mirror-chunk.ts";

const NONE = -1;

/**
 * Leads from each row to the one before it of the same series, so that a series is read without a look at the others'
 * rows. Published rows never change, so the links only grow, by the new rows, and serve older views as well.
 */
export class RowLinks {
  /** By chunk, then row of the chunk. */
  readonly #before: Int32Array[] = [];
  /** By series. */
  #last = new Int32Array(0);
  #rowCount = 0;

  extend(chunks: readonly MirrorChunk[], rowCount: number, seriesCount: number): void {
    if (rowCount <= this.#rowCount) return;
    if (seriesCount > this.#last.length) this.#growTo(Math.max(seriesCount, this.#last.length * 2));
    const last = this.#last;
    for (let c = chunkOfRow(this.#rowCount); c < chunks.length; c++) {
      const { firstRow, capacity, series } = chunks[c]!;
      this.#before[c] ??= new Int32Array(capacity);
      const before = this.#before[c]!;
      const end = Math.min(rowCount - firstRow, capacity);
      for (let slot = Math.max(this.#rowCount - firstRow, 0); slot < end; slot++) {
        const one = series[slot]!;
        before[slot] = last[one]!;
        last[one] = firstRow + slot;
      }
    }
    this.#rowCount = rowCount;
  }

  /** How many of the first `rowCount` rows the series has. */
  countOf(series: number, rowCount: number): number {
    let count = 0;
    for (let row = this.#lastOf(series, rowCount); row !== NONE; row = this.#rowBefore(row)) {
      count++;
    }
    return count;
  }

  /** Puts the series' rows before `end`, in the order of their coming. */
  fill(series: number, rowCount: number, target: Int32Array, end: number): void {
    let at = end;
    for (let row = this.#lastOf(series, rowCount); row !== NONE; row = this.#rowBefore(row)) {
      target[--at] = row;
    }
  }

  #lastOf(series: number, rowCount: number): number {
    let row = this.#last[series] ?? NONE;
    while (row >= rowCount) row = this.#rowBefore(row);
    return row;
  }

  #rowBefore(row: number): number {
    const chunk = chunkOfRow(row);
    return this.#before[chunk]![row - chunkFirstRow(chunk)]!;
  }

  #growTo(capacity: number): void {
    const grown = new Int32Array(capacity).fill(NONE);
    grown.set(this.#last);
    this.#last = grown;
  }
}
