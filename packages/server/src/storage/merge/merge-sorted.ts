import { FieldType } from "../../catalog/index.ts";
import type { ColumnBatch, ColumnVector, FileColumn, SortedRows } from "../types.ts";
import { type BatchBounds, batchBounds } from "./batch-bounds.ts";
import { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
import { InputCursor, sortKeyOf } from "./input-cursor.ts";
import { compareSeries, type SeriesKey } from "./series-key.ts";

type Strings = Extract<ColumnVector, { kind: "string" }>;

/** A piece of this length fills what the row before it lacks. */
const FILL = 0;

/**
 * Merges rows of one table. Of rows of the same point the later input's wins, field by field: an older value survives
 * where the later rows have none. Columns are what the inputs' batches are lists of, tags in the order of the series key.
 */
export function mergeSorted(
  inputs: readonly SortedRows[],
  columns: readonly FileColumn[],
  bounds: BatchBounds = batchBounds(columns),
): SortedRows {
  return inputs.length === 1 ? inputs[0]! : new MergedRows(inputs, columns, bounds);
}

class MergedRows implements SortedRows {
  readonly #bounds: BatchBounds;
  readonly #builders: readonly ColumnBuilder[];
  readonly #stringColumns: readonly number[];
  /** By input number. */
  readonly #cursors: readonly InputCursor[];
  /** Those that have rows, oldest first. */
  #live: InputCursor[];
  /** What the batch is made of, copied when an input has to give up its rows: input, first row, rows. */
  #pieces: number[] = [];
  #rows = 0;
  #bytes = 0;

  constructor(inputs: readonly SortedRows[], columns: readonly FileColumn[], bounds: BatchBounds) {
    const key = sortKeyOf(columns);
    this.#bounds = bounds;
    this.#builders = columns.map((column) => columnBuilder(column, bounds.rows));
    this.#stringColumns = columns.flatMap((column, at) =>
      column.fieldType === FieldType.string ? [at] : [],
    );
    this.#cursors = inputs.map((rows, input) => new InputCursor(input, rows, key));
    this.#live = [...this.#cursors];
  }

  next(): ColumnBatch | undefined {
    for (const builder of this.#builders) builder.begin();
    this.#rows = 0;
    this.#bytes = 0;
    while (this.#room() > 0) {
      this.#refill();
      if (this.#live.length === 0) break;
      this.#step();
    }
    this.#copyPieces();
    if (this.#rows === 0) return undefined;
    return { rowCount: this.#rows, columns: this.#builders.map((builder) => builder.finish()) };
  }

  #room(): number {
    return this.#bytes >= this.#bounds.bytes ? 0 : this.#bounds.rows - this.#rows;
  }

  #refill(): void {
    let ended = false;
    for (const cursor of this.#live) {
      if (!cursor.atBatchEnd) continue;
      this.#copyPieces();
      if (!cursor.refill()) ended = true;
    }
    if (ended) this.#live = this.#live.filter((cursor) => !cursor.atBatchEnd);
  }

  /** Takes rows of the lowest series: all up to where another input has any, if only one input has that series. */
  #step(): void {
    const { cursors, next } = lowestSeries(this.#live);
    if (cursors.length > 1) {
      this.#mergeByTime(cursors);
      return;
    }
    const cursor = cursors[0]!;
    this.#take(cursor, next === undefined ? cursor.batch.rowCount : cursor.firstRowOf(next));
  }

  /** Until the first of the inputs, which are all in the same series, has no more of it at hand. */
  #mergeByTime(cursors: readonly InputCursor[]): void {
    while (this.#room() > 0) {
      const first = earliest(cursors);
      const high = first.timeHigh;
      const low = first.timeLow;
      let shared = false;
      let others: InputCursor | undefined;
      for (const cursor of cursors) {
        if (cursor === first) continue;
        if (cursor.compareTime(cursor.row, high, low) === 0) shared = true;
        else if (others === undefined || isEarlier(cursor, others)) others = cursor;
      }
      const ends = shared ? this.#takePoint(cursors, high, low) : this.#takeUntil(first, others!);
      if (ends) return;
    }
  }

  /** True when the run has ended. */
  #takeUntil(cursor: InputCursor, other: InputCursor): boolean {
    const end = cursor.runEnd;
    this.#take(cursor, cursor.firstRowAt(other.timeHigh, other.timeLow));
    return cursor.row >= end;
  }

  /** True when a run has ended. */
  #takePoint(cursors: readonly InputCursor[], high: number, low: number): boolean {
    let isNewest = true;
    let ends = false;
    for (let at = cursors.length - 1; at >= 0; at--) {
      const cursor = cursors[at]!;
      const { row, runEnd } = cursor;
      if (cursor.compareTime(row, high, low) !== 0) continue;
      if (isNewest) this.#take(cursor, row + 1);
      else this.#fillFrom(cursor);
      isNewest = false;
      if (row + 1 === runEnd) ends = true;
    }
    return ends;
  }

  #take(cursor: InputCursor, wantedEnd: number): void {
    const { input, row } = cursor;
    const length = Math.min(wantedEnd - row, this.#room());
    this.#rows += length;
    this.#countBytes(cursor, length);
    const pieces = this.#pieces;
    const last = pieces.length - 3;
    const continues = last >= 0 && pieces[last] === input && pieces[last + 1]! + pieces[last + 2]! === row;
    if (continues) pieces[last + 2]! += length;
    else pieces.push(input, row, length);
    cursor.moveTo(row + length);
  }

  #fillFrom(cursor: InputCursor): void {
    this.#countBytes(cursor, 1);
    this.#pieces.push(cursor.input, cursor.row, FILL);
    cursor.moveTo(cursor.row + 1);
  }

  #countBytes({ batch, row }: InputCursor, length: number): void {
    for (const at of this.#stringColumns) this.#bytes += stringBytes(batch.columns[at], row, length);
  }

  #copyPieces(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    for (let column = 0; column < this.#builders.length; column++) {
      const builder = this.#builders[column]!;
      for (let at = 0; at < pieces.length; at += 3) {
        const input = pieces[at]!;
        const vector = this.#cursors[input]!.batch.columns[column];
        const length = pieces[at + 2]!;
        if (length === FILL) builder.fillLast(vector, pieces[at + 1]!);
        else builder.append(vector, input, pieces[at + 1]!, length);
      }
    }
    pieces.length = 0;
  }
}

