const SHORT_RUN = 24;
const EARLIEST_HIGH = -(2 ** 31);

/**
 * Rows with their times, series after series, each in the order of coming. `sortRun` orders one series by time: rows
 * that came in order stay where they are, only late ones are sorted and merged in, so that a few late rows cost little
 * and any number of them never more than n log n.
 */
export class TimeRuns {
  readonly rows: Int32Array;
  readonly low: Uint32Array;
  readonly high: Int32Array;
  // The late rows of the run at hand.
  #lateRows = new Int32Array(SHORT_RUN);
  #lateLow = new Uint32Array(SHORT_RUN);
  #lateHigh = new Int32Array(SHORT_RUN);

  constructor(rowCount: number) {
    this.rows = new Int32Array(rowCount);
    this.low = new Uint32Array(rowCount);
    this.high = new Int32Array(rowCount);
  }

  /** Rows of the same time keep their order. */
  sortRun(start: number, end: number): void {
    const inOrder = this.#takeLateOut(start, end);
    const lateCount = end - inOrder;
    if (lateCount === 0) return;
    if (lateCount <= SHORT_RUN) this.#insertionSort(lateCount);
    else this.#mergeSort(lateCount);
    this.#mergeLateIn(start, inOrder, end);
  }

  /** Whether a row and the one after it are the same point of the run. */
  isSameTime(at: number): boolean {
    return this.low[at] === this.low[at + 1] && this.high[at] === this.high[at + 1];
  }

  /** Returns the end of the rows that came in order. */
  #takeLateOut(start: number, end: number): number {
    const { rows, low, high } = this;
    let kept = start;
    let late = 0;
    let lastHigh = EARLIEST_HIGH;
    let lastLow = -1;
    for (let i = start; i < end; i++) {
      const rowHigh = high[i]!;
      const rowLow = low[i]!;
      if (rowHigh > lastHigh || (rowHigh === lastHigh && rowLow > lastLow)) {
        if (late > 0) this.#move(i, kept);
        kept++;
        lastHigh = rowHigh;
        lastLow = rowLow;
      } else {
        if (late === this.#lateRows.length) this.#growLate();
        this.#lateRows[late] = rows[i]!;
        this.#lateLow[late] = rowLow;
        this.#lateHigh[late++] = rowHigh;
      }
    }
    return kept;
  }

  /** From the back. A late row came after the row in order that has the same time. */
  #mergeLateIn(start: number, inOrder: number, end: number): void {
    const { rows, low, high } = this;
    let late = end - inOrder - 1;
    let from = inOrder - 1;
    for (let to = end - 1; late >= 0; to--) {
      const lateHigh = this.#lateHigh[late]!;
      const lateLow = this.#lateLow[late]!;
      if (from >= start && (high[from]! > lateHigh || (high[from] === lateHigh && low[from]! > lateLow))) {
        this.#move(from--, to);
      } else {
        rows[to] = this.#lateRows[late--]!;
        low[to] = lateLow;
        high[to] = lateHigh;
      }
    }
  }

  #move(from: number, to: number): void {
    this.rows[to] = this.rows[from]!;
    this.low[to] = this.low[from]!;
    this.high[to] = this.high[from]!;
  }

  #insertionSort(count: number): void {
    const rows = this.#lateRows;
    const low = this.#lateLow;
    const high = this.#lateHigh;
    for (let i = 1; i < count; i++) {
      const [row, rowLow, rowHigh] = [rows[i]!, low[i]!, high[i]!];
      let at = i - 1;
      for (; at >= 0 && (high[at]! > rowHigh || (high[at] === rowHigh && low[at]! > rowLow)); at--) {
        rows[at + 1] = rows[at]!;
        low[at + 1] = low[at]!;
        high[at + 1] = high[at]!;
      }
      rows[at + 1] = row;
      low[at + 1] = rowLow;
      high[at + 1] = rowHigh;
    }
  }

  #mergeSort(count: number): void {
    const order = sortedPlaces(this.#lateLow, this.#lateHigh, count);
    this.#lateRows = permuted(this.#lateRows, order);
    this.#lateLow = permuted(this.#lateLow, order);
    this.#lateHigh = permuted(this.#lateHigh, order);
  }

  #growLate(): void {
    const capacity = this.#lateRows.length * 2;
    const [rows, low, high] = [new Int32Array(capacity), new Uint32Array(capacity), new Int32Array(capacity)];
    rows.set(this.#lateRows);
    low.set(this.#lateLow);
    high.set(this.#lateHigh);
    [this.#lateRows, this.#lateLow, this.#lateHigh] = [rows, low, high];
  }
}

/** Bottom-up: places in the order of (high, low). */
function sortedPlaces(low: Uint32Array, high: Int32Array, count: number): Int32Array {
  const isAfter = (a: number, b: number): boolean =>
    high[a]! > high[b]! || (high[a] === high[b] && low[a]! > low[b]!);
  let from = Int32Array.from({ length: count }, (_, i) => i);
  let to = new Int32Array(count);
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += width * 2) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + width * 2, count);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || !isAfter(from[left]!, from[right]!));
        to[at] = takeLeft ? from[left++]! : from[right++]!;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function permuted<T extends Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: T, order: Int32Array): T {
  const copy = values.slice() as T;
  for (let i = 0; i < order.length; i++) copy[i] = values[order[i]!]!;
  return copy;
}
