import type { Clock } from "../../foundation/index.ts";
import type { DataFile } from "../types.ts";
import type { TaskStats } from "./types.ts";

/** Counts what one kind of task does. */
export class TaskMeter {
  readonly #clock: Clock;
  readonly #stats = {
    tasks: 0,
    failures: 0,
    filesWritten: 0,
    rowsWritten: 0,
    bytesWritten: 0,
    totalMs: 0,
    longestMs: 0,
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get stats(): TaskStats {
    return { ...this.#stats };
  }

  failed(): void {
    this.#stats.failures++;
  }

  /** Returns what the task did, for the log. */
  done(
    startedAtMs: number,
    files: readonly DataFile[],
  ): { files: number; rows: number; bytes: number; ms: number } {
    const ms = Math.round(this.#clock.monotonicMs() - startedAtMs);
    const rows = files.reduce((sum, { rowCount }) => sum + rowCount, 0);
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const stats = this.#stats;
    stats.tasks++;
    stats.filesWritten += files.length;
    stats.rowsWritten += rows;
    stats.bytesWritten += bytes;
    stats.totalMs += ms;
    stats.longestMs = Math.max(stats.longestMs, ms);
    return { files: files.length, rows, bytes, ms };
  }
}
