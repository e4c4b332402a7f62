import type { TableView } from "../../buffer/index.ts";
import { DAY_NS } from "../types.ts";
import { lastNotAfter } from "./last-not-after.ts";

const FIRST_TIME_NS = -(2n ** 63n);

export interface RowsOfDay {
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  /** In the order of `view.sorted()`. */
  readonly rows: Int32Array;
}

/** The view's points by UTC day. A table within one day, as most are, is not looked through. */
export function rowsByDay(view: TableView): RowsOfDay[] {
  const { rows } = view.sorted();
  const days = view.days();
  if (days.length === 1) return [{ day: days[0]!.day, rows }];
  const numbers = dayNumbers(view, rows, new DayFinder(days.map(({ day }) => day)));
  const counts = new Int32Array(days.length);
  for (const number of numbers) counts[number]!++;
  const split = days.map(({ day }, number) => ({ day, rows: new Int32Array(counts[number]!) }));
  counts.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const number = numbers[i]!;
    split[number]!.rows[counts[number]!++] = rows[i]!;
  }
  return split;
}

/** By place in `rows`: which of the days it is. */
function dayNumbers(view: TableView, rows: Int32Array, days: DayFinder): Int32Array {
  const numbers = new Int32Array(rows.length);
  const firstRows = Int32Array.from(view.chunks, (chunk) => chunk.firstRow);
  const times = view.chunks.map(({ time }) => new Int32Array(time.buffer, time.byteOffset, time.length * 2));
  for (let i = 0; i < rows.length; i++) {
    const chunk = lastNotAfter(firstRows, rows[i]!);
    const at = (rows[i]! - firstRows[chunk]!) * 2;
    numbers[i] = days.find(times[chunk]![at + 1]!, times[chunk]![at]! >>> 0);
  }
  return numbers;
}

/** Finds the day of a time that is given by halves; neighbours are mostly of the same day. */
class DayFinder {
  readonly #high: Int32Array;
  readonly #low: Uint32Array;
  #last = 0;

  constructor(days: readonly number[]) {
    const starts = days.map((day) => startOf(day));
    this.#high = Int32Array.from(starts, (start) => Number(start >> 32n));
    this.#low = Uint32Array.from(starts, (start) => Number(start & 0xffff_ffffn));
  }

  find(high: number, low: number): number {
    const last = this.#last;
    if (
      !this.#isBefore(high, low, last) &&
      (last + 1 === this.#high.length || this.#isBefore(high, low, last + 1))
    )
      return last;
    let from = 0;
    let to = this.#high.length - 1;
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      if (this.#isBefore(high, low, middle)) to = middle - 1;
      else from = middle;
    }
    this.#last = from;
    return from;
  }

  #isBefore(high: number, low: number, number: number): boolean {
    const start = this.#high[number]!;
    return high < start || (high === start && low < this.#low[number]!);
  }
}

function startOf(day: number): bigint {
  const start = BigInt(day) * DAY_NS;
  return start < FIRST_TIME_NS ? FIRST_TIME_NS : start;
}
