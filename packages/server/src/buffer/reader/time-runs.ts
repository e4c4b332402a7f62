const SHORT_RUN = 64;
/** Turned, the low half of a time compares as a signed number. */
const SIGN = 1 << 31;

/**
 * Rows with their times, series after series, each in the order of coming. `sortRun` orders one series by time: rows
 * that came in order stay where they are, only late ones are sorted and merged in, so that a few late rows cost little
 * and any number of them never more than n log n.
 */
export class TimeRuns {
  readonly rows: Int32Array;
  /** Two words a row: the low half of the time, turned, and the high half. */
  readonly #times: Int32Array;
  // The late rows of the run at hand, and their times in the same way.
  #lateRows = new Int32Array(SHORT_RUN);
  #lateTimes = new Int32Array(SHORT_RUN * 2);

  constructor(rowCount: number) {
    this.rows = new Int32Array(rowCount);
    this.#times = new Int32Array(rowCount * 2);
  }

  set(at: number, row: number, low: number, high: number): void {
    this.rows[at] = row;
    this.#times[at * 2] = low ^ SIGN;
    this.#times[at * 2 + 1] = high;
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

  /** Whether a row and the one after it have the same time. */
  isSameTime(at: number): boolean {
    const times = this.#times;
    return times[at * 2] === times[at * 2 + 2] && times[at * 2 + 1] === times[at * 2 + 3];
  }

  /** Returns the end of the rows that came in order. */
  #takeLateOut(start: number, end: number): number {
    const times = this.#times;
    let kept = start;
    let late = 0;
    for (let i = start; i < end; i++) {
      if (i === start || isAfter(times, i, times, kept - 1)) {
        if (late > 0) this.#move(i, kept);
        kept++;
      } else {
        if (late === this.#lateRows.length) this.#growLate();
        this.#lateRows[late] = this.rows[i]!;
        copyTime(times, i, this.#lateTimes, late++);
      }
    }
    return kept;
  }

  /** From the back. A late row came after the row in order that has the same time. */
  #mergeLateIn(start: number, inOrder: number, end: number): void {
    const times = this.#times;
    let late = end - inOrder - 1;
    let from = inOrder - 1;
    for (let to = end - 1; late >= 0; to--) {
      if (from >= start && isAfter(times, from, this.#lateTimes, late)) this.#move(from--, to);
      else {
        this.rows[to] = this.#lateRows[late]!;
        copyTime(this.#lateTimes, late--, times, to);
      }
    }
  }

  #move(from: number, to: number): void {
    this.rows[to] = this.rows[from]!;
    copyTime(this.#times, from, this.#times, to);
  }

  #insertionSort(count: number): void {
    const rows = this.#lateRows;
    const times = this.#lateTimes;
    for (let i = 1; i < count; i++) {
      const row = rows[i]!;
      const low = times[i * 2]!;
      const high = times[i * 2 + 1]!;
      let at = i;
      for (; at > 0; at--) {
        const highBefore = times[at * 2 - 1]!;
        if (highBefore < high || (highBefore === high && times[at * 2 - 2]! <= low)) break;
        rows[at] = rows[at - 1]!;
        copyTime(times, at - 1, times, at);
      }
      rows[at] = row;
      times[at * 2] = low;
      times[at * 2 + 1] = high;
    }
  }

  #mergeSort(count: number): void {
    const order = sortedPlaces(this.#lateTimes, count);
    const rows = this.#lateRows.slice();
    const times = this.#lateTimes.slice();
    for (let i = 0; i < count; i++) {
      this.#lateRows[i] = rows[order[i]!]!;
      copyTime(times, order[i]!, this.#lateTimes, i);
    }
  }

  #growLate(): void {
    const rows = new Int32Array(this.#lateRows.length * 2);
    const times = new Int32Array(rows.length * 2);
    rows.set(this.#lateRows);
    times.set(this.#lateTimes);
    this.#lateRows = rows;
    this.#lateTimes = times;
  }
}

/** Bottom-up merge sort: places in the order of their times. */
function sortedPlaces(times: Int32Array, count: number): Int32Array {
  let from = Int32Array.from({ length: count }, (_, i) => i);
  let to = new Int32Array(count);
  for (let width = 1; width < count; width *= 2) {
    for (let start = 0; start < count; start += width * 2) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + width * 2, count);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || !isAfter(times, from[left]!, times, from[right]!));
        to[at] = takeLeft ? from[left++]! : from[right++]!;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function isAfter(times: Int32Array, at: number, thanTimes: Int32Array, than: number): boolean {
  const high = times[at * 2 + 1]!;
  const thanHigh = thanTimes[than * 2 + 1]!;
  return high > thanHigh || (high === thanHigh && times[at * 2]! > thanTimes[than * 2]!);
}

function copyTime(from: Int32Array, at: number, to: Int32Array, place: number): void {
  to[place * 2] = from[at * 2]!;
  to[place * 2 + 1] = from[at * 2 + 1]!;
}
