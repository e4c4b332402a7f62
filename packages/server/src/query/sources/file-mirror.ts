import type { DataFile, ViewSwitch } from "../../storage/index.ts";

/** The data files there are, as far as the messages of the main thread have arrived. */
export class FileMirror {
  readonly #byId = new Map<number, DataFile>();
  readonly #byTable = new Map<number, Map<number, DataFile>>();
  #version = 0;

  /** Counts up with every change of what readers see. */
  get version(): number {
    return this.#version;
  }

  reset(version: number, files: readonly DataFile[]): void {
    this.#byId.clear();
    this.#byTable.clear();
    for (const file of files) this.#add(file);
    this.#version = version;
  }

  apply(change: ViewSwitch): void {
    for (const id of change.removed) this.#remove(id);
    for (const file of change.added) this.#add(file);
    this.#version = change.version;
  }

  ofTable(tableId: number): readonly DataFile[] {
    return [...(this.#byTable.get(tableId)?.values() ?? [])];
  }

  #add(file: DataFile): void {
    this.#byId.set(file.id, file);
    let files = this.#byTable.get(file.tableId);
    if (files === undefined) {
      files = new Map();
      this.#byTable.set(file.tableId, files);
    }
    files.set(file.id, file);
  }

  #remove(id: number): void {
    const file = this.#byId.get(id);
    if (file === undefined) return;
    this.#byId.delete(id);
    const files = this.#byTable.get(file.tableId);
    files?.delete(id);
    if (files?.size === 0) this.#byTable.delete(file.tableId);
  }
}
