import { type Clock, type Logger, ServerError } from "../foundation/index.ts";
import { CommitPipeline } from "./commit-pipeline.ts";
import { StagingPool } from "./staging-pool.ts";
import type { ReplayResult, StagingSlice, Wal, WalEntry, WalEvents } from "./types.ts";

export interface MemoryWalOptions {
  stagingBytes: number;
  maxWaiting: number;
  flushIntervalMs: number;
  clock: Clock;
  logger: Logger;
}

/** For the store that keeps nothing: entries go through commit groups all the same, and are then forgotten. */
export class MemoryWal implements Wal {
  readonly #options: MemoryWalOptions;
  readonly #staging: StagingPool;
  #pipeline: CommitPipeline | undefined;
  #closed = false;

  constructor(options: MemoryWalOptions) {
    this.#options = options;
    this.#staging = new StagingPool(options.stagingBytes);
  }

  async replay(): Promise<ReplayResult> {
    return { entries: 0, groups: 0, bytes: 0, tornBytes: 0 };
  }

  start(events: WalEvents): void {
    const { clock, logger, flushIntervalMs, maxWaiting } = this.#options;
    const pipeline = new CommitPipeline({
      staging: this.#staging,
      sink: { write: () => setImmediate(() => pipeline.stored()) },
      events,
      clock,
      logger,
      flushIntervalMs,
      maxWaiting,
    });
    this.#pipeline = pipeline;
  }

  reserve(sizeBytes: number): StagingSlice {
    if (this.#closed) throw new ServerError("wal_closed");
    this.#pipeline?.checkRoom();
    return this.#staging.reserve(sizeBytes);
  }

  release(slice: StagingSlice): void {
    this.#staging.release(slice);
  }

  append(entry: WalEntry, done: (error?: Error) => void): void {
    if (this.#closed) throw new ServerError("wal_closed");
    if (this.#pipeline === undefined) throw new Error("the log is not started");
    this.#pipeline.append(entry, done);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pipeline?.flush();
  }
}
