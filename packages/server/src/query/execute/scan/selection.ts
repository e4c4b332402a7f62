import type { ChunkView, RowOrder, TableView } from "../../../buffer/index.ts";
import { VECTOR_ROWS } from "../native.ts";
import type { TimeRange } from "./scan-source.ts";
import { TimeFilter } from "./time-filter.ts";

/**
 * The rows of one output vector. `contiguous` rows lie side by side in one chunk and can be copied as a block;
 * otherwise `chunkOf` and `rowOf` say for each where it is.
 */
export interface Selection {
  count: number;
  contiguous: boolean;
  readonly chunkOf: Int32Array;
  readonly rowOf: Int32Array;
}

/** Walks the rows of a table's view and selects the rows inside any of the ranges, a vector at a time. */
export class RowSelector {
  readonly #chunks: readonly ChunkView[];
  readonly #order: Int32Array | undefined;
  readonly #filter: TimeFilter;
  readonly selection: Selection = {
    count: 0,
    contiguous: false,
    chunkOf: new Int32Array(VECTOR_ROWS),
    rowOf: new Int32Array(VECTOR_ROWS),
  };
  #chunk = 0;
  #row = 0;
  #position = 0;
  readonly #times: (Int32Array | undefined)[] = [];

  /** `order`: the rows to walk; null: all of the view's as they lie. */
  constructor(view: TableView, order: RowOrder | null, ranges: readonly TimeRange[]) {
    this.#chunks = view.chunks;
    this.#order = order?.rows;
    this.#filter = new TimeFilter(ranges);
  }

  /** Selects the next rows; false when there are none left. */
  next(): boolean {
    const { selection } = this;
    selection.count = 0;
    while (selection.count === 0) {
      const more = this.#order === undefined ? this.#nextInPlace() : this.#nextInOrder(this.#order);
      if (!more) return selection.count > 0;
    }
    return true;
  }

  #nextInPlace(): boolean {
    const chunk = this.#chunks[this.#chunk];
    if (chunk === undefined) return false;
    const start = this.#row;
    const end = Math.min(start + VECTOR_ROWS, chunk.rowCount);
    this.#select(chunk, start, end);
    this.#row = end;
    if (end >= chunk.rowCount) {
      this.#chunk++;
      this.#row = 0;
    }
    return true;
  }

  #select(chunk: ChunkView, start: number, end: number): void {
    const { selection } = this;
    const { chunkOf, rowOf } = selection;
    const filter = this.#filter;
    let count = 0;
    if (filter.isOpen) {
      for (let row = start; row < end; row++) rowOf[count++] = row;
    } else {
      const times = this.#timesOf(this.#chunk, chunk);
      for (let row = start; row < end; row++) if (filter.passes(times, row)) rowOf[count++] = row;
    }
    chunkOf.fill(this.#chunk, 0, count);
    selection.count = count;
    selection.contiguous = count > 0 && rowOf[count - 1]! - rowOf[0]! === count - 1;
  }

  #nextInOrder(rows: Int32Array): boolean {
    const { selection } = this;
    const { chunkOf, rowOf } = selection;
    const end = Math.min(this.#position + VECTOR_ROWS, rows.length);
    if (this.#position >= end) return false;
    let count = 0;
    for (; this.#position < end; this.#position++) {
      const row = rows[this.#position]!;
      const chunk = chunkIndexOf(this.#chunks, row);
      const inChunk = row - this.#chunks[chunk]!.firstRow;
      if (!this.#filter.isOpen) {
        if (!this.#filter.passes(this.#timesOf(chunk, this.#chunks[chunk]!), inChunk)) continue;
      }
      chunkOf[count] = chunk;
      rowOf[count++] = inChunk;
    }
    selection.count = count;
    selection.contiguous = false;
    return true;
  }

  #timesOf(index: number, chunk: ChunkView): Int32Array {
    let times = this.#times[index];
    if (times === undefined) {
      times = new Int32Array(chunk.time.buffer, chunk.time.byteOffset, chunk.time.length * 2);
      this.#times[index] = times;
    }
    return times;
  }
}

/** Those of the rows whose time is within the range, in the same order. */
export function rowsWithin(view: TableView, rows: RowOrder, range: TimeRange): Int32Array {
  const selector = new RowSelector(view, rows, [range]);
  const { selection } = selector;
  const kept = new Int32Array(rows.rows.length);
  let count = 0;
  while (selector.next()) {
    for (let i = 0; i < selection.count; i++) {
      kept[count++] = view.chunks[selection.chunkOf[i]!]!.firstRow + selection.rowOf[i]!;
    }
  }
  return kept.subarray(0, count);
}

/** The chunk that holds a row of the table. */
export function chunkIndexOf(chunks: readonly ChunkView[], row: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunks[middle]!.firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}
