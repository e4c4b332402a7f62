import type { Clock } from "../../foundation/index.ts";
import type { TaskFigures } from "./task-types.ts";

type Stage = "sortMs" | "encodeMs" | "storeMs";

/** Adds up where a task's time goes. */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #spent: Record<Stage, number> = { sortMs: 0, encodeMs: 0, storeMs: 0 };
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.monotonicMs();
  }

  /** What went by since the last call belongs to this stage. */
  spent(stage: Stage): void {
    const nowMs = this.#clock.monotonicMs();
    this.#spent[stage] += nowMs - this.#lastMs;
    this.#lastMs = nowMs;
  }

  figures(files: readonly { readonly rowCount: number; readonly sizeBytes: number }[]): TaskFigures {
    let rows = 0;
    let bytes = 0;
    for (const { rowCount, sizeBytes } of files) {
      rows += rowCount;
      bytes += sizeBytes;
    }
    return { rows, bytes, ...this.#spent };
  }
}
