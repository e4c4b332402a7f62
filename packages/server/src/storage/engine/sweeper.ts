import { SecondWriterError } from "../../commit-log/index.ts";
import type { Clock, Logger } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { FileIndex } from "../file-index/index.ts";
import type { FileChanges } from "./file-changes.ts";
import type { FileRemoval } from "./file-removal.ts";
import type { TaskNames } from "./task-names.ts";

interface SweeperParts {
  readonly store: ObjectStore;
  readonly index: FileIndex;
  readonly changes: FileChanges;
  readonly removal: FileRemoval;
  readonly names: TaskNames;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly closed: () => boolean;
}

/** Between a failure that left files behind and the search for them. */
const PAUSE_MS = 60_000;
/** Objects that are removed between two looks at who owns the files. */
const REMOVALS_A_CHECK = 100;

/** Removes data files that belong to nothing: a crash or a failure came between writing them and their commit. */
export class Sweeper {
  removed = 0;
  readonly #parts: SweeperParts;
  #claimed = false;
  /** Undefined: nothing is known to lie around. */
  #dueAtMs: number | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  /** A process before this one may have left files behind. */
  start(): void {
    this.#dueAtMs = this.#parts.clock.monotonicMs();
  }

  /** Something failed, and may have left files behind. */
  noticeLeftOver(): void {
    this.#dueAtMs ??= this.#parts.clock.monotonicMs() + PAUSE_MS;
  }

  /** Cheap; to be called now and then. */
  sweepIfDue(): void {
    const { clock, logger, closed } = this.#parts;
    if (this.#running !== undefined || this.#dueAtMs === undefined || clock.monotonicMs() < this.#dueAtMs)
      return;
    this.#dueAtMs = undefined;
    this.#running = this.#sweep()
      .catch((error: unknown) => {
        if (error instanceof SecondWriterError || closed()) return;
        this.noticeLeftOver();
        logger.warn("cannot remove data files that nothing refers to, trying again later", {
          error: (error as Error).message,
        });
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #sweep(): Promise<void> {
    const { store, changes, names, logger, closed } = this.#parts;
    const listed = await store.list(`${names.directory}/`);
    let removed = 0;
    for (const { key } of listed) {
      if (closed()) return;
      if (!this.#isUnknown(key)) continue;
      if (removed % REMOVALS_A_CHECK === 0) {
        // A process that still believes to own the files must find this one in its way before it loses any.
        if (!this.#claimed) await changes.claim();
        this.#claimed = true;
        await changes.confirm();
        if (!this.#isUnknown(key)) continue;
      }
      if (!changes.isSettled) {
        // The commit that was rejected may still be found at the next start, and name the file.
        this.noticeLeftOver();
        return;
      }
      await store.delete(key);
      removed++;
      this.removed++;
    }
    if (removed > 0)
      logger.info("removed data files that a crash or a failure left behind", { files: removed });
  }

  #isUnknown(key: string): boolean {
    const { index, names, removal } = this.#parts;
    return !index.hasKey(key) && !names.isActive(key) && !removal.isAwaited(key);
  }
}
