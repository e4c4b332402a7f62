import type { DayRange } from "../types.ts";
import type { RowSource } from "./row-source.ts";

const DAY_NS = 86_400_000_000_000n;
const DAY = Number(DAY_NS);
const WORD = 2 ** 32;
/** More than what a double loses of any time. */
const ROUNDING_NS = 4096;

/** Extremes as halves, compared without a BigInt per row. */
interface Extremes {
  readonly day: number;
  rowCount: number;
  minHigh: number;
  minLow: number;
  maxHigh: number;
  maxLow: number;
}

/** The UTC days that a table's rows lie in. Published rows never change, so only new rows are looked at. */
export class DayRanges {
  #rowCount = 0;
  readonly #days = new Map<number, Extremes>();

  get rowCount(): number {
    return this.#rowCount;
  }

  extend({ chunks, rowCount }: RowSource): void {
    let current: Extremes | undefined;
    for (const { firstRow, capacity, timeWords } of chunks) {
      const end = Math.min(rowCount - firstRow, capacity);
      for (let slot = Math.max(this.#rowCount - firstRow, 0); slot < end; slot++) {
        const high = timeWords[slot * 2 + 1]!;
        const low = timeWords[slot * 2]! >>> 0;
        if (current === undefined || !isBetween(high, low, current)) {
          current = this.#include(high, low);
        }
        current.rowCount++;
      }
    }
    this.#rowCount = Math.max(rowCount, this.#rowCount);
  }

  list(): DayRange[] {
    const days = [...this.#days.values()].sort((a, b) => a.day - b.day);
    return days.map(({ day, rowCount, minHigh, minLow, maxHigh, maxLow }) => ({
      day,
      minTimeNs: timeOf(minHigh, minLow),
      maxTimeNs: timeOf(maxHigh, maxLow),
      rowCount,
    }));
  }

  #include(high: number, low: number): Extremes {
    const day = dayOf(high, low);
    const known = this.#days.get(day);
    if (known === undefined) {
      const added = { day, rowCount: 0, minHigh: high, minLow: low, maxHigh: high, maxLow: low };
      this.#days.set(day, added);
      return added;
    }
    if (isBefore(high, low, known.minHigh, known.minLow)) {
      known.minHigh = high;
      known.minLow = low;
    } else if (isBefore(known.maxHigh, known.maxLow, high, low)) {
      known.maxHigh = high;
      known.maxLow = low;
    }
    return known;
  }
}

function isBetween(high: number, low: number, { minHigh, minLow, maxHigh, maxLow }: Extremes): boolean {
  return !isBefore(high, low, minHigh, minLow) && !isBefore(maxHigh, maxLow, high, low);
}

function isBefore(high: number, low: number, thanHigh: number, thanLow: number): boolean {
  return high < thanHigh || (high === thanHigh && low < thanLow);
}

function dayOf(high: number, low: number): number {
  const time = high * WORD + low;
  const day = Math.floor(time / DAY);
  const inDay = time - day * DAY;
  if (inDay > ROUNDING_NS && inDay < DAY - ROUNDING_NS) return day;
  const exact = timeOf(high, low);
  return Number(exact >= 0n ? exact / DAY_NS : (exact + 1n) / DAY_NS - 1n);
}

function timeOf(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
