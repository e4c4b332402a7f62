import { type Clock, type Logger, ServerError } from "../foundation/index.ts";
import { CommitPipeline } from "./commit-pipeline.ts";
import { LogReplay } from "./log-replay.ts";
import type { WritePosition } from "./segment-writer.ts";
import { StagingPool } from "./staging-pool.ts";
import type {
  ReplayedEntry,
  ReplayProgress,
  ReplayResult,
  StagingSlice,
  Wal,
  WalEntry,
  WalEvents,
} from "./types.ts";
import type { WalFileSystem } from "./wal-file-system.ts";
import { type StartWorker, WorkerLink } from "./worker-link.ts";

export interface FileWalOptions {
  directory: string;
  fs: WalFileSystem;
  startWorker: StartWorker;
  recover: boolean;
  stagingBytes: number;
  maxWaiting: number;
  flushIntervalMs: number;
  segmentBytes: number;
  clock: Clock;
  logger: Logger;
  /** The log cannot be written any more until the next start. */
  onFatal(error: Error): void;
}

/** Longest wait for the disk when the server stops. */
const CLOSE_DEADLINE_MS = 30_000;

/** The write-ahead log in files: docs/formats/wal.md. */
export class FileWal implements Wal {
  readonly #options: FileWalOptions;
  readonly #staging: StagingPool;
  #position: WritePosition | undefined;
  #pipeline: CommitPipeline | undefined;
  #link: WorkerLink | undefined;
  #refusal: ServerError | undefined;

  constructor(options: FileWalOptions) {
    this.#options = options;
    this.#staging = new StagingPool(options.stagingBytes);
  }

  async replay(
    visit: (entry: ReplayedEntry) => void | Promise<void>,
    onProgress: (progress: ReplayProgress) => void = () => {},
  ): Promise<ReplayResult> {
    const { fs, directory, recover, clock, logger } = this.#options;
    fs.makeDirectory(directory);
    const replay = new LogReplay({ fs, directory, recover, clock, logger, visit, onProgress });
    const { result, position } = await replay.run();
    this.#position = position;
    return result;
  }

  start(events: WalEvents): void {
    const position = this.#position;
    if (position === undefined) throw new Error("the log must be replayed before it is written");
    const { directory, segmentBytes, startWorker, clock, logger, flushIntervalMs, maxWaiting } =
      this.#options;
    const link = new WorkerLink({
      data: { directory, segmentBytes, position },
      startWorker,
      onStored: () => this.#pipeline?.stored(),
      onFailed: (error) => {
        logger.error("cannot write to the write-ahead log", { error: error.message });
        this.#pipeline?.failed(error);
      },
      onExit: (error) => this.#fail(error),
    });
    this.#link = link;
    this.#staging.onForget((buffer) => link.forget(buffer));
    this.#pipeline = new CommitPipeline({
      staging: this.#staging,
      sink: link,
      events,
      clock,
      logger,
      flushIntervalMs,
      maxWaiting,
    });
  }

  reserve(sizeBytes: number): StagingSlice {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#pipeline?.checkRoom();
    return this.#staging.reserve(sizeBytes);
  }

  release(slice: StagingSlice): void {
    this.#staging.release(slice);
  }

  append(entry: WalEntry, done: (error?: Error) => void): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#pipeline === undefined) throw new Error("the log is not started");
    this.#pipeline.append(entry, done);
  }

  async close(): Promise<void> {
    if (this.#refusal !== undefined) return;
    this.#refusal = new ServerError("wal_closed");
    const { clock, logger } = this.#options;
    const finished = this.#pipeline?.flush().then(() => this.#link?.close());
    const deadline = new Promise<"late">((resolve) => {
      clock.schedule(CLOSE_DEADLINE_MS, () => resolve("late"));
    });
    if ((await Promise.race([finished, deadline])) !== "late") return;
    logger.error("the disk did not take the last writes in time", { seconds: CLOSE_DEADLINE_MS / 1000 });
    this.#pipeline?.failed(new Error("the server stopped before the disk answered"));
    this.#link?.terminate();
  }

  #fail(error: Error): void {
    this.#refusal ??= new ServerError("wal_write_failed", { detail: error.message });
    this.#pipeline?.failed(error);
    this.#options.onFatal(error);
  }
}
