import type { BufferStore } from "#src/buffer/index.js";
import type { NodeCatalog, TableInfo } from "#src/catalog/index.js";
import { systemClock } from "#src/foundation/index.js";
import { openLocalFile, openStorePart, type StorePart, type StoreSetup } from "#src/object-store/index.js";
import { runCompaction } from "#src/storage/compaction/index.js";
import type { DataFile, NewFile, TaskTable } from "#src/storage/index.js";
import { runSnapshot } from "#src/storage/snapshot/index.js";
import type { FakeFileViews } from "./fake-file-views.ts";

export interface PersisterOptions {
  readonly catalog: NodeCatalog;
  readonly buffer: BufferStore;
  readonly files: FakeFileViews;
  readonly setup: StoreSetup;
}

/** Moves rows from the buffer to files and merges files, with the real writers, when a test says so. */
export class Persister {
  readonly #options: PersisterOptions;
  readonly #part: StorePart;
  #lastFile = 0;
  #lastSnapshot = 0;
  #lastTask = 0;

  constructor(options: PersisterOptions) {
    this.#options = options;
    this.#part = openStorePart(options.setup);
  }

  /** Everything that is buffered goes to files; returns the version of the view that shows it, if there was any. */
  async snapshot(): Promise<number | undefined> {
    const write = this.freeze();
    return (await write?.())?.();
  }

  /** In steps: freezes the buffer, then writes the files, then shows them. */
  freeze(): (() => Promise<() => number>) | undefined {
    const { buffer, files } = this.#options;
    const frozen = buffer.rotate();
    if (frozen === undefined) return undefined;
    const snapshot = ++this.#lastSnapshot;
    return async () => {
      const task = {
        snapshot,
        naming: this.#naming(),
        buffer: frozen.describe(),
        generation: frozen.generation,
        tables: frozen.tables.flatMap(({ tableId }) => this.#taskTable(tableId) ?? []),
        createdAtMs: 0,
      };
      const { files: added } = await runSnapshot(task, this.#deps());
      return () => {
        const version = files.switch({
          added: added.map((file) => this.#withId(file)),
          droppedGeneration: frozen.generation,
        });
        buffer.dropGeneration(frozen.generation, version);
        return version;
      };
    };
  }

  /** Merges the files of one table and day, of which there must be several. */
  async compact(inputs: readonly DataFile[]): Promise<number> {
    const { files } = this.#options;
    const oldestFirst = inputs.toSorted((a, b) => a.lastSnapshot - b.lastSnapshot);
    const table = this.#taskTable(inputs[0]!.tableId)!;
    const task = { naming: this.#naming(), table, inputs: oldestFirst, createdAtMs: 0 };
    const { files: added } = await runCompaction(task, this.#deps());
    return files.switch({
      added: added.map((file) => this.#withId(file)),
      removed: inputs.map((file) => file.id),
    });
  }

  async remove(file: DataFile): Promise<void> {
    await this.#part.store.delete(file.key);
  }

  async damage(file: DataFile, change: (bytes: Buffer) => Uint8Array): Promise<void> {
    const bytes = Buffer.from((await this.#part.store.get(file.key))!);
    await this.#part.store.put(file.key, change(bytes));
  }

  #withId(file: NewFile): DataFile {
    return { ...file, id: ++this.#lastFile };
  }

  #naming() {
    return { directory: "n1/dbs", name: `t${++this.#lastTask}` };
  }

  #deps() {
    const { store, files } = this.#part;
    const nothing = (): void => {};
    return {
      store,
      files,
      openFile: openLocalFile,
      clock: systemClock,
      pause: async () => {},
      onProgress: nothing,
    };
  }

  #taskTable(tableId: number): TaskTable | undefined {
    const table = tableWithId(this.#options.catalog, tableId);
    if (table === undefined) return undefined;
    const tags = table.tags;
    const others = table.columns.filter((column) => column.kind !== "tag");
    const [time, ...fields] = others.toSorted(
      (a, b) => Number(b.kind === "time") - Number(a.kind === "time"),
    );
    const columns = [time!, ...tags, ...fields].map(({ id, name, kind, fieldType }) => ({
      id,
      name,
      kind,
      ...(fieldType === undefined ? {} : { fieldType }),
    }));
    return { tableId, databaseId: table.databaseId, columns };
  }
}

function tableWithId(catalog: NodeCatalog, tableId: number): TableInfo | undefined {
  for (const database of catalog.databases()) {
    for (const table of database.tables()) if (table.id === tableId) return table;
  }
  return undefined;
}
