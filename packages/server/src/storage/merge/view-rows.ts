import type { TableView } from "../../buffer/index.ts";
import { FieldType } from "../../catalog/index.ts";
import type { ColumnBatch, FileColumn, SortedRows } from "../types.ts";
import { type BatchBounds, batchBounds } from "./batch-bounds.ts";
import { RowPlaces } from "./row-places.ts";
import { Scratch } from "./scratch.ts";
import { StringReader } from "./string-reader.ts";
import { viewColumn } from "./view-column.ts";
import { type ColumnReader, fixedReader, tagReader, timeReader } from "./view-readers.ts";

export interface ViewRowsOptions {
  /** Which rows, in the order of `view.sorted()`; all of them when not given. */
  rows?: Int32Array;
  bounds?: BatchBounds;
  /** Memory to use; what batches hold is in it. */
  scratch?: Scratch;
}

/** A buffered table's rows by series key and then time; tags among the columns are in the order of the series key. */
export function viewRows(
  view: TableView,
  columns: readonly FileColumn[],
  options: ViewRowsOptions = {},
): SortedRows {
  const { rows = view.sorted().rows, bounds = batchBounds(columns), scratch = new Scratch() } = options;
  const places = new RowPlaces(view.chunks, scratch);
  const readers = columnReaders(view, columns, scratch);
  const strings = readers.filter((reader) => reader instanceof StringReader);
  let at = 0;
  return {
    next(): ColumnBatch | undefined {
      if (at === rows.length) return undefined;
      places.locate(rows.subarray(at, at + bounds.rows));
      const rowCount = gatherStrings(strings, places, bounds.bytes);
      if (rowCount < places.rowCount) places.locate(rows.subarray(at, at + rowCount));
      at += rowCount;
      return { rowCount, columns: readers.map((reader) => reader?.read(places)) };
    },
  };
}

/** By column; undefined where no row has a value. */
function columnReaders(
  view: TableView,
  columns: readonly FileColumn[],
  scratch: Scratch,
): (ColumnReader | undefined)[] {
  let tagIndex = 0;
  return columns.map((column) => {
    if (column.kind === "time") return timeReader(view, scratch);
    if (column.kind === "tag") return tagReader(view, tagIndex++, scratch);
    const source = viewColumn(view, column.id);
    if (source === undefined) return undefined;
    if (column.fieldType === FieldType.string) return new StringReader(source, column.id, scratch);
    return fixedReader(source, column, scratch);
  });
}

/** Returns how many rows the batch may have. */
function gatherStrings(strings: readonly StringReader[], places: RowPlaces, maxBytes: number): number {
  let { rowCount } = places;
  let bytes = 0;
  for (const reader of strings) {
    rowCount = Math.min(rowCount, reader.gather(places, maxBytes - bytes));
    bytes += reader.bytesOf(rowCount);
  }
  return rowCount;
}
