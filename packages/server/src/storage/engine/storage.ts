import { setImmediate as nextTurn } from "node:timers/promises";
import { SecondWriterError } from "../../commit-log/index.ts";
import type { Timer } from "../../foundation/index.ts";
import { type FileIndex, Manifest } from "../file-index/index.ts";
import type { DataFile } from "../types.ts";
import { Compactions } from "./compactions.ts";
import { FileChanges } from "./file-changes.ts";
import { FileRemoval } from "./file-removal.ts";
import { ViewVersions } from "./file-views.ts";
import { Housekeeping } from "./housekeeping.ts";
import { ClosedError, Pauses } from "./pauses.ts";
import { type SnapshotReason, SnapshotTrigger } from "./snapshot-trigger.ts";
import { Snapshots } from "./snapshots.ts";
import { Sweeper } from "./sweeper.ts";
import { TaskNames } from "./task-names.ts";
import type { FileViews, StorageOptions, StorageStats } from "./types.ts";

/** How often the numbers are looked at that start a snapshot. */
const LONGEST_LOOK_MS = 100;
const SHORTEST_LOOK_MS = 10;
/** After a snapshot that had nothing to write. */
const EMPTY_PAUSE_MS = 1_000;
/** For readers to let go of an old view; nobody queries while the log is replayed. */
const RELEASE_DEADLINE_MS = 10_000;

interface Request {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Moves rows from the buffer to files, merges files, and removes those whose time is over. One task at a time runs on
 * the worker, snapshots before all else.
 */
export class Storage {
  readonly #options: StorageOptions;
  readonly #manifest: Manifest;
  readonly #views: ViewVersions;
  readonly #pauses: Pauses;
  readonly #trigger: SnapshotTrigger;
  readonly #removal: FileRemoval;
  readonly #snapshots: Snapshots;
  readonly #compactions: Compactions;
  readonly #housekeeping: Housekeeping;
  readonly #sweeper: Sweeper;
  #requests: Request[] = [];
  #wake: () => void = () => {};
  #look: Timer | undefined;
  #working: Promise<void> = Promise.resolve();

  private constructor(options: StorageOptions, manifest: Manifest) {
    const { clock, store, logger } = options;
    const { index } = manifest;
    this.#options = options;
    this.#manifest = manifest;
    this.#views = new ViewVersions(index);
    this.#pauses = new Pauses(clock);
    this.#trigger = new SnapshotTrigger(options, () => this.#views.unreleased > 0);
    const onLeftOver = (): void => this.#sweeper.noticeLeftOver();
    this.#removal = new FileRemoval({ store, logger, onLeftOver });
    const onAdded = (files: readonly DataFile[]): void => {
      for (const file of files) this.#compactions.notice(file);
    };
    const parts = { manifest, views: this.#views, removal: this.#removal, onAdded };
    const changes = new FileChanges(parts, options);
    const names = new TaskNames(options.nodeId, options.random);
    this.#snapshots = new Snapshots(options, { index, changes, names, pauses: this.#pauses, onLeftOver });
    this.#compactions = new Compactions(options, { index, changes, names, onLeftOver });
    this.#housekeeping = new Housekeeping(options, { index, changes });
    this.#sweeper = new Sweeper({
      store,
      index,
      changes,
      removal: this.#removal,
      names,
      clock,
      logger,
      closed: () => this.#pauses.closed,
    });
  }

  /** Reads which files there are. Rejects with LogDamagedError or CatalogBehindFilesError. Nothing runs before `start`. */
  static async open(options: StorageOptions): Promise<Storage> {
    const { store, nodeId, random, logger, catalog } = options;
    return new Storage(options, await Manifest.open({ store, nodeId, random, logger, catalog }));
  }

  /** To be called by a new owner of the node before anything else is: its predecessor may only sleep. */
  takeOver(): Promise<void> {
    return this.#manifest.takeOver();
  }

  get views(): FileViews {
    return this.#views;
  }

