import type { FileIndex } from "../file-index/index.ts";
import type { ViewSwitch } from "../types.ts";
import type { FileViews } from "./types.ts";

/** What the writer does around a change of the view. */
export interface SwitchSteps {
  applied(version: number): void;
  unused(version: number): void;
}

type Listener = (change: ViewSwitch) => void;

/** Numbers the states of the files, and says when nobody looks at an old one any more. */
export class ViewVersions implements FileViews {
  readonly #index: FileIndex;
  readonly #listeners = new Set<Listener>();
  #version = 0;
  #released = 0;
  /** Oldest first. */
  #waiting: { readonly version: number; readonly action: () => void }[] = [];

  constructor(index: FileIndex) {
    this.#index = index;
  }

  get unreleased(): number {
    return this.#version - this.#released;
  }

  /** Resolves when nobody holds an old view any more. */
  async settled(): Promise<void> {
    const version = this.#version;
    if (this.#released >= version) return;
    await new Promise<void>((resolve) => this.#waiting.push({ version, action: resolve }));
  }

  current(): ReturnType<FileViews["current"]> {
    return { version: this.#version, files: this.#index.files() };
  }

  onSwitch(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.released(this.#version);
    };
  }

  /**
   * Tells all readers of the next version. `applied` runs before they hear of it, `unused` when none holds an older
   * view any more: at once where nobody reads.
   */
  announce(change: Omit<ViewSwitch, "version">, steps: SwitchSteps): void {
    const version = ++this.#version;
    steps.applied(version);
    this.#waiting.push({ version, action: () => steps.unused(version) });
    for (const listener of this.#listeners) listener({ version, ...change });
    if (this.#listeners.size === 0) this.released(version);
  }

  released(version: number): void {
    if (version <= this.#released) return;
    this.#released = Math.min(version, this.#version);
    const due = this.#waiting.filter((waiting) => waiting.version <= version);
    this.#waiting = this.#waiting.filter((waiting) => waiting.version > version);
    for (const { action } of due) action();
  }
}
