import { SecondWriterError } from "../../commit-log/index.ts";
import type { FileIndex } from "../file-index/index.ts";
import type { CompactionTask } from "../tasks.ts";
import type { DataFile } from "../types.ts";
import type { FileChanges } from "./file-changes.ts";
import { pauseMsAfter } from "./pauses.ts";
import { TaskMeter } from "./task-meter.ts";
import type { TaskNames } from "./task-names.ts";
import { isLive, taskTable } from "./task-table.ts";
import type { StorageOptions } from "./types.ts";

interface CompactionParts {
  readonly index: FileIndex;
  readonly changes: FileChanges;
  readonly names: TaskNames;
  readonly onLeftOver: () => void;
}

interface Place {
  readonly tableId: number;
  readonly day: number;
}

/** Days that are looked at before other work gets its turn. */
const PLACES_A_TURN = 1_000;

/** Merges files of the same table and day where that pays, one day after the other. */
export class Compactions {
  readonly meter: TaskMeter;
  readonly #options: StorageOptions;
  readonly #parts: CompactionParts;
  /** Days whose files have changed since they were looked at. */
  readonly #places = new Map<string, Place>();
  #failures = 0;
  #notBeforeMs = 0;

  constructor(options: StorageOptions, parts: CompactionParts) {
    this.#options = options;
    this.#parts = parts;
    this.meter = new TaskMeter(options.clock);
  }

  /** Everything there is may be worth merging. */
  noticeAll(): void {
    for (const tableId of this.#parts.index.tableIds()) {
      for (const day of this.#parts.index.days(tableId)) this.notice({ tableId, day });
    }
  }

  notice({ tableId, day }: Place): void {
    const place = `${tableId}/${day}`;
    // Behind those that wait already.
    this.#places.delete(place);
    this.#places.set(place, { tableId, day });
  }

  /** How long nothing will be done after failures; 0: now. */
  get pauseMs(): number {
    return Math.max(0, this.#notBeforeMs - this.#options.clock.monotonicMs());
  }

  get hasWork(): boolean {
    return this.#places.size > 0;
  }

  /** Looks at some of the days, and merges files of at most one. */
  async step(): Promise<void> {
    let looked = 0;
    for (const [name, place] of this.#places) {
      if (++looked > PLACES_A_TURN) return;
      this.#places.delete(name);
      const files = this.#parts.index.filesOfDay(place.tableId, place.day);
      if (files.length < 2 || !isLive(this.#options.catalog, place.tableId)) continue;
      const inputs = this.#options.planCompaction(files);
      if (inputs === undefined) continue;
      await this.#attempt(place, inputs);
      return;
    }
  }

  async #attempt(place: Place, inputs: readonly DataFile[]): Promise<void> {
    try {
      await this.#merge(place, inputs);
      this.#failures = 0;
    } catch (error) {
      if (error instanceof SecondWriterError) throw error;
      this.meter.failed();
      this.#failures++;
      this.#notBeforeMs = this.#options.clock.monotonicMs() + pauseMsAfter(this.#failures);
      this.notice(place);
      this.#parts.onLeftOver();
      this.#options.logger.warn("cannot merge data files, trying again later", {
        table: place.tableId,
        error: (error as Error).message,
        failures: this.#failures,
      });
    }
  }

  async #merge(place: Place, inputs: readonly DataFile[]): Promise<void> {
    const { catalog, worker, clock, logger } = this.#options;
    const { names, changes, onLeftOver } = this.#parts;
    const table = catalog.tableById(place.tableId);
    if (table === undefined) return;
    const startedAtMs = clock.monotonicMs();
    const naming = names.begin(Math.max(...inputs.map(({ lastSnapshot }) => lastSnapshot)));
    try {
      const task: CompactionTask = { naming, table: taskTable(table), inputs, createdAtMs: clock.nowMs() };
      const file = await worker.compact(task);
      const committed = await changes.commit((index) => {
        // Expired or deleted meanwhile: the merged file would bring their rows back.
        if (inputs.some(({ id }) => index.file(id) === undefined)) return undefined;
        return { added: [file], removed: inputs.map(({ id }) => id) };
      });
      if (committed === undefined) {
        onLeftOver();
        return;
      }
      const { rows, bytes, ms } = this.meter.done(startedAtMs, committed.added);
      logger.debug("data files merged", { table: place.tableId, inputs: inputs.length, rows, bytes, ms });
      this.notice(place);
    } finally {
      names.end(naming);
    }
  }
}
