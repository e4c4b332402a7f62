import type { Clock } from "../../foundation/index.ts";
import type { AcceptedWrite } from "../../ingest/index.ts";
import type { TriggerExecution } from "../invocation/index.ts";
import { MAX_GENERATIONS } from "../loops/index.ts";
import { InFlight } from "../timing/index.ts";
import type { HeldLines } from "./held-lines.ts";
import { type Batch, type QueueLimits, type Refusal, TriggerQueue } from "./trigger-queue.ts";

export interface FeedOptions {
  readonly triggerId: number;
  readonly databaseId: number;
  /** Undefined: every table. */
  readonly table: string | undefined;
  /** The table's id, once it exists. */
  readonly tableId: () => number | undefined;
  readonly maxConcurrent: number;
  readonly limits: QueueLimits;
  /** Counts what is left out. */
  readonly refused: Record<Refusal, number>;
  /** Told when less waits here than before. */
  readonly onRoom: (databaseId: number) => void;
  readonly execution: TriggerExecution;
  readonly clock: Clock;
}

/** How often a trigger is told that it feeds itself. */
const REFUSAL_PACE_MS = 60_000;

const REFUSALS = {
  loop: `writes that go back to this trigger's own output for the ${MAX_GENERATIONS + 1}th time are no longer delivered to it: it feeds itself. Let the plugin skip the tables it writes, or use a 'table:' trigger`,
  rate: "writes of plugins are no longer delivered to this trigger until it has caught up: they come faster than it runs",
} as const satisfies Record<Refusal, string>;

/**
 * Delivers the writes of a database to one trigger: at each flush, and whenever they fill a call; one call at a time
 * unless it runs async.
 */
export class DataWriteFeed {
  readonly databaseId: number;
  readonly #options: FeedOptions;
  readonly #queue: TriggerQueue;
  readonly #running: InFlight;
  #pumping: Promise<void> | undefined;
  readonly #toldAtMs = new Map<Refusal, number>();

  constructor(options: FeedOptions) {
    this.databaseId = options.databaseId;
    this.#options = options;
    this.#queue = new TriggerQueue(options.triggerId, options.limits);
    this.#running = new InFlight(options.maxConcurrent);
  }

  get queuedRows(): number {
    return this.#queue.rows;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get full(): boolean {
    return this.#queue.full;
  }

  get roomBytes(): number {
    return this.#queue.roomBytes;
  }

  /** Returns true when the write waits here for the next flush. */
  offer(write: AcceptedWrite, lines: HeldLines): boolean {
    const { execution, table, tableId, refused } = this.#options;
    if (execution.stopped) return false;
    if (table !== undefined && !isOneOf(write.tableIds, tableId())) return false;
    const refusal = this.#queue.offer(write, lines);
    if (refusal === undefined) {
      if (this.#queue.fillsCall) this.#begin();
      return true;
    }
    refused[refusal]++;
    this.#tell(refusal);
    return false;
  }

  flush(): void {
    this.#queue.seal();
    this.#begin();
  }

  #begin(): void {
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  /** Resolves when the last run has ended; to be called after the execution was stopped. */
  async idle(): Promise<void> {
    this.#queue.clear();
    await this.#pumping;
    await this.#running.allDone();
  }

  async #pump(): Promise<void> {
    const { execution } = this.#options;
    for (;;) {
      while (this.#running.full) await this.#running.oneDone();
      if (execution.stopped) return;
      const batch = this.#queue.take();
      if (batch === undefined) return;
      this.#options.onRoom(this.databaseId);
      this.#running.add(this.#deliver(batch));
    }
  }

  #tell(refusal: Refusal): void {
    const nowMs = this.#options.clock.monotonicMs();
    const lastMs = this.#toldAtMs.get(refusal) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - lastMs < REFUSAL_PACE_MS) return;
    this.#toldAtMs.set(refusal, nowMs);
    this.#options.execution.fail(REFUSALS[refusal]);
  }

  async #deliver({ frames, origins, rows, release }: Batch): Promise<void> {
    const { execution, table } = this.#options;
    const batches = table === undefined ? { frames } : { frames, tables: [table] };
    try {
      await execution.run({ kind: "writes", batches }, { rows, origins });
    } finally {
      release();
    }
  }
}

function isOneOf(ids: readonly number[], id: number | undefined): boolean {
  return id !== undefined && ids.includes(id);
}
