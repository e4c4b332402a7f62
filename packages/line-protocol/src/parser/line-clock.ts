import { MINUS } from "../foundation/index.ts";
import type { ParsedLine } from "../line/index.ts";
import { Magnitude, splitDecimal, storeHalves } from "../numbers/index.ts";
import { Precision, scaleToNanoseconds, truncateToPrecision } from "../precision/index.ts";

/** Turns written timestamps into nanoseconds at the precision of the body, and knows the default time. */
export class LineClock {
  precision: Precision = Precision.nanosecond;
  private defaultLo = 0;
  private defaultHi = 0;
  private readonly halves = new Int32Array(2);
  private readonly magnitude = new Magnitude();

  reset(precision: Precision, defaultTimeNs: bigint): void {
    this.precision = precision;
    const time = truncateToPrecision(defaultTimeNs, precision);
    this.defaultLo = Number(BigInt.asIntN(32, time));
    this.defaultHi = Number(BigInt.asIntN(32, time >> 32n));
  }

  setDefaultTime(line: ParsedLine): void {
    line.timeLo = this.defaultLo;
    line.timeHi = this.defaultHi;
    line.hasTime = false;
  }

  /** Sets the time written in `bytes[start, end)`; false when nanoseconds cannot hold it. */
  setTime(bytes: Uint8Array, start: number, end: number, line: ParsedLine): boolean {
    const negative = bytes[start] === MINUS;
    splitDecimal(bytes, negative ? start + 1 : start, end, this.magnitude);
    return this.setMagnitude(this.magnitude.high, this.magnitude.low, negative, line);
  }

  /** Sets the time ±(high * 1e9 + low) in units of the precision; false when nanoseconds cannot hold it. */
  setMagnitude(high: number, low: number, negative: boolean, line: ParsedLine): boolean {
    const { magnitude, halves } = this;
    magnitude.high = high;
    magnitude.low = low;
    if (!scaleToNanoseconds(magnitude, negative, this.precision)) return false;
    storeHalves(magnitude.high, magnitude.low, negative, halves, 0);
    line.timeLo = halves[0]!;
    line.timeHi = halves[1]!;
    line.hasTime = true;
    return true;
  }
}