/** The inputs that are at the lowest series of all, and the lowest series of the others. */
function lowestSeries(live: readonly InputCursor[]): { cursors: InputCursor[]; next: SeriesKey | undefined } {
  let cursors = [live[0]!];
  let next: SeriesKey | undefined;
  for (let at = 1; at < live.length; at++) {
    const cursor = live[at]!;
    const lowest = cursors[0]!.series;
    const difference = compareSeries(cursor.series, lowest);
    if (difference === 0) {
      cursors.push(cursor);
    } else if (difference < 0) {
      next = lowest;
      cursors = [cursor];
    } else if (next === undefined || compareSeries(cursor.series, next) < 0) {
      next = cursor.series;
    }
  }
  return { cursors, next };
}

function earliest(cursors: readonly InputCursor[]): InputCursor {
  let first = cursors[0]!;
  for (let at = 1; at < cursors.length; at++) if (isEarlier(cursors[at]!, first)) first = cursors[at]!;
  return first;
}

function isEarlier(cursor: InputCursor, than: InputCursor): boolean {
  return cursor.compareTime(cursor.row, than.timeHigh, than.timeLow) < 0;
}

function stringBytes(vector: ColumnVector | undefined, start: number, length: number): number {
  if (vector === undefined) return 0;
  const { offsets } = vector as Strings;
  return offsets[start + length]! - offsets[start]!;
}
