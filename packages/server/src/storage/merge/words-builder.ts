import { isSet } from "../bits/index.ts";
import type { ColumnVector } from "../types.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { RowPresence } from "./row-presence.ts";

type Words = Extract<ColumnVector, { kind: "words" }>;

/** Values of eight bytes. */
export class WordsBuilder implements ColumnBuilder {
  readonly #words: Int32Array;
  readonly #presence: RowPresence;

  constructor(capacity: number) {
    this.#words = new Int32Array(capacity * 2);
    this.#presence = new RowPresence(capacity);
  }

  begin(): void {
    this.#presence.reset();
  }

  append(vector: Words | undefined, _input: number, start: number, length: number): void {
    if (vector === undefined) {
      this.#presence.appendNulls(length);
      return;
    }
    copyWords(vector.words, start * 2, this.#words, this.#presence.rows * 2, length * 2);
    this.#presence.append(vector.validity, start, length);
  }

  fillLast(vector: Words | undefined, row: number): void {
    if (vector === undefined || !this.#presence.lastIsNull) return;
    if (vector.validity !== undefined && !isSet(vector.validity, row)) return;
    copyWords(vector.words, row * 2, this.#words, (this.#presence.rows - 1) * 2, 2);
    this.#presence.fillLast();
  }

  finish(): ColumnVector | undefined {
    const { rows, hasValues, validity } = this.#presence;
    return hasValues ? { kind: "words", words: this.#words.subarray(0, rows * 2), validity } : undefined;
  }
}

/** Below this a loop is faster than a view and a call. */
const SHORT_COPY = 64;

function copyWords(
  from: Int32Array,
  fromStart: number,
  to: Int32Array,
  toStart: number,
  length: number,
): void {
  if (length > SHORT_COPY) to.set(from.subarray(fromStart, fromStart + length), toStart);
  else for (let i = 0; i < length; i++) to[toStart + i] = from[fromStart + i]!;
}
