import {
  BACKSLASH,
  ByteSource,
  DOT,
  LOWER_E,
  LOWER_I,
  LOWER_T,
  LOWER_U,
  MINUS,
  NEWLINE,
  QUOTE,
  UPPER_E,
  UPPER_T,
  ZERO,
} from "../foundation/index.ts";
import { booleanLength, endOfFloat } from "../grammar/index.ts";
import { FieldType, type ParsedLine } from "../line/index.ts";
import { isStringEscape, MAX_STRING_BYTES } from "../names/index.ts";
import {
  divideByPowerOfTen,
  doubleFromText,
  EXACT_DIGITS,
  fitsInt64,
  fitsUint64,
  Magnitude,
  POWERS_OF_TEN,
  splitDecimal,
  storeHalves,
  storeSafeInteger,
} from "../numbers/index.ts";

const UNKNOWN = -1;

/** Reads the field values of known lines; see `KnownLineReader` for what it may rely on. */
export class KnownValueReader {
  private source = new ByteSource(new Uint8Array(0));
  private shift = 0;
  private readonly line: ParsedLine;
  private readonly magnitude = new Magnitude();

  constructor(line: ParsedLine) {
    this.line = line;
  }

  attach(source: ByteSource, shift: number): void {
    this.source = source;
    this.shift = shift;
  }

  /** Reads the value at `start` into slot `slot`: where it ends, or `UNKNOWN`. */
  read(start: number, slot: number): number {
    const first = this.source.bytes[start]!;
    if (first === QUOTE) return this.readString(start, slot);
    if (first === MINUS || (first >= ZERO && first <= ZERO + 9)) return this.readNumber(start, slot);
    return this.readBoolean(start, slot);
  }

  private readNumber(start: number, slot: number): number {
    const { bytes } = this.source;
    const { line } = this;
    let position = start;
    const negative = bytes[position] === MINUS;
    if (negative) position++;
    const digits = position;
    let mantissa = 0;
    let digit = bytes[position]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++position]! - ZERO;
    }
    const count = position - digits;
    if (count === 0) return UNKNOWN;
    if (digit === LOWER_I - ZERO) {
      line.fieldTypes[slot] = FieldType.integer;
      if (count > EXACT_DIGITS) return this.readLongInteger(digits, position, negative, true, slot);
      storeSafeInteger(negative ? -mantissa : mantissa, line.valuesI32, slot << 1);
      return position + 1;
    }
    if (digit === LOWER_U - ZERO && !negative) {
      line.fieldTypes[slot] = FieldType.unsigned;
      if (count > EXACT_DIGITS) return this.readLongInteger(digits, position, false, false, slot);
      storeSafeInteger(mantissa, line.valuesI32, slot << 1);
      return position + 1;
    }
    line.fieldTypes[slot] = FieldType.float;
    if (digit === DOT - ZERO) return this.readFraction(start, digits, position, mantissa, slot);
    if (count > EXACT_DIGITS || digit === LOWER_E - ZERO || digit === UPPER_E - ZERO) {
      return this.readFloatText(start, position, slot);
    }
    line.valuesF64[slot] = negative ? -mantissa : mantissa;
    return position;
  }

  /** Goes on after the `.` at `point`, `integral` being the value of the digits before it. */
  private readFraction(start: number, digits: number, point: number, integral: number, slot: number): number {
    const { bytes } = this.source;
    let mantissa = integral;
    let position = point + 1;
    let digit = bytes[position]! - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = bytes[++position]! - ZERO;
    }
    const scale = position - point - 1;
    if (scale === 0) return UNKNOWN;
    if (digit === LOWER_E - ZERO || digit === UPPER_E - ZERO) return this.readFloatText(start, point, slot);
    let value: number;
    if (point - digits + scale <= EXACT_DIGITS) {
      value = mantissa / POWERS_OF_TEN[scale]!;
    } else {
      if (!splitDecimal(bytes, digits, position, this.magnitude)) return this.readFloatText(start, point, slot);
      value = divideByPowerOfTen(this.magnitude, scale);
      if (Number.isNaN(value)) return this.readFloatText(start, point, slot);
    }
    this.line.valuesF64[slot] = digits > start ? -value : value;
    return position;
  }

  /** Any other float, its integral part ending at `integralEnd`. */
  private readFloatText(start: number, integralEnd: number, slot: number): number {
    const { bytes, length } = this.source;
    const end = endOfFloat(bytes, integralEnd, length);
    this.line.valuesF64[slot] = doubleFromText(bytes, start, end);
    return end;
  }

  private readLongInteger(digits: number, end: number, negative: boolean, signed: boolean, slot: number): number {
    const { magnitude } = this;
    if (!splitDecimal(this.source.bytes, digits, end, magnitude)) return UNKNOWN;
    const { high, low } = magnitude;
    if (!(signed ? fitsInt64(high, low, negative) : fitsUint64(high, low))) return UNKNOWN;
    storeHalves(high, low, negative, this.line.valuesI32, slot << 1);
    return end + 1;
  }

  private readString(start: number, slot: number): number {
    const { bytes } = this.source;
    const { line } = this;
    let escaped = 0;
    let position = start + 1;
    for (; ; position++) {
      const byte = bytes[position];
      if (byte === QUOTE) break;
      if (byte === NEWLINE) return UNKNOWN;
      if (byte === BACKSLASH && isStringEscape(bytes[position + 1]!)) {
        escaped = 1;
        position++;
      }
    }
    const length = position - start - 1;
    if (length > MAX_STRING_BYTES) return UNKNOWN;
    line.fieldTypes[slot] = FieldType.string;
    line.stringEscaped[slot] = escaped;
    line.valuesI32[slot << 1] = start + 1 + this.shift;
    line.valuesI32[(slot << 1) + 1] = length;
    return position + 1;
  }

  private readBoolean(start: number, slot: number): number {
    const { bytes, length } = this.source;
    const { line } = this;
    const first = bytes[start];
    const size = booleanLength(bytes, start, length);
    if (size === 0) return UNKNOWN;
    line.fieldTypes[slot] = FieldType.boolean;
    line.valuesI32[slot << 1] = first === LOWER_T || first === UPPER_T ? 1 : 0;
    line.valuesI32[(slot << 1) + 1] = 0;
    return start + size;
  }
}
