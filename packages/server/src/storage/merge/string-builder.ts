import { isSet } from "../bits/index.ts";
import type { ColumnVector } from "../types.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { RowPresence } from "./row-presence.ts";

type Strings = Extract<ColumnVector, { kind: "string" }>;

const FIRST_BYTES = 4096;

export class StringBuilder implements ColumnBuilder {
  readonly #offsets: Uint32Array;
  readonly #presence: RowPresence;
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = 0;

  constructor(capacity: number) {
    this.#offsets = new Uint32Array(capacity + 1);
    this.#presence = new RowPresence(capacity);
  }

  begin(): void {
    this.#presence.reset();
    this.#end = 0;
  }

  append(vector: Strings | undefined, _input: number, start: number, length: number): void {
    const offsets = this.#offsets;
    const to = this.#presence.rows + 1;
    if (vector === undefined) {
      offsets.fill(this.#end, to, to + length);
      this.#presence.appendNulls(length);
      return;
    }
    const shift = this.#end - vector.offsets[start]!;
    this.#appendBytes(vector.bytes, vector.offsets[start]!, vector.offsets[start + length]!);
    for (let i = 0; i < length; i++) offsets[to + i] = vector.offsets[start + 1 + i]! + shift;
    this.#presence.append(vector.validity, start, length);
  }

  fillLast(vector: Strings | undefined, row: number): void {
    if (vector === undefined || !this.#presence.lastIsNull) return;
    if (vector.validity !== undefined && !isSet(vector.validity, row)) return;
    const { rows } = this.#presence;
    // A row without a value may have bytes nevertheless: their content is undefined.
    this.#end = this.#offsets[rows - 1]!;
    this.#appendBytes(vector.bytes, vector.offsets[row]!, vector.offsets[row + 1]!);
    this.#offsets[rows] = this.#end;
    this.#presence.fillLast();
  }

  finish(): ColumnVector | undefined {
    const { rows, hasValues, validity } = this.#presence;
    if (!hasValues) return undefined;
    const offsets = this.#offsets.subarray(0, rows + 1);
    return { kind: "string", offsets, bytes: this.#bytes.subarray(0, this.#end), validity };
  }

  #appendBytes(from: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.#end + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#bytes.set(from.subarray(start, end), this.#end);
    this.#end += length;
  }
}
