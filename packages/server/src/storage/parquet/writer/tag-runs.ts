import { setBits } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import { ByteSink } from "../bytes/index.ts";
import type { Texts } from "./texts.ts";

type Tags = Extract<ColumnVector, { kind: "tag" }>;

const NULL_ID = -1;

/**
 * The runs of the same value in a column of tags, and the values in it numbered by first appearance: a batch's
 * dictionary may hold far more. What it found is valid until it looks again.
 */
export class TagRuns {
  /** Without NULLs. */
  count = 0;
  ids = new Int32Array(0);
  lengths = new Int32Array(0);
  nullCount = 0;
  /** Undefined: every row has a value. */
  validity: Uint8Array | undefined;
  /** By number, of the batch's dictionary. */
  readonly used: number[] = [];
  readonly #bytes = new ByteSink(4096);
  /** By id of the batch: the value's number, counted from 1. All 0 in between. */
  #numbers = new Int32Array(0);

  find({ ids, dictionary }: Tags, rowCount: number): void {
    if (this.ids.length < rowCount) {
      this.ids = new Int32Array(rowCount);
      this.lengths = new Int32Array(rowCount);
    }
    if (this.#numbers.length < dictionary.length) this.#numbers = new Int32Array(dictionary.length);
    this.count = 0;
    this.nullCount = 0;
    this.validity = undefined;
    this.used.length = 0;
    for (let row = 0; row < rowCount; ) {
      const id = ids[row]!;
      const end = runEnd(ids, row, rowCount);
      if (id === NULL_ID) this.#addNulls(row, end - row, rowCount);
      else this.#addRun(id, row, end - row);
      row = end;
    }
    for (const id of this.used) this.#numbers[id] = 0;
  }

  /** The distinct values, one after the other. */
  texts(dictionary: readonly Uint8Array[]): Texts {
    const count = this.used.length;
    const starts = new Uint32Array(count);
    const ends = new Uint32Array(count);
    const sink = this.#bytes;
    sink.reset();
    for (let i = 0; i < count; i++) {
      starts[i] = sink.length;
      sink.append(dictionary[this.used[i]!]!);
      ends[i] = sink.length;
    }
    return { bytes: sink.written(), starts, ends, count };
  }

  #addRun(id: number, row: number, length: number): void {
    let number = this.#numbers[id]!;
    if (number === 0) {
      number = this.used.push(id);
      this.#numbers[id] = number;
    }
    this.ids[this.count] = number - 1;
    this.lengths[this.count++] = length;
    if (this.validity !== undefined) setBits(this.validity, row, length);
  }

  #addNulls(row: number, length: number, rowCount: number): void {
    this.nullCount += length;
    if (this.validity !== undefined) return;
    this.validity = new Uint8Array((rowCount + 7) >> 3);
    setBits(this.validity, 0, row);
  }
}

function runEnd(ids: Int32Array, start: number, rowCount: number): number {
  const id = ids[start]!;
  let end = start + 1;
  // Runs are long where tables are sorted by series.
  while (
    end + 4 <= rowCount &&
    ((ids[end]! ^ id) | (ids[end + 1]! ^ id) | (ids[end + 2]! ^ id) | (ids[end + 3]! ^ id)) === 0
  )
    end += 4;
  while (end < rowCount && ids[end] === id) end++;
  return end;
}
