import type { BufferMirror, TableView } from "../../buffer/index.ts";
import type { AcquiredFiles, LocalFiles } from "../../object-store/index.ts";
import type { DataFile, ViewSwitch } from "../../storage/index.ts";
import type { CellValue } from "../result/index.ts";
import { FileMirror } from "./file-mirror.ts";
import { LocalRows } from "./local-rows.ts";
import type { TableParts } from "./plan-source.ts";
import type { PinnedParts, RowSources } from "./source-binder.ts";
import { TagEntryCache } from "./tag-entry-cache.ts";
import { ViewPins } from "./view-pins.ts";

export interface LiveSourcesOptions {
  readonly buffer: BufferMirror;
  readonly files: LocalFiles;
  readonly fileLimit: number | undefined;
  systemRows(databaseId: number, table: string): Promise<readonly (readonly CellValue[])[]>;
  /** Takes in what the main thread has told so far. */
  drain(): void;
  /** No query reads a view older than this version any more. */
  onReleased(version: number): void;
}

/** Buffer and files as one: what changes in both at once is seen at once. */
export class LiveSources implements RowSources {
  readonly tagEntries = new TagEntryCache();
  readonly fileLimit: number | undefined;
  readonly #options: LiveSourcesOptions;
  readonly #files = new FileMirror();
  readonly #pins: ViewPins;
  /** Generations that are gone, but may still be read. */
  #dropped: { readonly version: number; readonly generation: number }[] = [];

  constructor(options: LiveSourcesOptions) {
    this.#options = options;
    this.fileLimit = options.fileLimit;
    this.#pins = new ViewPins(0, (version) => this.#released(version));
  }

  /** All files there are. */
  reset(version: number, files: readonly DataFile[]): void {
    this.#files.reset(version, files);
    this.#pins.moveTo(version);
  }

  apply(change: ViewSwitch): void {
    const { version, droppedGeneration } = change;
    this.#files.apply(change);
    if (droppedGeneration !== undefined) {
      this.#options.buffer.dropGeneration(droppedGeneration);
      this.#dropped.push({ version, generation: droppedGeneration });
    }
    this.#pins.moveTo(version);
  }

  pin(tableIds: readonly number[]): PinnedParts {
    this.#options.drain();
    for (;;) {
      const { version } = this.#files;
      const parts = new Map(tableIds.map((id) => [id, this.#partsOf(id)]));
      // A look into the buffer can bring news, of which half would be in the parts already.
      if (this.#files.version === version) return { parts, release: this.#pins.pin() };
    }
  }

  acquire(keys: readonly string[]): Promise<AcquiredFiles> {
    return this.#options.files.acquire(keys);
  }

  opener(pathOf: (file: DataFile) => string): LocalRows {
    return new LocalRows(pathOf);
  }

  systemRows(databaseId: number, table: string): Promise<readonly (readonly CellValue[])[]> {
    return this.#options.systemRows(databaseId, table);
  }

  #partsOf(tableId: number): TableParts<TableView> {
    return { files: this.#files.ofTable(tableId), views: this.#options.buffer.views(tableId) };
  }

  #released(version: number): void {
    for (const gone of this.#dropped) {
      if (gone.version <= version) this.tagEntries.forgetGeneration(gone.generation);
    }
    this.#dropped = this.#dropped.filter((gone) => gone.version > version);
    this.#options.onReleased(version);
  }
}
