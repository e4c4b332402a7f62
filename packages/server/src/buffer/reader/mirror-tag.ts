import { NO_TAG } from "../layout/index.ts";
import { stringAt } from "./mirror-chunk.ts";

const EMPTY = new Int32Array(0);

/** The reader's side of a tag: values are decoded once, when a query first needs them. */
export class MirrorTag {
  ids: Int32Array = EMPTY;
  refs: Int32Array = EMPTY;
  readonly #values: string[] = [];
  readonly #pieces: readonly Uint8Array[];
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #scannedSeries = 0;
  #highestId = NO_TAG;

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces;
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
      const bytes = stringAt(this.#pieces, this.refs[at]!, this.refs[at + 1]!).slice();
      this.#values.push(this.#decoder.decode(bytes));
    }
    return this.#values;
  }
}
