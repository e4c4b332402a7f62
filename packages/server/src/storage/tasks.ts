import type { BufferBatch } from "../buffer/index.ts";
import { DAY_NS, type DataFile, type FileColumn } from "./types.ts";

/** A file that was written, but is not part of the index yet: the commit that adds it gives it its id. */
export type NewFile = Omit<DataFile, "id">;

/** A table as a task needs it: columns in order of id, `time` first; tags in the order of the series key. */
export interface TaskTable {
  readonly tableId: number;
  readonly databaseId: number;
  readonly columns: readonly FileColumn[];
}

/** Where the files of one task go. No two tasks have the same, in whatever process they run. */
export interface FileNaming {
  /** `<node>/dbs` */
  readonly directory: string;
  /** What all files of the task are called, without the extension. */
  readonly name: string;
}

/** Key of a task's file for one table and UTC day (days since 1970): docs/formats/snapshot.md. */
export function dataFileKey(
  naming: FileNaming,
  file: { readonly databaseId: number; readonly tableId: number; readonly day: number },
): string {
  const date = new Date(file.day * Number(DAY_NS / 1_000_000n)).toISOString().slice(0, 10);
  return `${naming.directory}/${file.databaseId}/${file.tableId}/${date}/${naming.name}.parquet`;
}

/** Writes a frozen generation of the buffer: one file for each table and UTC day. */
export interface SnapshotTask {
  /** First and last snapshot of the files to write. */
  readonly snapshot: number;
  readonly naming: FileNaming;
  /** Everything of the frozen generation in parts, to be read through a mirror of its own. */
  readonly buffer: Iterable<BufferBatch>;
  readonly generation: number;
  /** Rows of other tables are left out: they were deleted. */
  readonly tables: readonly TaskTable[];
  readonly createdAtMs: number;
}

/** Merges files of one table and day into one. */
export interface CompactionTask {
  readonly naming: FileNaming;
  readonly table: TaskTable;
  /** Oldest first: of two values of the same point the later file's stays. */
  readonly inputs: readonly DataFile[];
  readonly createdAtMs: number;
}

/**
 * Sorts, merges and writes, on a thread of its own; one task at a time. A task that fails leaves no file behind that
 * it can still remove; the rest is swept later.
 */
export interface StorageWorker {
  /** The files are durable when it resolves. */
  snapshot(task: SnapshotTask): Promise<readonly NewFile[]>;
  compact(task: CompactionTask): Promise<NewFile>;
  /** Ends at once; a task under way is rejected. */
  close(): Promise<void>;
}

/** Chooses which files of one table and day are worth merging; all are given, oldest first. */
export type CompactionPlanner = (files: readonly DataFile[]) => readonly DataFile[] | undefined;
