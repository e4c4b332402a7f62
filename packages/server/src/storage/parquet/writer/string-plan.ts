import { isSet } from "../../bits/index.ts";
import type { ColumnVector } from "../../types.ts";
import { ColumnEncoding } from "../format/index.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { IndexWriter } from "./index-writer.ts";
import { splitRows } from "./pages.ts";
import { type Presence, presenceOf } from "./presence.ts";
import { plainTexts, TextDictionary } from "./text-dictionary.ts";
import { type Texts, textRange, textsOnPage, writeTexts } from "./texts.ts";

type Strings = Extract<ColumnVector, { kind: "string" }>;

const dictionary = new TextDictionary();
const indexes = new IndexWriter();

/** A dictionary when values repeat, lengths and bytes when not. */
export function planStrings(vector: Strings, rowCount: number): ColumnPlan {
  const presence = presenceOf(vector.validity, rowCount);
  const texts = denseTexts(vector, presence);
  if (!dictionary.build(texts)) return planTexts(texts, presence, textRange(texts));
  const { ids, size, runCount } = dictionary;
  const distinct = dictionary.texts(texts);
  return {
    ...presence,
    range: textRange(distinct),
    dictionary: { count: size, bytes: plainTexts(distinct) },
    pages: splitRows(rowCount, presence.validity),
    writeValues(sink, { value, valueCount }) {
      indexes.write(sink, { ids, size, runCount, count: texts.count }, value, valueCount);
      return ColumnEncoding.rleDictionary;
    },
  };
}

/** Lengths and bytes; `texts` are those of rows that are not NULL. */
export function planTexts(texts: Texts, presence: Presence, range: ColumnPlan["range"]): ColumnPlan {
  return {
    ...presence,
    range,
    compressible: true,
    pages: splitRows(presence.rowCount, presence.validity, (start, count) =>
      textsOnPage(texts, start, count),
    ),
    writeValues(sink, { value, valueCount }) {
      writeTexts(sink, texts, value, valueCount);
      return ColumnEncoding.deltaLengthByteArray;
    },
  };
}

function denseTexts({ offsets, bytes }: Strings, { validity, rowCount, nullCount }: Presence): Texts {
  if (validity === undefined) return { bytes, starts: offsets, ends: offsets.subarray(1), count: rowCount };
  const count = rowCount - nullCount;
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  let to = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!isSet(validity, row)) continue;
    starts[to] = offsets[row]!;
    ends[to++] = offsets[row + 1]!;
  }
  return { bytes, starts, ends, count };
}
