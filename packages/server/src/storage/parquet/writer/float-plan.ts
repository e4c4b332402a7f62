import type { ColumnVector } from "../../types.ts";
import { ColumnEncoding, type ValueRange } from "../format/index.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { bytesOfWords, denseWords } from "./dense-words.ts";
import { IndexWriter } from "./index-writer.ts";
import { splitRows } from "./pages.ts";
import { WordsDictionary } from "./words-dictionary.ts";

type Words = Extract<ColumnVector, { kind: "words" }>;

const dictionary = new WordsDictionary();
const indexes = new IndexWriter();

/** A dictionary when values repeat, values as they are when not. */
export function planFloats(vector: Words, rowCount: number): ColumnPlan {
  const { words, count, ...presence } = denseWords(vector, rowCount);
  const plan = {
    ...presence,
    range: floatRange(words, count),
    pages: splitRows(rowCount, presence.validity),
  };
  if (!dictionary.build(words, count)) {
    return {
      ...plan,
      writeValues(sink, { value, valueCount }) {
        sink.append(bytesOfWords(words, value, valueCount));
        return ColumnEncoding.plain;
      },
    };
  }
  const { ids, size, runCount } = dictionary;
  return {
    ...plan,
    dictionary: { count: size, bytes: dictionary.bytes },
    writeValues: (sink, { value, valueCount }) => {
      indexes.write(sink, { ids, size, runCount, count }, value, valueCount);
      return ColumnEncoding.rleDictionary;
    },
  };
}

/** Undefined when there is a value that is not a number: readers do not agree on where that belongs. */
function floatRange(words: Int32Array, count: number): ValueRange | undefined {
  const aligned = words.byteOffset % 8 === 0;
  const values = aligned
    ? new Float64Array(words.buffer as ArrayBuffer, words.byteOffset, count)
    : new Float64Array(words.slice(0, count * 2).buffer);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) return undefined;
  }
  // Zero has two signs which readers may tell apart.
  return count === 0 ? undefined : { min: doubleBytes(min === 0 ? -0 : min), max: doubleBytes(max + 0) };
}

function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}
