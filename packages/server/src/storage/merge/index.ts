export { type BatchBounds, batchBounds } from "./batch-bounds.ts";
export { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
export { fileRows } from "./file-rows.ts";
export { filledColumns, selectColumns } from "./filled-columns.ts";
export { mergeSorted } from "./merge-sorted.ts";
export { type RowsOfDay, rowsByDay } from "./rows-by-day.ts";
export { Scratch } from "./scratch.ts";
export { type ViewRowsOptions, viewRows } from "./view-rows.ts";
