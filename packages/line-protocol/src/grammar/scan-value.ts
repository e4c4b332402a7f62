import { LineError } from "../errors/index.ts";
import * as ascii from "../foundation/index.ts";
import { FieldType, type ParsedLine } from "../line/index.ts";
import { isStringEscape, MAX_STRING_BYTES } from "../names/index.ts";
import {
  doubleFromText,
  fitsInt64,
  fitsUint64,
  Magnitude,
  splitDecimal,
  storeHalves,
} from "../numbers/index.ts";
import { ABSENT, FAILED, type Syntax } from "./syntax.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const {
  BACKSLASH,
  DOT,
  LOWER_E,
  LOWER_F,
  LOWER_I,
  LOWER_T,
  LOWER_U,
  MINUS,
  NINE,
  PLUS,
  QUOTE,
  UPPER_E,
  UPPER_F,
  UPPER_T,
  ZERO,
} = ascii;

const magnitude = new Magnitude();

/**
 * Reads a field value into slot `slot` of `line`: where it ends, `ABSENT` when no value begins here, `FAILED`
 * when an integer has no room in 64 bits or a string is too long.
 */
export function scanValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: ParsedLine,
  slot: number,
  syntax: Syntax,
): number {
  if (start >= end) return ABSENT;
  const first = bytes[start]!;
  if (first === QUOTE) return scanString(bytes, start, end, line, slot, syntax);
  if (first === MINUS || isDigit(first)) return scanNumber(bytes, start, end, line, slot, syntax);
  return scanBoolean(bytes, start, end, line, slot);
}

/** The end of a run of digits. */
export function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && isDigit(bytes[position]!)) position++;
  return position;
}

function scanNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: ParsedLine,
  slot: number,
  syntax: Syntax,
): number {
  const negative = bytes[start] === MINUS;
  const digits = negative ? start + 1 : start;
  const digitsEnd = endOfDigits(bytes, digits, end);
  if (digitsEnd === digits) return ABSENT;
  const suffix = digitsEnd < end ? bytes[digitsEnd] : 0;
  if (suffix === LOWER_I || (suffix === LOWER_U && !negative)) {
    const signed = suffix === LOWER_I;
    const read = splitDecimal(bytes, digits, digitsEnd, magnitude);
    const { high, low } = magnitude;
    if (!read || !(signed ? fitsInt64(high, low, negative) : fitsUint64(high, low))) {
      syntax.fail(signed ? LineError.integerRange : LineError.unsignedRange, start, digitsEnd);
      return FAILED;
    }
    storeHalves(high, low, negative, line.valuesI32, slot * 2);
    line.fieldTypes[slot] = signed ? FieldType.integer : FieldType.unsigned;
    return digitsEnd + 1;
  }
  const floatEnd = endOfFloat(bytes, digitsEnd, end);
  line.valuesF64[slot] = doubleFromText(bytes, start, floatEnd);
  line.fieldTypes[slot] = FieldType.float;
  return floatEnd;
}

/** Extends a number beyond its integral digits: a fraction and an exponent count only with digits. */
export function endOfFloat(bytes: Uint8Array, integralEnd: number, end: number): number {
  let position = integralEnd;
  if (position < end && bytes[position] === DOT) {
    const fractionEnd = endOfDigits(bytes, position + 1, end);
    if (fractionEnd === position + 1) return position;
    position = fractionEnd;
  }
  if (position < end && (bytes[position] === LOWER_E || bytes[position] === UPPER_E)) {
    let exponent = position + 1;
    if (exponent < end && (bytes[exponent] === MINUS || bytes[exponent] === PLUS)) exponent++;
    const exponentEnd = endOfDigits(bytes, exponent, end);
    if (exponentEnd > exponent) position = exponentEnd;
  }
  return position;
}

function scanString(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: ParsedLine,
  slot: number,
  syntax: Syntax,
): number {
  let position = start + 1;
  let escapes = 0;
  while (position < end && bytes[position] !== QUOTE) {
    if (bytes[position] === BACKSLASH && position + 1 < end && isStringEscape(bytes[position + 1]!)) {
      escapes++;
      position++;
    }
    position++;
  }
  if (position >= end) return ABSENT;
  const length = position - start - 1;
  if (length - escapes > MAX_STRING_BYTES) {
    syntax.fail(LineError.stringTooLong, start, end);
    return FAILED;
  }
  line.fieldTypes[slot] = FieldType.string;
  line.stringEscaped[slot] = escapes > 0 ? 1 : 0;
  line.valuesI32[slot * 2] = start + 1;
  line.valuesI32[slot * 2 + 1] = length;
  return position + 1;
}

function scanBoolean(bytes: Uint8Array, start: number, end: number, line: ParsedLine, slot: number): number {
  const length = booleanLength(bytes, start, end);
  if (length === 0) return ABSENT;
  const first = bytes[start];
  line.fieldTypes[slot] = FieldType.boolean;
  line.valuesI32[slot * 2] = first === LOWER_T || first === UPPER_T ? 1 : 0;
  line.valuesI32[slot * 2 + 1] = 0;
  return start + length;
}

/** Length of the boolean at `start`: a whole word, else its first letter alone; 0 when there is none. */
export function booleanLength(bytes: Uint8Array, start: number, end: number): number {
  switch (bytes[start]) {
    case LOWER_T:
      return matchesWord(bytes, start, end, "true") ? 4 : 1;
    case UPPER_T:
      return matchesWord(bytes, start, end, "True") || matchesWord(bytes, start, end, "TRUE") ? 4 : 1;
    case LOWER_F:
      return matchesWord(bytes, start, end, "false") ? 5 : 1;
    case UPPER_F:
      return matchesWord(bytes, start, end, "False") || matchesWord(bytes, start, end, "FALSE") ? 5 : 1;
    default:
      return 0;
  }
}

function matchesWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start < word.length) return false;
  for (let i = 1; i < word.length; i++) if (bytes[start + i] !== word.charCodeAt(i)) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
