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
  const places = narrowRange(words, count) ?? wideRange(words, count, unsigned);
  return {
    min: bytesOfWords(words, places.min, 1).slice(),
    max: bytesOfWords(words, places.max, 1).slice(),
  };
}

/** Turns unsigned words into signed ones of the same order. */
const TURN = -0x8000_0000;

interface RangePlaces {
  readonly min: number;
  readonly max: number;
}

/** Undefined when not all high words are the same, as they are for most columns. */
function narrowRange(words: Int32Array, count: number): RangePlaces | undefined {
  const high = words[1]!;
  let min = 0;
  let minLow = words[0]! ^ TURN;
  let max = 0;
  let maxLow = minLow;
  for (let i = 1; i < count; i++) {
    if (words[i * 2 + 1] !== high) return undefined;
    const low = words[i * 2]! ^ TURN;
    if (low < minLow) {
      min = i;
      minLow = low;
    } else if (low > maxLow) {
      max = i;
      maxLow = low;
    }
  }
  return { min, max };
}

function wideRange(words: Int32Array, count: number, unsigned: boolean): RangePlaces {
  const turn = unsigned ? TURN : 0;
  let min = 0;
  let minLow = words[0]! ^ TURN;
  let minHigh = words[1]! ^ turn;
  let max = 0;
  let maxLow = minLow;
  let maxHigh = minHigh;
  for (let i = 1; i < count; i++) {
    const low = words[i * 2]! ^ TURN;
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
  return { min, max };
}
