import type { ColumnBatch, FileColumn } from "../types.ts";

/** Where the rows of a file come from; kept in the file for whoever finds it without the rest. */
export interface FileOrigin {
  readonly databaseId: number;
  readonly tableId: number;
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly firstSnapshot: number;
  readonly lastSnapshot: number;
}

export interface ParquetWriterOptions {
  /** What batches are lists of: tags in the order of the series key, and `time` among them. */
  readonly columns: readonly FileColumn[];
  /**
   * `physicalNames` of all columns of the table, so that its files agree although each has only some of them; those of
   * `columns` when not given.
   */
  readonly names?: ReadonlyMap<number, string>;
  readonly origin?: FileOrigin;
}

export interface WrittenFile {
  /** What `takePieces` has not handed out before. */
  readonly pieces: readonly Uint8Array[];
  /** Of the whole file. */
  readonly sizeBytes: number;
  readonly rowCount: number;
  readonly minTimeNs: bigint;
  readonly maxTimeNs: bigint;
}

export interface RowGroup {
  readonly rowCount: number;
  readonly minTimeNs: bigint;
  readonly maxTimeNs: bigint;
}

/** What readers of a file of ours find out about it. */
export interface ParquetContents {
  readonly name: string;
  /** In the order of the file: tags in the order of the series key. */
  readonly columns: readonly FileColumn[];
  readonly origin: FileOrigin | undefined;
  readonly rowCount: number;
  readonly rowGroups: readonly RowGroup[];
  /** Columns in the order of the ids; undefined where the row group has no value, or the file no such column. */
  readColumns(rowGroup: number, columnIds: readonly number[]): ColumnBatch;
}
