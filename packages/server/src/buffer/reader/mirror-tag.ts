import { type Block, NO_TAG, wordsOf } from "../layout/index.ts";
import { stringAt } from "./mirror-chunk.ts";

const EMPTY = new Int32Array(0);
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The reader's side of a tag: values are decoded once, when a query first needs them. */
export class MirrorTag {
  /** By series. */
  ids: Int32Array = EMPTY;
  #refs: Int32Array = EMPTY;
  readonly #values: string[] = [];
  #idOfValue: Map<string, number> | undefined;
  readonly #pieces: readonly Uint8Array[];
  #scannedSeries = 0;
  #highestId = NO_TAG;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces;
  }

  setIds(ids: Block): void {
    this.ids = wordsOf(ids);
  }

  setRefs(refs: Block): void {
    this.#refs = wordsOf(refs);
  }

  /**
   * The values that the first `seriesCount` series use. The array only ever grows, and only by values of published
   * series: others may still be taken back.
   */
  dictionary(seriesCount: number): readonly string[] {
    for (; this.#scannedSeries < seriesCount; this.#scannedSeries++) {
      this.#highestId = Math.max(this.#highestId, this.ids[this.#scannedSeries]!);
    }
    while (this.#values.length <= this.#highestId) {
      const at = this.#values.length * 2;
      // A copy, because text decoders may refuse shared memory.
      const bytes = stringAt(this.#pieces, this.#refs[at]!, this.#refs[at + 1]!).slice();
      this.#values.push(decoder.decode(bytes));
    }
    return this.#values;
  }

  /** The series among the first `seriesCount` that have the value, or, for null, that do not have the tag. */
  seriesWhere(value: string | null, seriesCount: number): Int32Array {
    const wanted = value === null ? NO_TAG : this.#idOf(value, seriesCount);
    return wanted === undefined ? EMPTY : placesOf(wanted, this.ids.subarray(0, seriesCount));
  }

  #idOf(value: string, seriesCount: number): number | undefined {
    const values = this.dictionary(seriesCount);
    this.#idOfValue ??= new Map();
    for (let id = this.#idOfValue.size; id < values.length; id++) this.#idOfValue.set(values[id]!, id);
    return this.#idOfValue.get(value);
  }
}

function placesOf(wanted: number, ids: Int32Array): Int32Array {
  let count = 0;
  for (const id of ids) if (id === wanted) count++;
  const places = new Int32Array(count);
  for (let i = 0, at = 0; at < count; i++) if (ids[i] === wanted) places[at++] = i;
  return places;
}
