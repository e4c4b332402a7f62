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
  /** The buffer's generation that the series belong to. */
  #generation = 0;
  #generationBefore = 0;
  /** By key id. */
  #series = new Int32Array(FIRST_KEYS).fill(UNKNOWN_SERIES);
  /** By key id: its series in the generation before. */
  #seriesBefore = this.#series.slice();

  /** Series and table buffers are of one generation; names, ids and columns stay what they are. */
  enterGeneration(generation: number): void {
    if (generation === this.#generation) return;
    this.#generationBefore = this.#generation;
    this.#generation = generation;
    const series = this.#seriesBefore.fill(UNKNOWN_SERIES);
    this.#seriesBefore = this.#series;
    this.#series = series;
  }

  /** The key's series in the buffer of a generation that came before this one. */
  seriesBefore(keyId: number, generation: number): number {
    return generation === this.#generationBefore
      ? (this.#seriesBefore[keyId] ?? UNKNOWN_SERIES)
      : UNKNOWN_SERIES;
  }

  seriesOf(keyId: number): number {
    return keyId < this.#series.length ? this.#series[keyId]! : UNKNOWN_SERIES;
  }

  learnSeries(keyId: number, series: number): void {
    if (keyId >= this.#series.length) this.#grow(keyId + 1);
    this.#series[keyId] = series;
  }

  forgetSeries(keyId: number): void {
    this.#series[keyId] = UNKNOWN_SERIES;
  }

  #grow(needed: number): void {
    const grown = new Int32Array(Math.max(needed, this.#series.length * 2)).fill(UNKNOWN_SERIES);
    grown.set(this.#series);
    this.#series = grown;
    const before = new Int32Array(grown.length).fill(UNKNOWN_SERIES);
    before.set(this.#seriesBefore);
    this.#seriesBefore = before;
  }
}
