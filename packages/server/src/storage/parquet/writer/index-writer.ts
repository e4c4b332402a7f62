import type { ByteSink } from "../bytes/index.ts";
import { RunWriter, widthOf } from "../encodings/index.ts";

/** Places of values in a dictionary. */
export interface DictionaryIds {
  readonly ids: Int32Array;
  /** Of the dictionary. */
  readonly size: number;
  readonly count: number;
  /** How many runs of the same value there are. */
  readonly runCount: number;
}

/** Below that, looking for runs costs more than it saves. */
const WORTHWHILE_RUN = 4;

export function indexWidth(dictionarySize: number): number {
  return Math.max(1, widthOf(dictionarySize - 1));
}

/** Writes the values of a page that has a dictionary. */
export class IndexWriter {
  readonly #runs = new RunWriter();

  write(sink: ByteSink, { ids, size, count, runCount }: DictionaryIds, start: number, length: number): void {
    const runs = this.#runs;
    sink.u8(indexWidth(size));
    runs.begin(sink, indexWidth(size));
    if (runCount * WORTHWHILE_RUN > count) {
      if (length > 0) runs.addPacked(ids, start, length);
      return;
    }
    const end = start + length;
    for (let at = start; at < end; ) {
      const id = ids[at]!;
      let next = at + 1;
      while (next < end && ids[next] === id) next++;
      runs.add(id, next - at);
      at = next;
    }
    runs.end();
  }
}
