/**
 * Finds a field that a line names twice: every field carries the number of the last line it was seen in, so
 * that a new line costs nothing and a field costs one comparison.
 */
export class RepetitionCheck {
  stamps = new Int32Array(256);
  stamp = 0;

  /** Starts a line; `slotCount` is the number of fields there are. */
  begin(slotCount: number): void {
    if (slotCount > this.stamps.length) {
      const grown = new Int32Array(slotCount * 2);
      grown.set(this.stamps);
      this.stamps = grown;
    }
    if (this.stamp === 0x7fffffff) {
      this.stamps.fill(0);
      this.stamp = 0;
    }
    this.stamp++;
  }

  /** True when the line named this field before. */
  isRepeated(slot: number): boolean {
    if (this.stamps[slot] === this.stamp) return true;
    this.stamps[slot] = this.stamp;
    return false;
  }
}
