import type { DataFile, FileViews, ViewSwitch } from "#src/storage/index.js";

/** Announces files that a test made. */
export class FakeFileViews implements FileViews {
  readonly #listeners = new Set<(change: ViewSwitch) => void>();
  readonly #released: number[] = [];
  readonly #onReleased: (version: number) => void;
  #waiting: (() => void)[] = [];
  #version = 0;
  #files: readonly DataFile[] = [];

  constructor(onReleased: (version: number) => void = () => {}) {
    this.#onReleased = onReleased;
  }

  current(): { version: number; files: readonly DataFile[] } {
    return { version: this.#version, files: this.#files };
  }

  onSwitch(listener: (change: ViewSwitch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  released(version: number): void {
    this.#released.push(version);
    this.#onReleased(version);
    for (const look of this.#waiting.splice(0)) look();
  }

  get lastReleased(): number {
    return Math.max(0, ...this.#released);
  }

  /** Resolves when nobody reads a view older than the version. */
  async whenReleased(version: number): Promise<void> {
    while (this.lastReleased < version) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  switch(change: Partial<Omit<ViewSwitch, "version">>): number {
    const { added = [], removed = [], droppedGeneration } = change;
    this.#files = [...this.#files.filter((file) => !removed.includes(file.id)), ...added];
    this.#version++;
    const full = { version: this.#version, added, removed, droppedGeneration };
    for (const listener of this.#listeners) listener(full);
    return this.#version;
  }
}
