import { SecondWriterError } from "../../commit-log/index.ts";
import type { CommittedChange, FileChange, FileIndex, Manifest } from "../file-index/index.ts";
import type { DataFile } from "../types.ts";
import type { FileRemoval } from "./file-removal.ts";
import type { ViewVersions } from "./file-views.ts";
import type { StorageOptions } from "./types.ts";

/** Makes a change of the files durable, then visible to all readers at once, then frees what nobody sees any more. */
export class FileChanges {
  readonly #manifest: Manifest;
  readonly #views: ViewVersions;
  readonly #removal: FileRemoval;
  readonly #onAdded: (files: readonly DataFile[]) => void;
  readonly #options: Pick<StorageOptions, "buffer" | "onFatal">;

  constructor(
    parts: {
      manifest: Manifest;
      views: ViewVersions;
      removal: FileRemoval;
      onAdded: (files: readonly DataFile[]) => void;
    },
    options: Pick<StorageOptions, "buffer" | "onFatal">,
  ) {
    this.#manifest = parts.manifest;
    this.#views = parts.views;
    this.#removal = parts.removal;
    this.#onAdded = parts.onAdded;
    this.#options = options;
  }

  /** `droppedGeneration`: its rows are in the added files. Resolves to undefined when there was nothing to do. */
  async commit(
    build: (index: FileIndex) => FileChange | undefined,
    droppedGeneration?: number,
  ): Promise<CommittedChange | undefined> {
    try {
      return await this.#manifest.commit(build, (change) => this.#show(change, droppedGeneration));
    } catch (error) {
      throw this.#noticeSecondWriter(error);
    }
  }

  /** Lets a process that still believes to own the files find this one in its way. */
  async claim(): Promise<void> {
    await this.#manifest.claim().catch((error: unknown) => {
      throw this.#noticeSecondWriter(error);
    });
  }

  /** Whether what is durable is what the index says, as far as this process knows. */
  get isSettled(): boolean {
    return this.#manifest.isSettled;
  }

  /** Makes sure of it, and that the files are still this process's to remove. */
  async confirm(): Promise<void> {
    await this.#manifest.confirm().catch((error: unknown) => {
      throw this.#noticeSecondWriter(error);
    });
  }

  #show({ added, removed }: CommittedChange, droppedGeneration: number | undefined): void {
    if (added.length === 0 && removed.length === 0 && droppedGeneration === undefined) return;
    const { buffer } = this.#options;
    const remove = this.#removal.expect(removed);
    const change = { added, removed: removed.map(({ id }) => id), droppedGeneration };
    this.#views.announce(change, {
      applied: (version) => {
        if (droppedGeneration !== undefined) buffer.dropGeneration(droppedGeneration, version);
      },
      unused: (version) => {
        buffer.reclaim(version);
        remove();
      },
    });
    this.#onAdded(added);
  }

  #noticeSecondWriter(error: unknown): unknown {
    if (!(error instanceof SecondWriterError)) return error;
    const message =
      `another process has written to the data files of this node ahead of this one: ${error.file}. ` +
      "Two servers must not share a --node-id: stop one of them, or give it another node id";
    this.#options.onFatal(new Error(message, { cause: error }));
    return error;
  }
}
