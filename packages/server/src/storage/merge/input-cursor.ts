import type { ColumnBatch, ColumnVector, FileColumn, SortedRows } from "../types.ts";
import { gallop } from "./gallop.ts";
import { compareValues, type SeriesKey } from "./series-key.ts";

type Tags = Extract<ColumnVector, { kind: "tag" }>;
type Words = Extract<ColumnVector, { kind: "words" }>;

/** Where in a list of columns the sort key is. */
export interface SortKey {
  readonly time: number;
  /** In the order of the series key. */
  readonly tags: readonly number[];
}

export function sortKeyOf(columns: readonly FileColumn[]): SortKey {
  const tags = columns.flatMap((column, place) => (column.kind === "tag" ? [place] : []));
  return { time: columns.findIndex((column) => column.kind === "time"), tags };
}

const NONE = new Int32Array(0);

/** The place a merge has reached in one of its inputs. */
export class InputCursor {
  /** Of two inputs, the higher number is the later one. */
  readonly input: number;
  batch: ColumnBatch = { rowCount: 0, columns: [] };
  row = 0;
  /** The series of the row. */
  readonly series: (Uint8Array | undefined)[];
  readonly #rows: SortedRows;
  readonly #key: SortKey;
  readonly #tags: (Tags | undefined)[];
  #time: Int32Array = NONE;
  #runEnd = 0;

  constructor(input: number, rows: SortedRows, key: SortKey) {
    this.input = input;
    this.#rows = rows;
    this.#key = key;
    this.series = key.tags.map(() => undefined);
    this.#tags = key.tags.map(() => undefined);
  }

  get atBatchEnd(): boolean {
    return this.row === this.batch.rowCount;
  }

  /** Takes the next batch; false when there is none. The rows of the one before are gone then. */
  refill(): boolean {
    let batch = this.#rows.next();
    while (batch?.rowCount === 0) batch = this.#rows.next();
    if (batch === undefined) return false;
    this.batch = batch;
    this.#time = (batch.columns[this.#key.time] as Words).words;
    this.#key.tags.forEach((place, tag) => {
      this.#tags[tag] = batch.columns[place] as Tags | undefined;
    });
    this.#runEnd = 0;
    this.moveTo(0);
    return true;
  }

  moveTo(row: number): void {
    this.row = row;
    if (row < this.#runEnd || this.atBatchEnd) return;
    this.#runEnd = 0;
    for (let tag = 0; tag < this.series.length; tag++) this.series[tag] = this.#tagValue(tag, row);
  }

  /** Where the series of the row ends, as far as this batch tells. */
  get runEnd(): number {
    if (this.#runEnd === 0) {
      const { row } = this;
      this.#runEnd = gallop(row, this.batch.rowCount, (other) => this.#sameIds(row, other));
    }
    return this.#runEnd;
  }

  /** The first row from here on whose series is not before this one. */
  firstRowOf(series: SeriesKey): number {
    return gallop(this.row, this.batch.rowCount, (row) => this.#isBeforeSeries(row, series));
  }

  /** The first row of the run from here on whose time is not before this one. */
  firstRowAt(high: number, low: number): number {
    return gallop(this.row, this.runEnd, (row) => this.compareTime(row, high, low) < 0);
  }

  get timeHigh(): number {
    return this.#time[this.row * 2 + 1]!;
  }

  get timeLow(): number {
    return this.#time[this.row * 2]! >>> 0;
  }

  compareTime(row: number, high: number, low: number): number {
    return this.#time[row * 2 + 1]! - high || (this.#time[row * 2]! >>> 0) - low;
  }

  #tagValue(tag: number, row: number): Uint8Array | undefined {
    const tags = this.#tags[tag];
    // There is no value for -1, which stands for NULL.
    return tags?.dictionary[tags.ids[row]!];
  }

  #sameIds(a: number, b: number): boolean {
    for (const tag of this.#tags) if (tag !== undefined && tag.ids[a] !== tag.ids[b]) return false;
    return true;
  }

  #isBeforeSeries(row: number, series: SeriesKey): boolean {
    for (let tag = 0; tag < series.length; tag++) {
      const difference = compareValues(this.#tagValue(tag, row), series[tag]);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }
}
