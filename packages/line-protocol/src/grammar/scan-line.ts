import { LineError } from "../errors/index.ts";
import { COMMA, EQUALS, MINUS, SPACE } from "../foundation/index.ts";
import type { ParsedLine } from "../line/index.ts";
import { KEY, MEASUREMENT, TAG_VALUE } from "../names/index.ts";
import { fitsInt64, Magnitude, splitDecimal } from "../numbers/index.ts";
import { scanName } from "./scan-name.ts";
import { endOfDigits, scanValue } from "./scan-value.ts";
import { ABSENT, FAILED, type Syntax } from "./syntax.ts";

const magnitude = new Magnitude();

/**
 * Reads one whole line by the book, `bytes[start, end)` being what `endOfLine` and `startOfPoint` delimit.
 * Values go to `line`, ranges to `syntax`; false when the line is refused, `syntax` then says why.
 */
export function scanLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: ParsedLine,
  syntax: Syntax,
): boolean {
  syntax.clear();
  line.fieldCount = 0;
  const keyEnd = scanSeries(bytes, start, end, syntax);
  if (keyEnd === FAILED) return false;
  syntax.keyEnd = keyEnd;
  if (keyEnd >= end || bytes[keyEnd] !== SPACE) {
    syntax.fail(LineError.spaceMissing, keyEnd, end);
    return false;
  }
  const fieldsEnd = scanFields(bytes, skipSpaces(bytes, keyEnd, end), end, line, syntax);
  if (fieldsEnd === FAILED) return false;
  const rest = scanTime(bytes, fieldsEnd, end, syntax);
  if (rest === FAILED) return false;
  if (rest < end) syntax.fail(LineError.trailingContent, rest, end);
  return rest === end;
}

function scanSeries(bytes: Uint8Array, start: number, end: number, syntax: Syntax): number {
  let position = scanName(bytes, start, end, MEASUREMENT, syntax);
  if (position === ABSENT) return refuse(syntax, LineError.invalidMeasurement, start, end);
  if (position === FAILED) return FAILED;
  syntax.measurementEnd = position;
  const tagsStart = position + 1;
  while (position < end && bytes[position] === COMMA) {
    const keyStart = position + 1;
    const keyEnd = scanName(bytes, keyStart, end, KEY, syntax);
    if (keyEnd === ABSENT) return refuse(syntax, LineError.tagKeyMissing, keyStart, end);
    if (keyEnd === FAILED) return FAILED;
    if (keyEnd >= end || bytes[keyEnd] !== EQUALS) {
      return refuse(syntax, LineError.equalsMissing, tagsStart, end);
    }
    position = scanName(bytes, keyEnd + 1, end, TAG_VALUE, syntax);
    if (position === ABSENT) return refuse(syntax, LineError.tagValueMissing, keyEnd + 1, end);
    if (position === FAILED) return FAILED;
  }
  return position;
}

function scanFields(bytes: Uint8Array, start: number, end: number, line: ParsedLine, syntax: Syntax): number {
  let position = scanField(bytes, start, end, line, syntax);
  if (position === ABSENT) return refuse(syntax, LineError.fieldsMissing, start, end);
  while (position !== FAILED && position < end && bytes[position] === COMMA) {
    const next = scanField(bytes, position + 1, end, line, syntax);
    // The comma after the first field belongs to the fields whatever follows it; later ones need a field.
    if (next === ABSENT) return line.fieldCount === 1 ? position + 1 : position;
    position = next;
  }
  return position;
}

function scanField(bytes: Uint8Array, start: number, end: number, line: ParsedLine, syntax: Syntax): number {
  const keyEnd = scanName(bytes, start, end, KEY, syntax);
  if (keyEnd < 0) return keyEnd;
  if (keyEnd >= end || bytes[keyEnd] !== EQUALS) return ABSENT;
  const slot = line.fieldCount;
  line.reserveFields(slot + 1);
  const valueEnd = scanValue(bytes, keyEnd + 1, end, line, slot, syntax);
  if (valueEnd < 0) return valueEnd;
  syntax.setFieldKey(slot, start, keyEnd + 1);
  line.fieldCount = slot + 1;
  return valueEnd;
}

/** Reads the timestamp and the spaces around it; answers the first byte after them, or `FAILED`. */
function scanTime(bytes: Uint8Array, start: number, end: number, syntax: Syntax): number {
  const timeStart = skipSpaces(bytes, start, end);
  if (timeStart === start) return start;
  const digits = timeStart < end && bytes[timeStart] === MINUS ? timeStart + 1 : timeStart;
  const timeEnd = endOfDigits(bytes, digits, end);
  if (timeEnd === digits) return start;
  if (
    !splitDecimal(bytes, digits, timeEnd, magnitude) ||
    !fitsInt64(magnitude.high, magnitude.low, digits > timeStart)
  ) {
    return refuse(syntax, LineError.timestampRange, timeStart, timeEnd);
  }
  syntax.timeStart = timeStart;
  syntax.timeEnd = timeEnd;
  return skipSpaces(bytes, timeEnd, end);
}

function skipSpaces(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && bytes[position] === SPACE) position++;
  return position;
}

function refuse(syntax: Syntax, error: LineError, contextStart: number, contextEnd: number): number {
  syntax.fail(error, contextStart, contextEnd);
  return FAILED;
}
