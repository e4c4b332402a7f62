import type { FrozenGeneration } from "../../buffer/index.ts";
import { SecondWriterError } from "../../commit-log/index.ts";
import type { FileIndex } from "../file-index/index.ts";
import type { FileNaming, NewFile, TaskTable } from "../tasks.ts";
import type { DataFile } from "../types.ts";
import type { FileChanges } from "./file-changes.ts";
import { ClosedError, type Pauses, pauseMsAfter } from "./pauses.ts";
import type { SnapshotReason } from "./snapshot-trigger.ts";
import { TaskMeter } from "./task-meter.ts";
import type { TaskNames } from "./task-names.ts";
import { isLive, taskTable } from "./task-table.ts";
import type { StorageOptions } from "./types.ts";

interface SnapshotParts {
  readonly index: FileIndex;
  readonly changes: FileChanges;
  readonly names: TaskNames;
  readonly pauses: Pauses;
  /** A task failed: it may have left files behind. */
  readonly onLeftOver: () => void;
}

/**
 * Writes buffered rows to files. What was frozen stays until it is in files: a failed step is tried again for ever,
 * while writes go on as far as the buffer has room.
 */
export class Snapshots {
  readonly meter: TaskMeter;
  readonly #options: StorageOptions;
  readonly #parts: SnapshotParts;

  constructor(options: StorageOptions, parts: SnapshotParts) {
    this.#options = options;
    this.#parts = parts;
    this.meter = new TaskMeter(options.clock);
  }

  /** Resolves to false when there was nothing to write. Rejects with ClosedError or SecondWriterError. */
  async take(reason: SnapshotReason, onFrozen: () => void = () => {}): Promise<boolean> {
    const { buffer, clock, logger, rotate, wal } = this.#options;
    const { index, pauses } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const { walSequence } = await this.#untilDone("freeze the buffer", () => pauses.unlessClosed(rotate()));
    onFrozen();
    // A rotation that was refused has left a generation behind: its rows are older, and go first.
    const generations = buffer.frozen;
    if (generations.length === 0 && walSequence <= index.walSequence) return false;
    const written: DataFile[] = [];
    for (const generation of generations.slice(0, -1)) {
      written.push(...(await this.#persist(generation, index.walSequence)));
    }
    written.push(...(await this.#persist(generations.at(-1), walSequence)));
    logger.info("snapshot written", {
      reason,
      wal_sequence: walSequence,
      ...this.meter.done(startedAtMs, written),
    });
    await pauses.unlessClosed(wal.trim(walSequence)).catch((error: unknown) => {
      if (error instanceof ClosedError) return;
      // What stays is skipped at the next start, and trimmed after the next snapshot.
      logger.warn("cannot trim the write-ahead log", { error: String(error) });
    });
    return true;
  }

  async #persist(
    generation: FrozenGeneration | undefined,
    walSequence: number,
  ): Promise<readonly DataFile[]> {
    const { index, names, changes, onLeftOver } = this.#parts;
    const number = index.snapshot + 1;
    let naming: FileNaming | undefined;
    try {
      const files = await this.#untilDone("write the snapshot", async () => {
        naming = names.begin(number);
        try {
          return await this.#write(generation, number, naming);
        } catch (error) {
          // What this attempt wrote is nobody's: the next one has another name.
          names.end(naming);
          throw error;
        }
      });
      const committed = await this.#untilDone("commit the snapshot", () =>
        changes.commit(
          () => ({
            // Tables that were deleted meanwhile need no files.
            added: files.filter((file) => isLive(this.#options.catalog, file.tableId)),
            removed: [],
            snapshot: { number, walSequence },
          }),
          generation?.generation,
        ),
      );
      const added = committed?.added ?? [];
      if (added.length < files.length) onLeftOver();
      return added;
    } finally {
      if (naming !== undefined) names.end(naming);
    }
  }

  async #write(
    generation: FrozenGeneration | undefined,
    number: number,
    naming: FileNaming,
  ): Promise<readonly NewFile[]> {
    if (generation === undefined) return [];
    const { catalog, worker, clock } = this.#options;
    const tables: TaskTable[] = [];
    for (const { tableId } of generation.tables) {
      const table = catalog.tableById(tableId);
      if (table !== undefined && isLive(catalog, tableId)) tables.push(taskTable(table));
    }
    if (tables.length === 0) return [];
    return await worker.snapshot({
      snapshot: number,
      naming,
      buffer: generation.describe(),
      generation: generation.generation,
      tables,
      createdAtMs: clock.nowMs(),
    });
  }

  async #untilDone<T>(what: string, step: () => Promise<T>): Promise<T> {
    const { pauses, onLeftOver } = this.#parts;
    for (let failures = 1; ; failures++) {
      if (pauses.closed) throw new ClosedError();
      try {
        return await step();
      } catch (error) {
        if (error instanceof SecondWriterError) throw error;
        if (pauses.closed) throw new ClosedError();
        this.meter.failed();
        onLeftOver();
        const pauseMs = pauseMsAfter(failures);
        this.#options.logger.error(`cannot ${what}, trying again: no data is lost, but memory and log grow`, {
          error: (error as Error).message,
          failures,
          pause_ms: pauseMs,
        });
        await pauses.wait(pauseMs);
      }
    }
  }
}
