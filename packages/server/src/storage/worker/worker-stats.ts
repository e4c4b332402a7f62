import type { TaskFigures } from "../data-file/index.ts";
import type { Task } from "./protocol.ts";

/** Sums since the start. */
export interface TaskStats extends TaskFigures {
  readonly tasks: number;
  readonly failures: number;
}

export interface WorkerStats {
  readonly snapshot: TaskStats;
  readonly compaction: TaskStats;
  readonly workersLost: number;
}

const NOTHING: TaskStats = {
  tasks: 0,
  failures: 0,
  rows: 0,
  bytes: 0,
  sortMs: 0,
  encodeMs: 0,
  storeMs: 0,
};

/** Adds up what tasks took. */
export class WorkerFigures {
  #stats: WorkerStats = { snapshot: NOTHING, compaction: NOTHING, workersLost: 0 };

  get stats(): WorkerStats {
    return this.#stats;
  }

  succeeded(kind: Task["kind"], figures: TaskFigures): void {
    const sums = this.#stats[kind];
    this.#set(kind, {
      tasks: sums.tasks + 1,
      failures: sums.failures,
      rows: sums.rows + figures.rows,
      bytes: sums.bytes + figures.bytes,
      sortMs: sums.sortMs + figures.sortMs,
      encodeMs: sums.encodeMs + figures.encodeMs,
      storeMs: sums.storeMs + figures.storeMs,
    });
  }

  failed(kind: Task["kind"]): void {
    const sums = this.#stats[kind];
    this.#set(kind, { ...sums, failures: sums.failures + 1 });
  }

  workerLost(): void {
    this.#stats = { ...this.#stats, workersLost: this.#stats.workersLost + 1 };
  }

  #set(kind: Task["kind"], sums: TaskStats): void {
    this.#stats = { ...this.#stats, [kind]: sums };
  }
}
