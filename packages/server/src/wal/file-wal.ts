import path from "node:path";
import { ServerError } from "../foundation/index.ts";
import { LogReplay } from "./log-replay.ts";
import { PipelinedWal, type PipelinedWalOptions, type SinkStats } from "./pipelined-wal.ts";
import type { WritePosition } from "./segment-writer.ts";
import type { ReplayOptions, ReplayResult, Visit, WalEvents } from "./types.ts";
import type { WalFileSystem } from "./wal-file-system.ts";
import { type StartWorker, WorkerLink } from "./worker-link.ts";

export interface FileWalOptions extends PipelinedWalOptions {
  directory: string;
  /** It disappears when another server takes the directory over. */
  ownerFile: string | undefined;
  fs: WalFileSystem;
  startWorker: StartWorker;
  recover: boolean;
  segmentBytes: number;
  maxSpares: number;
}

/** The write-ahead log in files: docs/formats/wal.md. */
export class FileWal extends PipelinedWal<FileWalOptions> {
  #position: WritePosition | undefined;
  #link: WorkerLink | undefined;
  /** Trimmed up to here, or asked to be before the worker started. */
  #trimmed = 0;
  protected sinkStats: SinkStats = { segmentsCreated: 0, segmentsRecycled: 0, retries: 0 };

  async replay(visit: Visit, options: ReplayOptions): Promise<ReplayResult> {
    const { fs, directory, recover, clock, logger } = this.options;
    fs.makeDirectory(directory);
    // Nothing in it is durable before it is.
    fs.syncDirectory(path.dirname(directory));
    this.lastSequence = options.after;
    this.#trimmed = options.after;
    const replay = new LogReplay({
      ...options,
      fs,
      directory,
      recover,
      clock,
      logger,
      visit,
      onGroup: (sequence) => {
        this.lastSequence = sequence;
        return options.onGroup?.(sequence);
      },
    });
    const { result, position, visitedBytes } = await replay.run();
    this.lastSequence = result.lastSequence;
    this.replayedBytes = visitedBytes;
    this.#position = position;
    return result;
  }

  start(events: WalEvents): void {
    const position = this.#position;
    if (position === undefined) throw new Error("the log must be replayed before it is written");
    const { directory, ownerFile, segmentBytes, maxSpares, startWorker, logger } = this.options;
    const link = new WorkerLink({
      data: { directory, ownerFile, segmentBytes, maxSpares, position },
      startWorker,
      onStored: ({ segmentsCreated, segmentsRecycled, ...stored }) => {
        this.sinkStats = { segmentsCreated, segmentsRecycled, retries: 0 };
        this.pipeline?.stored(stored);
      },
      onFailed: (error) => {
        logger.error("cannot write to the write-ahead log", { error: error.message });
        this.pipeline?.failed(error);
      },
      onFenced: (file) => this.fail(new ServerError("wal_second_owner", { file })),
      onExit: (error) => this.fail(error),
    });
    this.#link = link;
    this.staging.onForget((buffer) => link.forget(buffer));
    this.openPipeline(link, events, "eager");
    // A trim that was interrupted is completed.
    if (this.#trimmed > 0) this.#trim(link);
  }

  protected async giveBack(sequence: number): Promise<void> {
    this.#trimmed = Math.max(this.#trimmed, sequence);
    if (this.#link !== undefined) await this.#trim(this.#link);
  }

  protected endSink(): Promise<void> | undefined {
    return this.#link?.close();
  }

  protected override abandonSink(): void {
    this.#link?.terminate();
  }

  async #trim(link: WorkerLink): Promise<void> {
    const problem = await link.trim(this.#trimmed);
    if (problem === undefined) return;
    this.options.logger.warn("cannot give back space of the write-ahead log yet", { error: problem });
  }
}
