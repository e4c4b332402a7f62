import type { ChunkView } from "../../buffer/index.ts";
import { lastNotAfter } from "./last-not-after.ts";
import type { Scratch } from "./scratch.ts";

const NONE = new Int32Array(0);

/** Where the rows of a batch are in the buffer: runs of neighbours in the same chunk. */
export class RowPlaces {
  /** The rows' numbers, in the order of the batch. */
  rows: Int32Array = NONE;
  runCount = 0;
  /** By run: its chunk, and the place in the batch where it ends. */
  runChunks: Int32Array = NONE;
  runEnds: Int32Array = NONE;
  /** By place in the batch: the row in its chunk. */
  slots: Int32Array = NONE;
  /** Neighbours of the same series: which one, and the place in the batch where they end. */
  seriesCount = 0;
  series: Int32Array = NONE;
  seriesEnds: Int32Array = NONE;
  readonly #chunks: readonly ChunkView[];
  readonly #firstRows: Int32Array;
  readonly #scratch: Scratch;

  constructor(chunks: readonly ChunkView[], scratch: Scratch) {
    this.#chunks = chunks;
    this.#firstRows = Int32Array.from(chunks, (chunk) => chunk.firstRow);
    this.#scratch = scratch;
  }

  get rowCount(): number {
    return this.rows.length;
  }

  locate(rows: Int32Array): void {
    this.rows = rows;
    this.runChunks = this.#scratch.ints("run chunks", rows.length);
    this.runEnds = this.#scratch.ints("run ends", rows.length);
    this.slots = this.#scratch.ints("slots", rows.length);
    this.#findRuns();
    this.#findSeries();
  }

  chunkOf(row: number): number {
    return lastNotAfter(this.#firstRows, row);
  }

  slotIn(chunk: number, row: number): number {
    return row - this.#firstRows[chunk]!;
  }

  #findRuns(): void {
    const { rows, runChunks, runEnds, slots } = this;
    let runs = 0;
    let first = 0;
    let end = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row < first || row >= end) {
        if (i > 0) runEnds[runs++] = i;
        const chunk = this.chunkOf(row);
        runChunks[runs] = chunk;
        first = this.#firstRows[chunk]!;
        end = first + this.#chunks[chunk]!.rowCount;
      }
      slots[i] = row - first;
    }
    if (rows.length > 0) runEnds[runs++] = rows.length;
    this.runCount = runs;
  }

  #findSeries(): void {
    const { runChunks, runEnds, slots } = this;
    const series = this.#scratch.ints("series", this.rowCount);
    const seriesEnds = this.#scratch.ints("series ends", this.rowCount);
    let count = -1;
    let last = -1;
    let i = 0;
    for (let run = 0; run < this.runCount; run++) {
      const from = this.#chunks[runChunks[run]!]!.series;
      for (const end = runEnds[run]!; i < end; i++) {
        const one = from[slots[i]!]!;
        if (one === last) continue;
        if (count >= 0) seriesEnds[count] = i;
        series[++count] = one;
        last = one;
      }
    }
    if (count >= 0) seriesEnds[count] = this.rowCount;
    this.seriesCount = count + 1;
    this.series = series;
    this.seriesEnds = seriesEnds;
  }
}
