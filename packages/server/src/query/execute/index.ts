export { bindParams } from "./bind-params.ts";
export { Database, type DatabaseOptions } from "./database.ts";
export { failureOf, QueryFailure } from "./failures.ts";
export { fileFailure } from "./file-failures.ts";
export { literalPattern } from "./literal-pattern.ts";
export { Permits } from "./permits.ts";
export { RunningQuery, type Statement } from "./running-query.ts";
export {
  type BufferRead,
  bufferScan,
  rowsScan,
  rowsWithin,
  SCAN_FUNCTION,
  type ScanSource,
  type SortedTable,
  type StoredColumn,
  sortedScan,
  TagEntries,
  type TagEntriesOf,
  TimeFilter,
  type TimeRange,
} from "./scan/index.ts";
