export { type BufferColumn, bufferScan, type TagEntriesOf } from "./buffer-scan.ts";
export { rowsScan } from "./rows-scan.ts";
export { registerScan, SCAN_FUNCTION } from "./scan-function.ts";
export type { ScanCursor, ScanSource, TimeRange } from "./scan-source.ts";
export { TagEntries } from "./strings.ts";
