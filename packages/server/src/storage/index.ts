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
