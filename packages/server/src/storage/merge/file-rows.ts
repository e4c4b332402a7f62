import type { ParquetContents } from "../parquet/index.ts";
import type { ColumnBatch, FileColumn, SortedRows } from "../types.ts";

/** The rows of a data file, a row group at a time. Columns that the file does not have are NULL. */
export function fileRows(file: ParquetContents, columns: readonly FileColumn[]): SortedRows {
  const ids = columns.map(({ id }) => id);
  let rowGroup = 0;
  return {
    next(): ColumnBatch | undefined {
      return rowGroup < file.rowGroups.length ? file.readColumns(rowGroup++, ids) : undefined;
    },
  };
}
