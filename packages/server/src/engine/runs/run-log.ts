import type { Clock, Logger, RandomBytes } from "../../foundation/index.ts";
import { BoundedRing, type TriggerLog } from "../logs/index.ts";
import { RunFigures } from "./run-figures.ts";
import { RunIds } from "./run-ids.ts";
import type { RunDescription, RunRecord } from "./run-record.ts";
import { RunRecorder } from "./run-recorder.ts";

export interface RunLogOptions {
  readonly log: TriggerLog;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly maxRuns?: number;
}

const DEFAULT_MAX_RUNS = 10_000;

/** The last runs of all triggers, in memory. */
export class RunLog {
  readonly figures = new RunFigures();
  /** Names for runs that are not recorded, as those of tests. */
  readonly ids: RunIds;
  readonly #options: RunLogOptions;
  readonly #ring: BoundedRing<RunRecord>;

  constructor(options: RunLogOptions) {
    this.#options = options;
    this.ids = new RunIds(options.clock, options.random);
    const maxRuns = options.maxRuns ?? DEFAULT_MAX_RUNS;
    this.#ring = new BoundedRing({ maxRows: maxRuns, maxSize: maxRuns, sizeOf: () => 1 });
  }

  /** Call this when a run begins to wait for its interpreter. */
  open(run: RunDescription): RunRecorder {
    const { log, logger, clock } = this.#options;
    const parts = {
      keep: (record: RunRecord) => this.#ring.add(record),
      figures: this.figures,
      log,
      logger,
      clock,
    };
    return new RunRecorder(this.ids.next(), run, parts);
  }

  /** Oldest first. */
  rows(): RunRecord[] {
    return this.#ring.rows();
  }
}
