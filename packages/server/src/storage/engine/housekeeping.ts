import { SecondWriterError } from "../../commit-log/index.ts";
import { Mutex, type Timer } from "../../foundation/index.ts";
import type { FileIndex } from "../file-index/index.ts";
import type { DataFile } from "../types.ts";
import { deletedFiles, expiredFiles, forgettable, nextDeadlineMs } from "./expiry.ts";
import type { FileChanges } from "./file-changes.ts";
import { pauseMsAfter } from "./pauses.ts";
import type { StorageOptions } from "./types.ts";

/** The wall clock may be set: no deadline is trusted to be reached in one wait. */
const LONGEST_WAIT_MS = 60_000;

/** Removes what is older than its database keeps it, and what was deleted when its time has come. */
export class Housekeeping {
  filesExpired = 0;
  readonly #options: StorageOptions;
  readonly #parts: { readonly index: FileIndex; readonly changes: FileChanges };
  readonly #turns = new Mutex();
  #timer: Timer | undefined;
  #retentionDueAtMs = 0;
  #failures = 0;
  #askedAgain = false;
  #closed = false;

  constructor(options: StorageOptions, parts: { index: FileIndex; changes: FileChanges }) {
    this.#options = options;
    this.#parts = parts;
  }

  start(): void {
    this.#retentionDueAtMs = this.#options.clock.monotonicMs();
    this.#options.catalog.onChange(({ kind }) => {
      if (kind !== "table-deleted" && kind !== "database-deleted") return;
      this.#askedAgain = true;
      this.#schedule(0);
    });
    this.#schedule(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#turns.run(() => {});
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#timer = this.#options.clock.schedule(delayMs, () => void this.#turns.run(() => this.#run()));
  }

  async #run(): Promise<void> {
    if (this.#closed) return;
    this.#askedAgain = false;
    try {
      await this.#clean();
      this.#failures = 0;
      this.#schedule(this.#askedAgain ? 0 : this.#nextDelayMs());
    } catch (error) {
      if (error instanceof SecondWriterError) return;
      this.#failures++;
      this.#options.logger.warn("cannot remove expired or deleted data, trying again later", {
        error: (error as Error).message,
      });
      this.#schedule(pauseMsAfter(this.#failures));
    }
  }

  async #clean(): Promise<void> {
    const { catalog, clock, logger, deletions, deleteGraceMs, retentionCheckIntervalMs } = this.#options;
    const { index } = this.#parts;
    if (clock.monotonicMs() >= this.#retentionDueAtMs) {
      const files = await this.#remove((nowMs) => expiredFiles(index, catalog, nowMs));
      this.filesExpired += files.length;
      if (files.length > 0) logger.info("expired data removed", { files: files.length });
      this.#retentionDueAtMs = clock.monotonicMs() + retentionCheckIntervalMs;
    }
    const files = await this.#remove((nowMs) => deletedFiles(index, catalog, nowMs));
    if (files.length > 0) logger.info("deleted data removed", { files: files.length });
    const forgotten = forgettable(index, catalog, clock.nowMs(), deleteGraceMs);
    if (forgotten.length === 0) return;
    await deletions.forget(forgotten);
    logger.info("deleted databases and tables forgotten", { count: forgotten.length });
  }

  async #remove(choose: (nowMs: number) => readonly DataFile[]): Promise<readonly DataFile[]> {
    const change = await this.#parts.changes.commit(() => {
      const files = choose(this.#options.clock.nowMs());
      return files.length === 0 ? undefined : { added: [], removed: files.map(({ id }) => id) };
    });
    return change?.removed ?? [];
  }

  #nextDelayMs(): number {
    const { catalog, clock, deleteGraceMs } = this.#options;
    const nowMs = clock.nowMs();
    const deadlineMs = nextDeadlineMs(catalog, nowMs, deleteGraceMs) ?? Number.POSITIVE_INFINITY;
    return Math.min(deadlineMs - nowMs, this.#retentionDueAtMs - clock.monotonicMs(), LONGEST_WAIT_MS);
  }
}
