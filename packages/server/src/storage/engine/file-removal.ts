import type { Logger } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { DataFile } from "../types.ts";

/** Removes the objects of files that no reader needs any more. */
export class FileRemoval {
  removed = 0;
  readonly #store: ObjectStore;
  readonly #logger: Logger;
  readonly #onLeftOver: () => void;
  /** Objects that are not in the index, but may still be read. */
  readonly #awaited = new Set<string>();
  #tail: Promise<void> = Promise.resolve();

  /** `onLeftOver`: an object could not be removed, and is nobody's now. */
  constructor(options: { store: ObjectStore; logger: Logger; onLeftOver: () => void }) {
    this.#store = options.store;
    this.#logger = options.logger;
    this.#onLeftOver = options.onLeftOver;
  }

  isAwaited(key: string): boolean {
    return this.#awaited.has(key);
  }

  /** They have left the index. The returned function removes them. */
  expect(files: readonly DataFile[]): () => void {
    for (const { key } of files) this.#awaited.add(key);
    return () => {
      this.#tail = this.#tail.then(() => this.#remove(files));
    };
  }

  /** Resolves when all removals that began are over. */
  idle(): Promise<void> {
    return this.#tail;
  }

  async #remove(files: readonly DataFile[]): Promise<void> {
    for (const { key } of files) {
      try {
        await this.#store.delete(key);
        this.removed++;
      } catch (error) {
        this.#logger.warn("cannot remove a data file that is not used any more", {
          file: key,
          error: String(error),
        });
        this.#onLeftOver();
      } finally {
        this.#awaited.delete(key);
      }
    }
  }
}
