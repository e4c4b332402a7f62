import type { BufferBatch } from "../../buffer/index.ts";
import type { StoreSetup } from "../../object-store/index.ts";
import type { TaskOutcome } from "../data-file/index.ts";
import type { CompactionTask, SnapshotTask } from "../tasks.ts";

/** How the storage worker is started. */
export interface StorageWorkerData {
  readonly setup: StoreSetup;
}

export type Task =
  | { readonly kind: "snapshot"; readonly task: SnapshotTask }
  | { readonly kind: "compaction"; readonly task: CompactionTask };

/** What is buffered goes ahead, part by part. */
export type PostedTask =
  | { readonly kind: "snapshot"; readonly task: Omit<SnapshotTask, "buffer"> }
  | Extract<Task, { kind: "compaction" }>;

export type ToWorker =
  /** A part of what is buffered, for the snapshot that comes next. */
  | { readonly kind: "buffer"; readonly batch: BufferBatch }
  | { readonly kind: "run"; readonly task: PostedTask }
  | { readonly kind: "close" };

export type FromWorker =
  /** A sign of life while a task runs. */
  | { readonly kind: "progress" }
  | { readonly kind: "done"; readonly outcome: TaskOutcome }
  | { readonly kind: "failed"; readonly message: string };