  /** Rows of writes up to this one are in files: the log is replayed from the next one. */
  get walSequence(): number {
    return this.#manifest.index.walSequence;
  }

  filesOfTable(tableId: number): Iterable<DataFile> {
    return this.#manifest.index.filesOfTable(tableId);
  }

  get stats(): StorageStats {
    const index: FileIndex = this.#manifest.index;
    return {
      files: index.fileCount,
      fileBytes: index.sizeBytes,
      snapshots: this.#snapshots.meter.stats,
      compactions: this.#compactions.meter.stats,
      filesExpired: this.#housekeeping.filesExpired,
      objectsRemoved: this.#removal.removed,
      orphansRemoved: this.#sweeper.removed,
      unreleasedVersions: this.#views.unreleased,
    };
  }

  /** While the log is replayed, before `start`: writes what is buffered to files, and waits for the memory. */
  async relieve(): Promise<void> {
    await this.#snapshots.take("buffer size");
    await Promise.race([this.#views.settled(), this.#pauses.wait(RELEASE_DEADLINE_MS)]);
  }

  /** Begins the work in the background; the data is back. */
  start(): void {
    const { clock, limits } = this.#options;
    this.#compactions.noticeAll();
    this.#sweeper.start();
    const lookMs = Math.min(Math.max(limits.flushIntervalMs, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
    const look = (): void => {
      this.#trigger.observe();
      if (this.#trigger.due() !== undefined) this.#wake();
      this.#sweeper.sweepIfDue();
      this.#look = clock.schedule(lookMs, look);
    };
    this.#look = clock.schedule(lookMs, look);
    this.#housekeeping.start();
    this.#working = this.#work();
  }

  /** Writes everything that is buffered now to files; resolves when it is there. */
  snapshot(): Promise<void> {
    if (this.#pauses.closed) return Promise.reject(new ClosedError());
    return new Promise((resolve, reject) => {
      this.#requests.push({ resolve, reject });
      this.#wake();
    });
  }

  /** Gives up what is under way: the log still has what no file has. Readers must have ended. */
  async close(): Promise<void> {
    this.#pauses.close();
    this.#look?.cancel();
    this.#wake();
    await this.#options.worker.close();
    await this.#working;
    await this.#housekeeping.close();
    await this.#sweeper.idle();
    await this.#removal.idle();
    await this.#manifest.close();
  }

  async #work(): Promise<void> {
    try {
      while (!this.#pauses.closed) await this.#next();
    } catch (error) {
      // Whoever has the files now has been told to `onFatal` already.
      if (!(error instanceof ClosedError || error instanceof SecondWriterError))
        this.#options.onFatal(error as Error);
    } finally {
      // Nobody is left to serve what is asked from now on.
      this.#pauses.close();
      for (const { reject } of this.#requests) reject(new ClosedError());
      this.#requests = [];
    }
  }

  async #next(): Promise<void> {
    const reason = this.#requests.length > 0 ? "request" : this.#trigger.due();
    if (reason !== undefined) return await this.#snapshot(reason);
    const pauseMs = this.#compactions.pauseMs;
    if (this.#compactions.hasWork && pauseMs === 0) {
      await this.#compactions.step();
      // Other work of the thread gets its turn between two looks at many days.
      return await nextTurn();
    }
    await new Promise<void>((resolve) => {
      const retry = this.#compactions.hasWork ? this.#options.clock.schedule(pauseMs, resolve) : undefined;
      this.#wake = () => {
        retry?.cancel();
        resolve();
      };
      if (this.#pauses.closed) resolve();
    });
  }

  async #snapshot(reason: SnapshotReason): Promise<void> {
    const served = this.#requests;
    this.#requests = [];
    try {
      const wrote = await this.#snapshots.take(reason, () => this.#trigger.reset());
      if (!wrote) this.#trigger.pause(EMPTY_PAUSE_MS);
      for (const { resolve } of served) resolve();
    } catch (error) {
      for (const { reject } of served) reject(error as Error);
      throw error;
    }
  }
}
