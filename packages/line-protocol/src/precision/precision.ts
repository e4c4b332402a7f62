import { fitsInt64, LOW_UNIT, type Magnitude } from "../numbers/index.ts";

/** The unit of a timestamp in line protocol (`docs/reference/line-protocol.md`, "Timestamps"). */
export const Precision = {
  auto: 0,
  second: 1,
  millisecond: 2,
  microsecond: 3,
  nanosecond: 4,
  minute: 5,
  hour: 6,
} as const;
export type Precision = (typeof Precision)[keyof typeof Precision];

/** How error texts name a precision. */
export const PRECISION_NAMES: readonly string[] = [
  "Auto",
  "Second",
  "Millisecond",
  "Microsecond",
  "Nanosecond",
  "Minute",
  "Hour",
];

const NANOSECONDS: readonly bigint[] = [
  1n,
  1_000_000_000n,
  1_000_000n,
  1_000n,
  1n,
  60_000_000_000n,
  3_600_000_000_000n,
];

/** Below these multiples of 1e9, `auto` takes a timestamp for seconds, milliseconds, microseconds. */
const AUTO_SECONDS = 5;
const AUTO_MILLISECONDS = 5_000;
const AUTO_MICROSECONDS = 5_000_000;

/** The precision of one timestamp: `auto` looks at its size, the others are what they are. */
export function precisionOf(high: number, precision: Precision): Precision {
  if (precision !== Precision.auto) return precision;
  if (high < AUTO_SECONDS) return Precision.second;
  if (high < AUTO_MILLISECONDS) return Precision.millisecond;
  if (high < AUTO_MICROSECONDS) return Precision.microsecond;
  return Precision.nanosecond;
}

/** Scales a magnitude to nanoseconds in place; false when the result is no int64. */
export function scaleToNanoseconds(magnitude: Magnitude, negative: boolean, precision: Precision): boolean {
  const { high, low } = magnitude;
  switch (precisionOf(high, precision)) {
    case Precision.hour:
      magnitude.high = (high * LOW_UNIT + low) * 3600;
      magnitude.low = 0;
      break;
    case Precision.minute:
      magnitude.high = (high * LOW_UNIT + low) * 60;
      magnitude.low = 0;
      break;
    case Precision.second:
      magnitude.high = high * LOW_UNIT + low;
      magnitude.low = 0;
      break;
    case Precision.millisecond: {
      const carried = Math.floor(low / 1e3);
      magnitude.high = high * 1e6 + carried;
      magnitude.low = (low - carried * 1e3) * 1e6;
      break;
    }
    case Precision.microsecond: {
      const carried = Math.floor(low / 1e6);
      magnitude.high = high * 1e3 + carried;
      magnitude.low = (low - carried * 1e6) * 1e3;
      break;
    }
  }
  return fitsInt64(magnitude.high, magnitude.low, negative);
}

/** The latest time not after `timeNs` that the precision can express: what a line without timestamp gets. */
export function truncateToPrecision(timeNs: bigint, precision: Precision): bigint {
  const unit = NANOSECONDS[precision]!;
  const rest = ((timeNs % unit) + unit) % unit;
  return timeNs - rest;
}
