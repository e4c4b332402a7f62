import type { TableView } from "../../buffer/index.ts";
import { FieldType } from "../../catalog/index.ts";
import type { ColumnVector, FileColumn } from "../types.ts";
import { gatherBooleans, gatherDense, gatherValidity, gatherWords } from "./gather-values.ts";
import type { RowPlaces } from "./row-places.ts";
import type { Scratch } from "./scratch.ts";
import { locateValues, type ValuePlaces, type ViewColumn } from "./view-column.ts";

/** Reads one column of a buffered table batch by batch. */
export interface ColumnReader {
  read(places: RowPlaces): ColumnVector | undefined;
}

export function timeReader(view: TableView, scratch: Scratch): ColumnReader {
  const times = view.chunks.map(({ time }) => time);
  return {
    read(places) {
      const words = scratch.ints("time", places.rowCount * 2);
      gatherDense(times, places, words);
      return { kind: "words", words: words.subarray(0, places.rowCount * 2), validity: undefined };
    },
  };
}

const encoder = new TextEncoder();

export function tagReader(view: TableView, tagIndex: number, scratch: Scratch): ColumnReader {
  const idOfSeries = view.tagValueIds(tagIndex);
  const dictionary = view.tagDictionary(tagIndex).map((value) => encoder.encode(value));
  return {
    read({ rowCount, seriesCount, series, seriesEnds }) {
      const ids = scratch.ints(`tag ${tagIndex}`, rowCount);
      let i = 0;
      for (let run = 0; run < seriesCount; run++) {
        const id = idOfSeries[series[run]!]!;
        for (const end = seriesEnds[run]!; i < end; i++) ids[i] = id;
      }
      return { kind: "tag", ids: ids.subarray(0, rowCount), dictionary };
    },
  };
}

export function fixedReader(source: ViewColumn, column: FileColumn, scratch: Scratch): ColumnReader {
  if (column.fieldType === FieldType.boolean) return booleanReader(source, column.id, scratch);
  return wordsReader(source, column.id, scratch);
}

function wordsReader(source: ViewColumn, columnId: number, scratch: Scratch): ColumnReader {
  const dense = source.dense ? source.words.map(eightByteValues) : undefined;
  return {
    read(places) {
      const { rowCount } = places;
      const words = scratch.ints(`words ${columnId}`, rowCount * 2);
      const wanted = words.subarray(0, rowCount * 2);
      if (dense !== undefined) {
        gatherDense(dense, places, words);
        return { kind: "words", words: wanted, validity: undefined };
      }
      const values = valuePlaces(source, places, scratch);
      gatherWords(source.words, values, rowCount, words);
      return { kind: "words", words: wanted, validity: validityOf(values, rowCount, columnId, scratch) };
    },
  };
}

function eightByteValues({ buffer, byteOffset, length }: Int32Array): BigInt64Array {
  return new BigInt64Array(buffer, byteOffset, length >> 1);
}

function booleanReader(source: ViewColumn, columnId: number, scratch: Scratch): ColumnReader {
  return {
    read(places) {
      const { rowCount } = places;
      const bytes = scratch.bytes(`booleans ${columnId}`, rowCount);
      const values = valuePlaces(source, places, scratch);
      gatherBooleans(source.words, values, rowCount, bytes);
      const validity = validityOf(values, rowCount, columnId, scratch);
      return { kind: "boolean", values: bytes.subarray(0, rowCount), validity };
    },
  };
}

export function valuePlaces(source: ViewColumn, places: RowPlaces, scratch: Scratch): ValuePlaces {
  const values = {
    chunks: scratch.ints("value chunks", places.rowCount),
    slots: scratch.ints("value slots", places.rowCount),
  };
  locateValues(source, places, values);
  return values;
}

export function validityOf(
  values: ValuePlaces,
  rowCount: number,
  columnId: number,
  scratch: Scratch,
): Uint8Array | undefined {
  return gatherValidity(values, rowCount, scratch.bytes(`validity ${columnId}`, (rowCount + 7) >> 3));
}
