import { ZERO } from "../foundation/index.ts";

/**
 * 64-bit integers without BigInt. A magnitude is held as `high * 1e9 + low`, which is how decimal digits
 * arrive, how precisions scale, and exact in doubles; it becomes two 32-bit halves only when stored.
 */
export const LOW_DIGITS = 9;
export const LOW_UNIT = 1e9;

const TWO_POW_32 = 4294967296;
const MAX_INT64_HIGH = 9223372036;
const MAX_INT64_LOW = 854775807;
const MAX_UINT64_HIGH = 18446744073;
const MAX_UINT64_LOW = 709551615;
/** Digits of the largest uint64; a longer magnitude fits nothing. */
const MAX_DIGITS = 20;

/** Where `splitDecimal` leaves its answer: reused, so that reading a number allocates nothing. */
export class Magnitude {
  high = 0;
  low = 0;
}

/** Reads the digits in `bytes[start, end)`; false when more than 20 of them are significant. */
export function splitDecimal(bytes: Uint8Array, start: number, end: number, into: Magnitude): boolean {
  let position = start;
  while (position < end && bytes[position] === ZERO) position++;
  if (end - position > MAX_DIGITS) return false;
  let high = 0;
  for (; position < end - LOW_DIGITS; position++) high = high * 10 + (bytes[position]! - ZERO);
  let low = 0;
  for (; position < end; position++) low = low * 10 + (bytes[position]! - ZERO);
  into.high = high;
  into.low = low;
  return true;
}

export function fitsInt64(high: number, low: number, negative: boolean): boolean {
  if (high !== MAX_INT64_HIGH) return high < MAX_INT64_HIGH;
  return low <= (negative ? MAX_INT64_LOW + 1 : MAX_INT64_LOW);
}

export function fitsUint64(high: number, low: number): boolean {
  return high < MAX_UINT64_HIGH || (high === MAX_UINT64_HIGH && low <= MAX_UINT64_LOW);
}

/** Stores ±(high * 1e9 + low) as two's complement: low half at `index`, high half after it. */
export function storeHalves(
  high: number,
  low: number,
  negative: boolean,
  target: Int32Array,
  index: number,
): void {
  const upper = Math.floor(high / 65536);
  const lower = high - upper * 65536;
  const scaled = upper * LOW_UNIT;
  const top = Math.floor(scaled / 65536);
  let lo = (scaled - top * 65536) * 65536 + lower * LOW_UNIT + low;
  const carry = Math.floor(lo / TWO_POW_32);
  lo -= carry * TWO_POW_32;
  let hi = top + carry;
  if (negative) {
    hi = lo === 0 ? -hi : -hi - 1;
    lo = lo === 0 ? 0 : TWO_POW_32 - lo;
  }
  target[index] = lo;
  target[index + 1] = hi;
}

/** The signed 64-bit integer held by two halves. */
export function int64FromHalves(lo: number, hi: number): bigint {
  return (BigInt(hi | 0) << 32n) | BigInt(lo >>> 0);
}

/** The unsigned 64-bit integer held by two halves. */
export function uint64FromHalves(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
