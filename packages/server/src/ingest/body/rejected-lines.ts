/** Where the refused lines of a body lie, so that the accepted ones can be moved together. */
export class RejectedLines {
  /** Start and end of each run of refused lines, in order. */
  readonly #ranges: number[] = [];

  add(start: number, end: number): void {
    if (this.#ranges.at(-1) === start) this.#ranges[this.#ranges.length - 1] = end;
    else this.#ranges.push(start, end);
  }

  /** Closes the gaps in `bytes[start, end)`; returns the end of what is left. */
  remove(bytes: Uint8Array, start: number, end: number): number {
    if (this.#ranges.length === 0) return end;
    let target = this.#ranges[0]!;
    for (let i = 0; i < this.#ranges.length; i += 2) {
      const keptFrom = this.#ranges[i + 1]!;
      const keptTo = this.#ranges[i + 2] ?? end;
      bytes.copyWithin(target, keptFrom, keptTo);
      target += keptTo - keptFrom;
    }
    return Math.max(target, start);
  }
}
