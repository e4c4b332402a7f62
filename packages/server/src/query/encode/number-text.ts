import type { ByteWriter } from "./byte-writer.ts";

const TWO_TO_32 = 4294967296;
/** |high half| below this keeps the whole number under 2^53, where a double is exact. */
const SAFE_HIGH = 1 << 21;

const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));

export function twoDigits(value: number): string {
  return TWO_DIGITS[value]!;
}

export function writeSigned(out: ByteWriter, low: number, high: number): void {
  if (high >= -SAFE_HIGH && high < SAFE_HIGH) out.ascii(String(high * TWO_TO_32 + (low >>> 0)));
  else out.ascii(((BigInt(high) << 32n) | BigInt(low >>> 0)).toString());
}

export function writeUnsigned(out: ByteWriter, low: number, high: number): void {
  const top = high >>> 0;
  if (top < SAFE_HIGH) out.ascii(String(top * TWO_TO_32 + (low >>> 0)));
  else out.ascii(((BigInt(top) << 32n) | BigInt(low >>> 0)).toString());
}

/**
 * Shortest digits that read back as the same number, always recognisable as a float. The exponent forms of JSON and
 * of CSV/pretty differ: docs/reference/http-api.md, "Values".
 */
export function jsonFloat(value: number): string {
  if (!Number.isFinite(value)) return "null";
  const plain = plainFloat(value);
  if (plain !== undefined) return plain;
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}e${Number(exponent)}`;
}

export function textFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const plain = plainFloat(value);
  if (plain !== undefined) return plain;
  const size = Math.abs(value);
  if (size >= 1e10 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return `${mantissa}e${Number(exponent)}`;
}

/** The range in which both forms write digits without an exponent. */
function plainFloat(value: number): string | undefined {
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size < 1e-5 || size >= 1e10) return undefined;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** The double whose shortest digits are the shortest digits of a single-precision number. */
export function widenFloat32(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let precision = 1; precision < 9; precision++) {
    const candidate = Number(value.toPrecision(precision));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

export function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
