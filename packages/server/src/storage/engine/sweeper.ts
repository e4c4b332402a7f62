import type { Logger } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import type { FileIndex, Manifest } from "../file-index/index.ts";
import type { FileChanges } from "./file-changes.ts";
import type { FileRemoval } from "./file-removal.ts";
import type { TaskNames } from "./task-names.ts";

interface SweeperParts {
  readonly store: ObjectStore;
  readonly manifest: Manifest;
  readonly changes: FileChanges;
  readonly removal: FileRemoval;
  readonly names: TaskNames;
  readonly logger: Logger;
  readonly closed: () => boolean;
}

/** Objects that are removed between two looks at who owns the files. */
const REMOVALS_A_CHECK = 100;

/** Removes data files that belong to nothing: a crash or a failure came between writing them and their commit. */
export class Sweeper {
  removed = 0;
  readonly #parts: SweeperParts;
  #claimed = false;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
  }

  async sweep(): Promise<void> {
    const { store, manifest, changes, names, logger, closed } = this.#parts;
    const found = (await store.list(`${names.directory}/`)).filter(({ key }) =>
      this.#isOrphan(key, manifest.index),
    );
    let removed = 0;
    for (const { key } of found) {
      if (closed()) return;
      if (removed % REMOVALS_A_CHECK === 0) {
        // A process that still believes to own the files must find this one in its way before it loses any.
        if (!this.#claimed) await changes.claim();
        this.#claimed = true;
        await changes.checkOwner();
      }
      if (!this.#isOrphan(key, manifest.index)) continue;
      await store.delete(key);
      removed++;
      this.removed++;
    }
    if (removed > 0)
      logger.info("removed data files that a crash or a failure left behind", { files: removed });
  }

  #isOrphan(key: string, index: FileIndex): boolean {
    const { names, removal } = this.#parts;
    return !index.hasKey(key) && !names.isActive(key) && !removal.isAwaited(key);
  }
}
