import * as ascii from "../foundation/index.ts";
import { booleanLength, endOfFloat } from "../grammar/index.ts";
import { FieldType, type ParsedLine } from "../line/index.ts";
import { isStringEscape, MAX_STRING_BYTES } from "../names/index.ts";
import {
  divideByPowerOfTen,
  doubleFromText,
  fitsInt64,
  fitsUint64,
  Magnitude,
  POWERS_OF_TEN,
  splitDecimal,
  storeHalves,
} from "../numbers/index.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const {
  BACKSLASH,
  COMMA,
  DOT,
  LOWER_E,
  LOWER_I,
  LOWER_T,
  LOWER_U,
  MINUS,
  NEWLINE,
  QUOTE,
  SPACE,
  UPPER_E,
  UPPER_T,
  ZERO,
} = ascii;
const { float: FLOAT, integer: INTEGER, unsigned: UNSIGNED, boolean: BOOLEAN, string: STRING } = FieldType;
const POWERS = POWERS_OF_TEN;
const UNKNOWN = -1;
/** So many digits fit a 32-bit integer. */
const GROUP_DIGITS = 9;
/** Three groups are read when the last has at most so many digits. */
const LAST_GROUP_DIGITS = 3;
const MAX_EXACT = 2 ** 53;

/** Reads the field values of known lines; see `KnownLineReader` for what it may rely on. */
export class KnownValueReader {
  private source = new ascii.ByteSource(new Uint8Array(0));
  private shift = 0;
  private readonly line: ParsedLine;
  private readonly magnitude = new Magnitude();

  constructor(line: ParsedLine) {
    this.line = line;
  }

  attach(source: ascii.ByteSource, shift: number): void {
    this.source = source;
    this.shift = shift;
  }

  /**
   * Reads the value at `start` into slot `slot`: where it ends, or `UNKNOWN`. Numbers of up to nine digits are read
   * right here in integer arithmetic.
   */
  read(start: number, slot: number): number {
    const { bytes } = this.source;
    const { line } = this;
    const negative = bytes[start] === MINUS;
    const digits = negative ? start + 1 : start;
    let position = digits;
    let value = 0;
    let digit = (bytes[position]! - ZERO) | 0;
    while (digit >>> 0 <= 9) {
      value = (Math.imul(value, 10) + digit) | 0;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
    }
    const count = position - digits;
    if (count === 0) return negative ? UNKNOWN : this.readWord(start, slot);
    if (digit === LOWER_I - ZERO && count <= GROUP_DIGITS) {
      if (negative) value = -value | 0;
      line.fieldTypes[slot] = INTEGER;
      line.valuesI32[slot << 1] = value;
      line.valuesI32[(slot << 1) + 1] = value >> 31;
      return position + 1;
    }
    let scale = 0;
    if (digit === DOT - ZERO && count < GROUP_DIGITS) {
      const point = position;
      const groupEnd = point + 1 + GROUP_DIGITS - count;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
      while (digit >>> 0 <= 9 && position < groupEnd) {
        value = (Math.imul(value, 10) + digit) | 0;
        position = (position + 1) | 0;
        digit = (bytes[position]! - ZERO) | 0;
      }
      scale = position - point - 1;
      if (scale === 0) return UNKNOWN;
      if (digit >>> 0 <= 9) return this.readLongFraction(start, point, position, value, slot);
      if (digit === LOWER_E - ZERO || digit === UPPER_E - ZERO) return this.readFloatText(start, point, slot);
    } else if (count > GROUP_DIGITS || (digit !== COMMA - ZERO && digit !== SPACE - ZERO)) {
      return this.readOtherNumber(start, digits, position, slot);
    }
    const float = value / POWERS[scale]!;
    line.fieldTypes[slot] = FLOAT;
    line.valuesF64[slot] = negative ? -float : float;
    return position;
  }

  private readWord(start: number, slot: number): number {
    return this.source.bytes[start] === QUOTE ? this.readString(start, slot) : this.readBoolean(start, slot);
  }

