export { planCompaction } from "./compaction/index.ts";
export {
  type FileViews,
  type SnapshotLimits,
  Storage,
  type StorageOptions,
  type StorageStats,
  type TaskStats,
} from "./engine/index.ts";
export { type ColumnBuilder, columnBuilder, mergeSorted, selectColumns, viewRows } from "./merge/index.ts";
export {
  type ParquetContents,
  ParquetFile,
  physicalNames,
  type RowGroup,
  StorageDamagedError,
  UnsupportedFileError,
} from "./parquet/index.ts";
export {
  type CompactionPlanner,
  type CompactionTask,
  dataFileKey,
  type FileNaming,
  type NewFile,
  type SnapshotTask,
  type StorageWorker,
  type TaskTable,
} from "./tasks.ts";
export {
  type ByteSource,
  type ColumnBatch,
  type ColumnVector,
  DAY_NS,
  type DataFile,
  type FileColumn,
  type SortedRows,
  type ViewSwitch,
} from "./types.ts";
export { TaskQueue, workerThreads } from "./worker/index.ts";
