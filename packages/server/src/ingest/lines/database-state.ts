import { LineParser } from "@millrace/line-protocol";
import type { TableBinding } from "./table-binding.ts";

const FIRST_KEYS = 256;
export const UNKNOWN_SERIES = -1;

/** What was learned about one database's lines: the parser's ids, and the tables and series they stand for. */
export class DatabaseState {
  readonly parser = new LineParser();
  /** By measurement id. */
  readonly bindings: (TableBinding | undefined)[] = [];
  /** False once a table of the database went: what was learned may be wrong. */
  valid = true;
  /** What its parser's keys took when they were counted last. */
  countedKeyBytes = 0;
  /** The buffer's generation that the series belong to. */
  #generation = 0;
  /** By key id. */
  #series = new Int32Array(FIRST_KEYS).fill(UNKNOWN_SERIES);
  /** By key id: its entry in its table's book of series, which stays when generations change. */
  #entries = this.#series.slice();

  /** Series and table buffers are of one generation; names, ids and columns stay what they are. */
  enterGeneration(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#series.fill(UNKNOWN_SERIES);
  }

  seriesOf(keyId: number): number {
    return keyId < this.#series.length ? this.#series[keyId]! : UNKNOWN_SERIES;
  }

  /** The key's entry in the book of its table, or -1. */
  entryOf(keyId: number): number {
    return this.#entries[keyId] ?? UNKNOWN_SERIES;
  }

  learnKey(keyId: number, entry: number): void {
    if (keyId >= this.#series.length) this.#grow(keyId + 1);
    this.#entries[keyId] = entry;
  }

  forgetKey(keyId: number): void {
    this.#entries[keyId] = UNKNOWN_SERIES;
  }

  /** The key was learned before. */
  learnSeries(keyId: number, series: number): void {
    this.#series[keyId] = series;
  }

  forgetSeries(keyId: number): void {
    this.#series[keyId] = UNKNOWN_SERIES;
  }

  /** Returns how many bytes of keys have come since the last count. */
  countKeys(): number {
    const { keyBytes } = this.parser;
    const added = keyBytes - this.countedKeyBytes;
    this.countedKeyBytes = keyBytes;
    return added;
  }

  close(): void {
    this.valid = false;
    for (const binding of this.bindings) binding?.book.close();
  }

  #grow(needed: number): void {
    const length = Math.max(needed, this.#series.length * 2);
    this.#series = grown(this.#series, length);
    this.#entries = grown(this.#entries, length);
  }
}

function grown(series: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const target = new Int32Array(length).fill(UNKNOWN_SERIES);
  target.set(series);
  return target;
}
