import type { RunTimes } from "@millrace/api";
import type { Clock } from "../../foundation/index.ts";
import type { TriggerExecution } from "../invocation/index.ts";
import { InFlight, sleep } from "../timing/index.ts";

export interface ScheduleOptions {
  readonly times: RunTimes;
  readonly execution: TriggerExecution;
  readonly maxConcurrent: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The wall clock may jump while nothing happens (sleeping laptops, corrected clocks): look at it this often. */
const LONGEST_NAP_MS = 30_000;
const NS_PER_SECOND = 1_000_000_000n;

/** Runs a trigger at its times, one step after the other: late runs follow each other, none is left out. */
export class ScheduleLoop {
  readonly #options: ScheduleOptions;
  readonly #running: InFlight;
  readonly #ended: Promise<void>;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#running = new InFlight(options.maxConcurrent);
    this.#ended = this.#loop();
  }

  /** Resolves when the last run has ended; to be called after the signal was aborted. */
  async idle(): Promise<void> {
    await this.#ended;
    await this.#running.allDone();
  }

  async #loop(): Promise<void> {
    const { times, clock, execution, signal } = this.#options;
    let runMs = times.first(clock.nowMs());
    while (runMs !== undefined) {
      await this.#until(runMs);
      while (this.#running.full) await this.#running.oneDone();
      if (signal.aborted) return;
      // Plugins see whole seconds.
      const callTimeNs = BigInt(Math.floor(runMs / 1000)) * NS_PER_SECOND;
      this.#running.add(execution.run({ kind: "schedule", callTimeNs }));
      runMs = times.after(runMs);
    }
  }

  async #until(runMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    for (;;) {
      const leftMs = runMs - clock.nowMs();
      if (leftMs <= 0 || signal.aborted) return;
      await sleep(clock, Math.min(leftMs, LONGEST_NAP_MS), signal);
    }
  }
}
