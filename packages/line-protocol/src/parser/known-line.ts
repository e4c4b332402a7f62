import * as dictionary from "../dictionary/index.ts";
import * as ascii from "../foundation/index.ts";
import { FieldType, type ParsedLine, type RepetitionCheck } from "../line/index.ts";
import { POWERS_OF_TEN } from "../numbers/index.ts";
import { KnownTime } from "./known-time.ts";
import { KnownValueReader } from "./known-value.ts";
import type { LineClock } from "./line-clock.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const { BACKSLASH, COMMA, DOT, EQUALS, LOWER_I, NEWLINE, SPACE, TAB, ZERO } = ascii;
const { float: FLOAT, integer: INTEGER } = FieldType;
const POWERS = POWERS_OF_TEN;
const { ID, KEY_LENGTH, NEXT, NO_RECORD, SLOT, finishHash, keyMatches, mixWord } = dictionary;
/** "This line is not for me": `AnyLineReader` then reads it from its start. */
export const UNKNOWN = -1;
/** So many digits fit a 32-bit integer. */
const SHORT_DIGITS = 9;

/**
 * Reads, as fast as it can, well-formed lines whose series and fields are known, one line in one pass. It
 * never judges: whatever is unusual (a new name, an error, a newline in a string, leading space) is
 * `UNKNOWN`. Every line it reads must end in a newline before the end of the source, so that no loop over
 * digits or letters needs a bounds check.
 *
 * It may find the line's end by reading instead of by `endOfLine`, because on the lines it accepts both agree:
 * no space or quote stands unescaped before the fields, every field key has one `=` and no bare comma, and no
 * string holds a newline.
 */
export class KnownLineReader {
  private source = new ascii.ByteSource(new Uint8Array(0));
  private lastKey = NO_RECORD;
  private readonly line: ParsedLine;
  private readonly vocabulary: dictionary.Vocabulary;
  private readonly repetition: RepetitionCheck;
  private readonly values: KnownValueReader;
  private readonly times: KnownTime;
  private readonly seed: number;

  constructor(
    line: ParsedLine,
    vocabulary: dictionary.Vocabulary,
    clock: LineClock,
    repetition: RepetitionCheck,
    seed: number,
  ) {
    this.line = line;
    this.vocabulary = vocabulary;
    this.repetition = repetition;
    this.values = new KnownValueReader(line);
    this.times = new KnownTime(line, clock);
    this.seed = seed;
  }

  /** From now on reads `source`, whose offset 0 lies at `shift` in the body. */
  attach(source: ascii.ByteSource, shift: number): void {
    this.source = source;
    this.values.attach(source, shift);
    this.times.attach(source);
  }

  /** Forgets what depends on the precision. */
  resetTimes(): void {
    this.times.forget();
  }

  /** The position after the newline of the line at `start`, or `UNKNOWN`. `end` is behind a newline. */
  read(start: number, end: number): number {
    const key = this.findKey(start, end);
    if (key === NO_RECORD) return UNKNOWN;
    const { bytes } = this.source;
    const { line } = this;
    const { words } = this.vocabulary.keys.dictionary;
    let position = start + words[key + KEY_LENGTH]!;
    do position++;
    while (bytes[position] === SPACE);
    line.keyId = words[key + ID]!;
    line.measurementId = words[key + SLOT]!;
    position = this.readFields(position, end, line.measurementId);
    if (position === UNKNOWN) return UNKNOWN;
    position = this.times.read(position, end);
    if (position === UNKNOWN) return UNKNOWN;
    return position + 1;
  }

  /** Takes a key that was just read as the one whose successor comes next. */
  noteKey(record: number): void {
    if (this.lastKey !== NO_RECORD) this.vocabulary.keys.dictionary.words[this.lastKey + NEXT] = record;
    this.lastKey = record;
  }

  /** Lets `record` be expected after `previous`, or at the start of the measurement's fields. */
  noteField(measurementId: number, previous: number, record: number): void {
    if (previous === NO_RECORD) this.vocabulary.firstFields[measurementId] = record;
    else this.vocabulary.fieldKeys.dictionary.words[previous + NEXT] = record;
  }

  private findKey(start: number, end: number): number {
    const { source, lastKey } = this;
    const { dictionary: keys } = this.vocabulary.keys;
    const { words } = keys;
    if (lastKey !== NO_RECORD) {
      const expected = words[lastKey + NEXT]!;
      const keyEnd = start + words[expected + KEY_LENGTH]!;
      if (keyEnd < end && source.bytes[keyEnd] === SPACE && keyMatches(keys, expected, source, start)) {
        this.lastKey = expected;
        return expected;
      }
    }
    const key = this.searchKey(start, end);
    if (key !== NO_RECORD) this.noteKey(key);
    return key;
  }

