export { type BufferRead, bufferScan, type StoredColumn, type TagEntriesOf } from "./buffer-scan.ts";
export { rowsScan } from "./rows-scan.ts";
export { registerScan, SCAN_FUNCTION } from "./scan-function.ts";
export type { ScanCursor, ScanSource, TimeRange } from "./scan-source.ts";
export { rowsWithin } from "./selection.ts";
export { type SortedTable, sortedScan } from "./sorted-scan.ts";
export { TagEntries } from "./strings.ts";
export { TimeFilter } from "./time-filter.ts";
