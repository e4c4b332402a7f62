import type { Clock } from "../../foundation/index.ts";
import type { LocalFiles, ObjectStore } from "../../object-store/index.ts";
import type { NewFile } from "../tasks.ts";
import type { ByteSource } from "../types.ts";

/** All that a task needs of the world. */
export interface TaskDeps {
  readonly store: ObjectStore;
  /** Where compaction finds its inputs. */
  readonly files: LocalFiles;
  readonly openFile: (path: string) => OpenSource;
  readonly clock: Clock;
  /** Lets what waits on this thread have its turn: answers of the store among it. */
  readonly pause: () => Promise<void>;
  readonly onProgress: () => void;
}

export interface OpenSource extends ByteSource {
  close(): void;
}

/** What a task took. */
export interface TaskFigures {
  readonly rows: number;
  /** Of the files written. */
  readonly bytes: number;
  readonly sortMs: number;
  readonly encodeMs: number;
  /** Waiting for the store, beside the work above. */
  readonly storeMs: number;
}

export interface TaskOutcome {
  readonly files: readonly NewFile[];
  readonly figures: TaskFigures;
}
