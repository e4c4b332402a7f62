import type { TableView } from "../../buffer/index.ts";
import type { ColumnBatch, FileColumn, SortedRows } from "../types.ts";

/** Places in the list of columns that some row of the view may have a value for. */
export function filledColumns(view: TableView, columns: readonly FileColumn[]): number[] {
  const places: number[] = [];
  let tagIndex = 0;
  columns.forEach(({ kind, id }, place) => {
    const isFilled =
      kind === "time" ||
      (kind === "tag"
        ? view.tagDictionary(tagIndex++).length > 0
        : view.chunks.some((chunk) => chunk.column(id) !== undefined));
    if (isFilled) places.push(place);
  });
  return places;
}

/** The same rows with only the columns at these places. */
export function selectColumns(rows: SortedRows, places: readonly number[]): SortedRows {
  return {
    next(): ColumnBatch | undefined {
      const batch = rows.next();
      return batch && { rowCount: batch.rowCount, columns: places.map((place) => batch.columns[place]) };
    },
  };
}
