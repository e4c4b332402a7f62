const FIRST_ENTRIES = 16;

/**
 * A stack of integers with absolute positions: what was changed since a position can be taken back, and what can
 * no longer be taken back is forgotten from the other end, so that steady writing does not make it grow.
 */
export class UndoLog {
  #entries = new Int32Array(FIRST_ENTRIES);
  #start = 0;
  #end = 0;
  /** Absolute position of the entry at `#start`. */
  #base = 0;

  get position(): number {
    return this.#base + this.#end - this.#start;
  }

  push(value: number): void {
    if (this.#end === this.#entries.length) this.#makeRoom();
    this.#entries[this.#end++] = value;
  }

  pop(): number {
    return this.#entries[--this.#end]!;
  }

  discardBefore(position: number): void {
    this.#start += position - this.#base;
    this.#base = position;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
  }

  #makeRoom(): void {
    const kept = this.#entries.subarray(this.#start, this.#end);
    const target = kept.length * 2 > this.#entries.length ? new Int32Array(kept.length * 2) : this.#entries;
    target.set(kept);
    this.#entries = target;
    this.#end = kept.length;
    this.#start = 0;
  }
}