  /** Goes on at `from`, after the nine digits of `head`: a second group of nine and the beginning of a third. */
  private readLongFraction(start: number, point: number, from: number, head: number, slot: number): number {
    const { bytes } = this.source;
    const { line } = this;
    let position = from;
    let tail = 0;
    let digit = (bytes[position]! - ZERO) | 0;
    while (digit >>> 0 <= 9 && position - from < GROUP_DIGITS) {
      tail = (Math.imul(tail, 10) + digit) | 0;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
    }
    let second: number = tail;
    while (digit >>> 0 <= 9 && position - from < GROUP_DIGITS + LAST_GROUP_DIGITS) {
      second = second * 10 + digit;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
    }
    if (digit >>> 0 <= 9 || digit === LOWER_E - ZERO || digit === UPPER_E - ZERO) {
      return this.readFloatText(start, point, slot);
    }
    const shift = POWERS[position - from]!;
    const first = head * shift;
    // Of a power of ten only its power of five takes room in the mantissa: nine digits before nine always fit.
    if (position - from > GROUP_DIGITS && head * (shift / 2 ** (position - from)) > MAX_EXACT) {
      return this.readFloatText(start, point, slot);
    }
    const value = divideByPowerOfTen(first, second, position - point - 1);
    if (Number.isNaN(value)) return this.readFloatText(start, point, slot);
    line.fieldTypes[slot] = FLOAT;
    line.valuesF64[slot] = bytes[start] === MINUS ? -value : value;
    return position;
  }

  /** Unsigned and long integers, and floats that go on in another way than by a short fraction. */
  private readOtherNumber(start: number, digits: number, digitsEnd: number, slot: number): number {
    const { source, line, magnitude } = this;
    const suffix = source.bytes[digitsEnd];
    if (suffix !== LOWER_I && suffix !== LOWER_U) return this.readFloatText(start, digitsEnd, slot);
    const signed = suffix === LOWER_I;
    const negative = digits > start;
    if (!splitDecimal(source.bytes, digits, digitsEnd, magnitude) || (negative && !signed)) return UNKNOWN;
    const { high, low } = magnitude;
    if (!(signed ? fitsInt64(high, low, negative) : fitsUint64(high, low))) return UNKNOWN;
    storeHalves(high, low, negative, line.valuesI32, slot << 1);
    line.fieldTypes[slot] = signed ? INTEGER : UNSIGNED;
    return digitsEnd + 1;
  }

  /** Any other float, its integral part ending at `integralEnd`. */
  private readFloatText(start: number, integralEnd: number, slot: number): number {
    const { bytes, length } = this.source;
    const { line } = this;
    const end = endOfFloat(bytes, integralEnd, length);
    line.fieldTypes[slot] = FLOAT;
    line.valuesF64[slot] = doubleFromText(bytes, start, end);
    return end;
  }

  private readString(start: number, slot: number): number {
    const { bytes } = this.source;
    const { line } = this;
    let escaped = 0;
    let position = this.skipPlain(start + 1);
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
    line.fieldTypes[slot] = STRING;
    line.stringEscaped[slot] = escaped;
    line.valuesI32[slot << 1] = start + 1 + this.shift;
    line.valuesI32[(slot << 1) + 1] = length;
    return position + 1;
  }

  /** Passes over whole words without quote, backslash and newline. */
  private skipPlain(start: number): number {
    const { view, length } = this.source;
    let position = start;
    for (; position + 4 <= length; position += 4) {
      const word = view.getInt32(position, true);
      const found =
        zeroBytes(word ^ 0x22222222) | zeroBytes(word ^ 0x5c5c5c5c) | zeroBytes(word ^ 0x0a0a0a0a);
      if (found !== 0) break;
    }
    return position;
  }

  private readBoolean(start: number, slot: number): number {
    const { bytes, length } = this.source;
    const { line } = this;
    const first = bytes[start];
    const size = booleanLength(bytes, start, length);
    if (size === 0) return UNKNOWN;
    line.fieldTypes[slot] = BOOLEAN;
    line.valuesI32[slot << 1] = first === LOWER_T || first === UPPER_T ? 1 : 0;
    line.valuesI32[(slot << 1) + 1] = 0;
    return start + size;
  }
}

/** Not 0 when a byte of the word is 0. */
function zeroBytes(word: number): number {
  return (word - 0x01010101) & ~word & 0x80808080;
}
