import type { BufferStore } from "../../buffer/index.ts";
import type { Catalog, DeletionCommands } from "../../catalog/index.ts";
import type { Clock, Logger, RandomBytes } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { Wal } from "../../wal/index.ts";
import type { CompactionPlanner, StorageWorker } from "../tasks.ts";
import type { DataFile, ViewSwitch } from "../types.ts";

/** Which files there are, for whoever reads them. What changes, changes for all readers in the same order. */
export interface FileViews {
  current(): { readonly version: number; readonly files: readonly DataFile[] };
  /** Called for each change, in order; ends with the returned function. */
  onSwitch(listener: (change: ViewSwitch) => void): () => void;
  /** No reader holds a view older than `version` any more. */
  released(version: number): void;
}

/** When buffered rows are written to files. */
export interface SnapshotLimits {
  /** Bytes of log since the last snapshot. */
  readonly walBytes: number;
  /** What the whole buffer may take: a snapshot begins when the part that it would free takes half. */
  readonly bufferBytes: number;
  /** The same for the part of it that lies in the heap. */
  readonly heapBytes: number;
  readonly flushIntervalMs: number;
  /** After one and a half times as many flush intervals with writes. */
  readonly flushesPerSnapshot: number;
}

export type StorageCatalog = Pick<
  Catalog,
  "uuid" | "sequence" | "databases" | "databaseById" | "tableById" | "onChange"
>;

export interface StorageOptions {
  readonly nodeId: string;
  readonly store: ObjectStore;
  readonly catalog: StorageCatalog;
  readonly deletions: DeletionCommands;
  readonly buffer: Pick<
    BufferStore,
    "activeBytes" | "bytes" | "heapBytes" | "frozen" | "dropGeneration" | "reclaim"
  >;
  readonly wal: Pick<Wal, "trim" | "bytesSinceBoundary">;
  /** Freezes what is buffered; resolves with the write that it ends with. */
  readonly rotate: () => Promise<{ readonly walSequence: number }>;
  readonly worker: StorageWorker;
  readonly planCompaction: CompactionPlanner;
  readonly limits: SnapshotLimits;
  readonly retentionCheckIntervalMs: number;
  /** Between the removal of a deleted thing's files and that of its record. */
  readonly deleteGraceMs: number;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: Logger;
  /** The files belong to another process by now: this one must stop. */
  readonly onFatal: (error: Error) => void;
}

/** Counts since the start. */
export interface TaskStats {
  readonly tasks: number;
  readonly failures: number;
  readonly filesWritten: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  /** From begin to commit, failed attempts and pauses included. */
  readonly totalMs: number;
  readonly longestMs: number;
}

export interface StorageStats {
  readonly files: number;
  readonly fileBytes: number;
  readonly snapshots: TaskStats;
  readonly compactions: TaskStats;
  readonly filesExpired: number;
  readonly objectsRemoved: number;
  readonly orphansRemoved: number;
  /** Changes of the view that some reader may not have seen yet. */
  readonly unreleasedVersions: number;
}
