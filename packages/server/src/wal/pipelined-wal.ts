import { type Clock, type Logger, ServerError } from "../foundation/index.ts";
import { CommitPipeline, type GroupSink, noGroups, type Pace } from "./commit-pipeline.ts";
import { StagingPool } from "./staging-pool.ts";
import type {
  ReplayOptions,
  ReplayResult,
  StagingSlice,
  Visit,
  Wal,
  WalEntry,
  WalEvents,
  WalStats,
} from "./types.ts";

export interface PipelinedWalOptions {
  stagingBytes: number;
  maxWaiting: number;
  flushIntervalMs: number;
  clock: Clock;
  logger: Logger;
  /** The log cannot be written any more until the next start. */
  onFatal(error: Error): void;
}

/** What only some logs count. */
export type SinkStats = Pick<WalStats, "segmentsCreated" | "segmentsRecycled" | "retries">;

/** Longest wait for the disk when the server stops. */
const CLOSE_DEADLINE_MS = 30_000;

/** What all logs have in common: staging memory, the commit pipeline, and an orderly end. */
export abstract class PipelinedWal<Options extends PipelinedWalOptions> implements Wal {
  protected readonly options: Options;
  protected readonly staging: StagingPool;
  protected pipeline: CommitPipeline | undefined;
  /** Of the last group that was read back. */
  protected lastSequence = 0;
  /** Bytes of log that were read back and are in no data file. */
  protected replayedBytes = 0;
  /** Where lines were drawn: what the log held up to there, for those that are not trimmed yet. */
  #lines: { readonly sequence: number; readonly bytes: number }[] = [];
  #trimmedTo = 0;
  #bytesInFiles = 0;
  #refusal: ServerError | undefined;

  constructor(options: Options) {
    this.options = options;
    this.staging = new StagingPool(options.stagingBytes);
  }

  abstract replay(visit: Visit, options: ReplayOptions): Promise<ReplayResult>;
  abstract start(events: WalEvents): void;
  protected abstract readonly sinkStats: SinkStats;
  /** Uses the space of groups up to this sequence again. */
  protected abstract giveBack(sequence: number): Promise<void>;
  /** Nothing is written any more. */
  protected abstract endSink(): Promise<void> | undefined;
  /** Ends what did not end by itself. */
  protected abandonSink(): void {}

  get bytesSinceBoundary(): number {
    return this.pipeline?.bytesSinceBoundary ?? this.replayedBytes;
  }

  get bytesSinceSnapshot(): number {
    return this.#bytes - this.#bytesInFiles;
  }

  get stats(): WalStats {
    return { ...(this.pipeline?.stats ?? noGroups()), ...this.sinkStats };
  }

  reserve(sizeBytes: number): StagingSlice {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.pipeline?.checkRoom();
    return this.staging.reserve(sizeBytes);
  }

  reserveAhead(sizeBytes: number): StagingSlice | undefined {
    return this.#refusal === undefined ? this.staging.reserveAhead(sizeBytes) : undefined;
  }

  release(slice: StagingSlice): void {
    this.staging.release(slice);
  }

  append(entry: WalEntry, done: (error?: Error) => void): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.pipeline === undefined) throw new Error("the log is not started");
    this.pipeline.append(entry, done);
  }

  boundary(): Promise<number> {
    if (this.pipeline === undefined) {
      this.replayedBytes = 0;
      return Promise.resolve(this.lastSequence);
    }
    return this.pipeline.boundary().then((sequence) => {
      this.#lines.push({ sequence, bytes: this.#bytes });
      this.#forgetLines();
      return sequence;
    });
  }

  trim(sequence: number): Promise<void> {
    this.#trimmedTo = Math.max(this.#trimmedTo, sequence);
    this.#forgetLines();
    return this.giveBack(sequence);
  }

  async close(): Promise<void> {
    if (this.#refusal !== undefined) return;
    this.#refusal = new ServerError("wal_closed");
    const { clock, logger } = this.options;
    const finished = this.pipeline?.flush().then(() => this.endSink());
    const deadline = new Promise<"late">((resolve) => {
      clock.schedule(CLOSE_DEADLINE_MS, () => resolve("late"));
    });
    if ((await Promise.race([finished, deadline])) !== "late") return;
    logger.error("the store did not take the last writes in time", { seconds: CLOSE_DEADLINE_MS / 1000 });
    this.pipeline?.failed(new Error("the server stopped before the store answered"));
    this.abandonSink();
  }

  get #bytes(): number {
    return this.replayedBytes + (this.pipeline?.stats.bytes ?? 0);
  }

  #forgetLines(): void {
    const reached = this.#lines.filter(({ sequence }) => sequence <= this.#trimmedTo);
    this.#bytesInFiles = reached.at(-1)?.bytes ?? this.#bytesInFiles;
    this.#lines = this.#lines.slice(reached.length);
  }

  protected openPipeline(sink: GroupSink, events: WalEvents, pace: Pace): CommitPipeline {
    const { clock, logger, flushIntervalMs, maxWaiting } = this.options;
    this.pipeline = new CommitPipeline({
      staging: this.staging,
      sink,
      events,
      clock,
      logger,
      flushIntervalMs,
      maxWaiting,
      pace,
      lastSequence: this.lastSequence,
      bytesSinceBoundary: this.replayedBytes,
    });
    return this.pipeline;
  }

  /** Nothing can be written until the next start. */
  protected fail(error: Error): void {
    this.#refusal ??= new ServerError("wal_write_failed", { detail: error.message }, undefined, error);
    this.pipeline?.failed(error);
    this.options.onFatal(error);
  }
}
