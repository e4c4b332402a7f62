import { isSet } from "../bits/index.ts";
import type { ColumnVector } from "../types.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { RowPresence } from "./row-presence.ts";

type Booleans = Extract<ColumnVector, { kind: "boolean" }>;

export class BooleanBuilder implements ColumnBuilder {
  readonly #values: Uint8Array;
  readonly #presence: RowPresence;

  constructor(capacity: number) {
    this.#values = new Uint8Array(capacity);
    this.#presence = new RowPresence(capacity);
  }

  begin(): void {
    this.#presence.reset();
  }

  append(vector: Booleans | undefined, _input: number, start: number, length: number): void {
    if (vector === undefined) {
      this.#presence.appendNulls(length);
      return;
    }
    const to = this.#presence.rows;
    for (let i = 0; i < length; i++) this.#values[to + i] = vector.values[start + i]!;
    this.#presence.append(vector.validity, start, length);
  }

  fillLast(vector: Booleans | undefined, row: number): void {
    if (vector === undefined || !this.#presence.lastIsNull) return;
    if (vector.validity !== undefined && !isSet(vector.validity, row)) return;
    this.#values[this.#presence.rows - 1] = vector.values[row]!;
    this.#presence.fillLast();
  }

  finish(): ColumnVector | undefined {
    const { rows, hasValues, validity } = this.#presence;
    return hasValues ? { kind: "boolean", values: this.#values.subarray(0, rows), validity } : undefined;
  }
}
