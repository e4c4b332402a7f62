import type { ColumnVector } from "../../types.ts";
import { writeDeltas } from "../encodings/index.ts";
import { ColumnEncoding, type ValueRange } from "../format/index.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { bytesOfWords, denseWords } from "./dense-words.ts";
import { splitRows } from "./pages.ts";

type Words = Extract<ColumnVector, { kind: "words" }>;

/** Differences of neighbours, or values as they are on pages where those are too large. */
export function planIntegers(vector: Words, rowCount: number, unsigned: boolean): ColumnPlan {
  const { words, count, ...presence } = denseWords(vector, rowCount);
  return {
    ...presence,
    range: integerRange(words, count, unsigned),
    pages: splitRows(rowCount, presence.validity),
    writeValues(sink, { value, valueCount }) {
      if (writeDeltas(sink, words, value, valueCount)) return ColumnEncoding.deltaBinaryPacked;
      sink.append(bytesOfWords(words, value, valueCount));
      return ColumnEncoding.plain;
    },
  };
}

function integerRange(words: Int32Array, count: number, unsigned: boolean): ValueRange | undefined {
  if (count === 0) return undefined;
  // With this bit turned around, unsigned values are in the order of signed ones.
  const turn = unsigned ? -0x8000_0000 : 0;
  let min = 0;
  let minLow = words[0]! >>> 0;
  let minHigh = words[1]! ^ turn;
  let max = 0;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = 1; i < count; i++) {
    const low = words[i * 2]! >>> 0;
    const high = words[i * 2 + 1]! ^ turn;
    if (high < minHigh || (high === minHigh && low < minLow)) {
      min = i;
      minLow = low;
      minHigh = high;
    } else if (high > maxHigh || (high === maxHigh && low > maxLow)) {
      max = i;
      maxLow = low;
      maxHigh = high;
    }
  }
  return { min: bytesOfWords(words, min, 1).slice(), max: bytesOfWords(words, max, 1).slice() };
}
