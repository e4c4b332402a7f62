import type { ColumnVector } from "../types.ts";
import type { RowPlaces } from "./row-places.ts";
import type { Scratch } from "./scratch.ts";
import type { ViewColumn } from "./view-column.ts";
import { type ColumnReader, validityOf, valuePlaces } from "./view-readers.ts";

const FIRST_BYTES = 65_536;

/** Reads a string field; how many rows a batch has depends on how long they are. */
export class StringReader implements ColumnReader {
  readonly #source: ViewColumn;
  readonly #columnId: number;
  readonly #scratch: Scratch;
  #offsets: Uint32Array = new Uint32Array(1);
  #bytes: Uint8Array = new Uint8Array(0);
  #validity: Uint8Array | undefined;

  constructor(source: ViewColumn, columnId: number, scratch: Scratch) {
    this.#source = source;
    this.#columnId = columnId;
    this.#scratch = scratch;
  }

  /** Gathers rows until they have this many bytes; returns how many, at least one. */
  gather(places: RowPlaces, maxBytes: number): number {
    const { rowCount } = places;
    const { chunks } = this.#source;
    const values = valuePlaces(this.#source, places, this.#scratch);
    const offsets = this.#scratch.offsets(`offsets ${this.#columnId}`, rowCount + 1);
    let bytes = this.#scratch.bytes(this.#use, FIRST_BYTES);
    let end = 0;
    let row = 0;
    offsets[0] = 0;
    for (; row < rowCount && (row === 0 || end < maxBytes); row++) {
      const chunk = values.chunks[row]!;
      if (chunk >= 0) {
        const column = chunks[chunk]!;
        const slot = values.slots[row]!;
        const length = column.stringLength(slot);
        if (end + length > bytes.length) bytes = this.#larger(bytes, end, length);
        column.copyString(slot, bytes, end);
        end += length;
      }
      offsets[row + 1] = end;
    }
    this.#offsets = offsets;
    this.#bytes = bytes;
    this.#validity = validityOf(values, row, this.#columnId, this.#scratch);
    return row;
  }

  /** What was gathered, or its beginning. */
  read({ rowCount }: RowPlaces): ColumnVector {
    const bytes = this.#bytes.subarray(0, this.#offsets[rowCount]!);
    const offsets = this.#offsets.subarray(0, rowCount + 1);
    return { kind: "string", offsets, bytes, validity: this.#validity };
  }

  bytesOf(rowCount: number): number {
    return this.#offsets[rowCount]!;
  }

  get #use(): string {
    return `string ${this.#columnId}`;
  }

  #larger(full: Uint8Array, end: number, more: number): Uint8Array {
    const larger = this.#scratch.bytes(this.#use, Math.max(full.length * 2, end + more));
    larger.set(full.subarray(0, end));
    return larger;
  }
}