  /** Hashes up to the first unescaped space, four bytes at a time, and looks the key up. */
  private searchKey(start: number, end: number): number {
    const { bytes, view, length } = this.source;
    const { keys } = this.vocabulary;
    let hash = this.seed;
    let position = start;
    for (;;) {
      if (position + 4 > length || position >= end) return NO_RECORD;
      const word = view.getInt32(position, true);
      const spaces = word ^ 0x20202020;
      const newlines = word ^ 0x0a0a0a0a;
      const found = ((spaces - 0x01010101) & ~spaces) | ((newlines - 0x01010101) & ~newlines);
      if ((found & 0x80808080) !== 0) {
        let rest = 0;
        while (rest < 4 && !endsKey(bytes, position + rest)) rest++;
        if (rest < 4) {
          if (bytes[position + rest] !== SPACE) return NO_RECORD;
          if (rest > 0) hash = mixWord(hash, word & (-1 >>> (32 - 8 * rest)));
          position += rest;
          return keys.findHashed(this.source, start, position, finishHash(hash, position - start));
        }
      }
      hash = mixWord(hash, word);
      position += 4;
    }
  }

  /**
   * Fields mostly follow each other as they did in the last line. Their most frequent values by far, integers of up
   * to nine digits, are read right here.
   */
  private readFields(start: number, end: number, measurementId: number): number {
    const { source, line, repetition, values } = this;
    const { bytes } = source;
    const { fieldKeyIds, fieldTypes, valuesI32, valuesF64 } = line;
    const { fieldKeys } = this.vocabulary;
    const { dictionary } = fieldKeys;
    const { words } = dictionary;
    repetition.begin(fieldKeys.slotCount);
    const { stamps, stamp } = repetition;
    let position = start;
    let previous = NO_RECORD;
    let expected = this.vocabulary.firstFields[measurementId]!;
    let count = 0;
    for (;;) {
      let record = expected;
      let keyEnd = (position + words[record + KEY_LENGTH]!) | 0;
      if (record === NO_RECORD || keyEnd >= end || !keyMatches(dictionary, record, source, position)) {
        keyEnd = this.endOfFieldKey(position);
        if (keyEnd === UNKNOWN) return UNKNOWN;
        record = fieldKeys.find(source, position, keyEnd, measurementId);
        if (record === NO_RECORD) return UNKNOWN;
        this.noteField(measurementId, previous, record);
      }
      const slot = words[record + SLOT]!;
      if (count === fieldTypes.length || stamps[slot] === stamp) return UNKNOWN;
      stamps[slot] = stamp;
      fieldKeyIds[count] = words[record + ID]!;
      let value = 0;
      let digit = (bytes[keyEnd]! - ZERO) | 0;
      position = keyEnd;
      while (digit >>> 0 <= 9) {
        value = (Math.imul(value, 10) + digit) | 0;
        position = (position + 1) | 0;
        digit = (bytes[position]! - ZERO) | 0;
      }
      if (digit === LOWER_I - ZERO && ((position - keyEnd - 1) | 0) >>> 0 < SHORT_DIGITS) {
        fieldTypes[count] = INTEGER;
        valuesI32[count << 1] = value;
        valuesI32[(count << 1) + 1] = 0;
        position = (position + 1) | 0;
      } else {
        const point = position;
        if (digit === DOT - ZERO) {
          const groupEnd = (keyEnd + SHORT_DIGITS + 1) | 0;
          position = (position + 1) | 0;
          digit = (bytes[position]! - ZERO) | 0;
          while (digit >>> 0 <= 9 && position < groupEnd) {
            value = (Math.imul(value, 10) + digit) | 0;
            position = (position + 1) | 0;
            digit = (bytes[position]! - ZERO) | 0;
          }
        }
        const scale = (position - point - 1) | 0;
        if (scale > 0 && point > keyEnd && (digit === COMMA - ZERO || digit === SPACE - ZERO)) {
          fieldTypes[count] = FLOAT;
          valuesF64[count] = value / POWERS[scale]!;
        } else {
          position = values.read(keyEnd, count);
          if (position === UNKNOWN) return UNKNOWN;
        }
      }
      count = (count + 1) | 0;
      if (bytes[position] !== COMMA) break;
      position = (position + 1) | 0;
      previous = record;
      expected = words[record + NEXT]!;
    }
    line.fieldCount = count;
    return position;
  }

  /** The position behind the `=` of a field key without escapes and bare commas, or `UNKNOWN`. */
  private endOfFieldKey(start: number): number {
    const { bytes } = this.source;
    for (let position = start; ; position++) {
      const byte = bytes[position]!;
      if (byte === EQUALS) return position + 1;
      if (byte === NEWLINE || byte === SPACE || byte === TAB || byte === COMMA || byte === BACKSLASH) {
        return UNKNOWN;
      }
    }
  }
}

/** True at a newline (escaped or not: such keys are not read here) and at an unescaped space. */
function endsKey(bytes: Uint8Array, position: number): boolean {
  const byte = bytes[position];
  return byte === NEWLINE || (byte === SPACE && bytes[position - 1] !== BACKSLASH);
}
