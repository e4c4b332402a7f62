import { decodeLatin1 } from "../foundation/index.ts";

/** Powers of ten that a double holds exactly. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Splits a double into two halves of 26 bits, whose products are exact (Veltkamp). */
const SPLITTER = 134217729;
/** Far wider than the true error of the correction term (a few 2^-53), far narrower than a half ulp. */
const CORRECTION_ERROR = 1e-13;

/**
 * The double nearest to (first + second) / 10^scale, both being exact integers, or NaN when the error bound
 * cannot prove which one it is (the exact value lies too close to the middle of two doubles); the caller then
 * parses the text.
 */
export function divideByPowerOfTen(first: number, second: number, scale: number): number {
  if (scale >= POWERS_OF_TEN.length) return Number.NaN;
  const sum = first + second;
  const rounded = sum - first;
  const sumError = first - (sum - rounded) + (second - rounded);

  const divisor = POWERS_OF_TEN[scale]!;
  const quotient = sum / divisor;
  const product = quotient * divisor;
  // The remainder of a rounded division is exact once the product's own rounding error is known (Dekker).
  const quotientHead = headOf(quotient);
  const quotientTail = quotient - quotientHead;
  const divisorHead = headOf(divisor);
  const divisorTail = divisor - divisorHead;
  const productError =
    quotientHead * divisorHead -
    product +
    quotientHead * divisorTail +
    quotientTail * divisorHead +
    quotientTail * divisorTail;
  const correction = (sum - product - productError + sumError) / divisor;
  const least = quotient + correction * (1 - CORRECTION_ERROR);
  const most = quotient + correction * (1 + CORRECTION_ERROR);
  return least === most ? least : Number.NaN;
}

function headOf(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}

/** The double nearest to the decimal text, by the engine's own parser: always right, an order slower. */
export function doubleFromText(bytes: Uint8Array, start: number, end: number): number {
  return Number(decodeLatin1(bytes, start, end));
}
