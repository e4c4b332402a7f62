/**
 * Counts who reads which version of the files and the buffer. What went away with a version can be given back once
 * nobody reads an older one: `onReleased` says so, each time with a higher version.
 */
export class ViewPins {
  readonly #onReleased: (version: number) => void;
  readonly #readers = new Map<number, number>();
  #current: number;
  #released: number;

  constructor(version: number, onReleased: (version: number) => void) {
    this.#current = version;
    this.#released = version;
    this.#onReleased = onReleased;
  }

  /** New readers read this version from now on. */
  moveTo(version: number): void {
    this.#current = version;
    this.#report();
  }

  /** Holds the current version until the returned function is called; more calls do nothing. */
  pin(): () => void {
    const version = this.#current;
    this.#readers.set(version, (this.#readers.get(version) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.#readers.get(version)! - 1;
      if (left > 0) this.#readers.set(version, left);
      else this.#readers.delete(version);
      this.#report();
    };
  }

  #report(): void {
    const oldest = Math.min(this.#current, ...this.#readers.keys());
    if (oldest <= this.#released) return;
    this.#released = oldest;
    this.#onReleased(oldest);
  }
}
