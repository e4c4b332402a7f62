import type { ColumnVector } from "../../types.ts";
import { RunWriter } from "../encodings/index.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { indexWidth } from "./index-writer.ts";
import { splitRows } from "./pages.ts";
import { planTexts } from "./string-plan.ts";
import { TagRuns } from "./tag-runs.ts";
import { plainTexts } from "./text-dictionary.ts";
import { type Texts, textRange } from "./texts.ts";

type Tags = Extract<ColumnVector, { kind: "tag" }>;

const LENGTH_BYTES = 4;
/** Readers hold a dictionary in memory whole. */
const MOST_DICTIONARY_BYTES = 33_554_432;

const runs = new TagRuns();
const runWriter = new RunWriter();

/** A dictionary and runs of its places, or values as they are where hardly any of them comes twice. */
export function planTags(vector: Tags, rowCount: number): ColumnPlan {
  runs.find(vector, rowCount);
  const { validity, nullCount } = runs;
  const presence = { rowCount, nullCount, validity };
  const distinct = runs.texts(vector.dictionary);
  const range = textRange(distinct);
  if (!isDictionaryWorthwhile(distinct)) return planTexts(eachText(distinct), presence, range);
  const width = indexWidth(distinct.count);
  const cursor = { run: 0, taken: 0 };
  return {
    ...presence,
    range,
    dictionary: { count: distinct.count, bytes: plainTexts(distinct) },
    pages: splitRows(rowCount, validity),
    writeValues(sink, { valueCount }) {
      sink.u8(width);
      runWriter.begin(sink, width);
      for (let rest = valueCount; rest > 0; ) {
        const { run, taken } = cursor;
        const length = runs.lengths[run]! - taken;
        const wanted = Math.min(rest, length);
        runWriter.add(runs.ids[run]!, wanted);
        rest -= wanted;
        cursor.taken = wanted === length ? 0 : taken + wanted;
        if (wanted === length) cursor.run++;
      }
      runWriter.end();
      return ColumnEncoding.rleDictionary;
    },
  };
}

function isDictionaryWorthwhile({ starts, ends, count }: Texts): boolean {
  const dictionaryBytes = count * LENGTH_BYTES + (count === 0 ? 0 : ends[count - 1]!);
  if (dictionaryBytes > MOST_DICTIONARY_BYTES) return false;
  const width = indexWidth(count);
  const runBytes = 2 + ((width + 7) >> 3);
  let values = 0;
  let textBytes = 0;
  let indexBytes = 0;
  for (let run = 0; run < runs.count; run++) {
    const id = runs.ids[run]!;
    const length = runs.lengths[run]!;
    values += length;
    textBytes += length * (ends[id]! - starts[id]!);
    indexBytes += Math.min(runBytes, (length * width) / 8);
  }
  // Lengths that stand without a dictionary take a byte about.
  return dictionaryBytes + indexBytes <= textBytes + values;
}

/** By row that is not NULL. */
function eachText({ bytes, starts, ends }: Texts): Texts {
  let count = 0;
  for (let run = 0; run < runs.count; run++) count += runs.lengths[run]!;
  const each = { bytes, starts: new Uint32Array(count), ends: new Uint32Array(count), count };
  let at = 0;
  for (let run = 0; run < runs.count; run++) {
    const end = at + runs.lengths[run]!;
    each.starts.fill(starts[runs.ids[run]!]!, at, end);
    each.ends.fill(ends[runs.ids[run]!]!, at, end);
    at = end;
  }
  return each;
}
