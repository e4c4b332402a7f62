import type { TimeRange } from "./scan-source.ts";

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Bounds as halves, compared without a BigInt per row. */
interface HalvesRange {
  minLow: number;
  minHigh: number;
  maxLow: number;
  maxHigh: number;
}

/** Tells whether times, given as two words each, are within any of some ranges. */
export class TimeFilter {
  readonly #ranges: readonly HalvesRange[];
  /** Every time passes. */
  readonly isOpen: boolean;

  constructor(ranges: readonly TimeRange[]) {
    this.#ranges = ranges.flatMap((range) => halvesRange(range) ?? []);
    this.isOpen = this.#ranges.length < ranges.length;
  }

  passes(times: Int32Array, row: number): boolean {
    const high = times[row * 2 + 1]!;
    const low = times[row * 2]! >>> 0;
    for (let i = 0; i < this.#ranges.length; i++) if (inRange(high, low, this.#ranges[i]!)) return true;
    return false;
  }
}

/** Undefined: every time is inside. */
function halvesRange(range: TimeRange): HalvesRange | undefined {
  const min = range.minNs ?? LEAST;
  const max = range.maxNs ?? MOST;
  if (min <= LEAST && max >= MOST) return undefined;
  // Bounds outside the domain of time are written as an empty or an open range inside it.
  if (min > MOST || max < LEAST) return { minLow: 0, minHigh: 1, maxLow: 0, maxHigh: 0 };
  const [low, high] = [min < LEAST ? LEAST : min, max > MOST ? MOST : max];
  return {
    minLow: Number(BigInt.asUintN(32, low)),
    minHigh: Number(low >> 32n),
    maxLow: Number(BigInt.asUintN(32, high)),
    maxHigh: Number(high >> 32n),
  };
}

function inRange(high: number, low: number, range: HalvesRange): boolean {
  if (high < range.minHigh || (high === range.minHigh && low < range.minLow)) return false;
  return high < range.maxHigh || (high === range.maxHigh && low <= range.maxLow);
}
