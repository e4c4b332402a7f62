import * as ascii from "../foundation/index.ts";
import type { ParsedLine } from "../line/index.ts";
import { LOW_DIGITS, POWERS_OF_TEN } from "../numbers/index.ts";
import type { LineClock } from "./line-clock.ts";

// Constants of this module, for the loops below: see `ascii.ts`.
const { MINUS, NEWLINE, SPACE, ZERO } = ascii;
const UNKNOWN = -1;
const POWERS = POWERS_OF_TEN;
/** So many digits fit a 32-bit integer. */
const GROUP = LOW_DIGITS;
/** What the first digit of a group counts. */
const TOP_OF_GROUP = 1e8;

/**
 * Reads what follows the fields of a known line. Lines that arrive together mostly share their timestamp, so
 * the last one's text is compared before any digit is read.
 */
export class KnownTime {
  private source = new ascii.ByteSource(new Uint8Array(0));
  private readonly line: ParsedLine;
  private readonly clock: LineClock;
  private readonly lastText = new Int32Array(5);
  /** Length of the remembered text, 0 when nothing is remembered; below 4 it is not worth remembering. */
  private lastLength = 0;
  private lastLo = 0;
  private lastHi = 0;

  constructor(line: ParsedLine, clock: LineClock) {
    this.line = line;
    this.clock = clock;
  }

  attach(source: ascii.ByteSource): void {
    this.source = source;
  }

  forget(): void {
    this.lastLength = 0;
  }

  /** The position of the newline after the timestamp that may follow at `start`, or `UNKNOWN`. */
  read(start: number, end: number): number {
    const { bytes } = this.source;
    if (bytes[start] !== SPACE) {
      if (bytes[start] !== NEWLINE) return UNKNOWN;
      this.clock.setDefaultTime(this.line);
      return start;
    }
    let position = start + 1;
    const { lastLength } = this;
    if (lastLength > 0 && position + lastLength < end && this.isLast(position)) {
      const { line } = this;
      line.timeLo = this.lastLo;
      line.timeHi = this.lastHi;
      line.hasTime = true;
      return position + lastLength;
    }
    while (bytes[position] === SPACE) position++;
    const textEnd = this.readDigits(position);
    if (textEnd === UNKNOWN) return UNKNOWN;
    if (bytes[textEnd] === NEWLINE) this.remember(position, textEnd);
    position = textEnd;
    while (bytes[position] === SPACE) position++;
    return bytes[position] === NEWLINE ? position : UNKNOWN;
  }

  /** Reads the digits in groups of nine, then arranges them as high * 1e9 + low. */
  private readDigits(start: number): number {
    const { bytes } = this.source;
    const negative = bytes[start] === MINUS;
    const digits = negative ? start + 1 : start;
    let position = digits;
    let head = 0;
    let digit = (bytes[position]! - ZERO) | 0;
    while (digit >>> 0 <= 9 && position - digits < GROUP) {
      head = (Math.imul(head, 10) + digit) | 0;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
    }
    let tail = 0;
    const tailStart = position;
    while (digit >>> 0 <= 9 && position - tailStart < GROUP) {
      tail = (Math.imul(tail, 10) + digit) | 0;
      position = (position + 1) | 0;
      digit = (bytes[position]! - ZERO) | 0;
    }
    if (position === digits) return UNKNOWN;
    const tailDigits = position - tailStart;
    const unit = POWERS[GROUP - tailDigits]!;
    let high = Math.floor(head / unit);
    let low = (head - high * unit) * POWERS[tailDigits]! + tail;
    if (digit >>> 0 <= 9) {
      // A nineteenth digit is the last one an int64 can have.
      const carried = Math.floor(low / TOP_OF_GROUP);
      high = high * 10 + carried;
      low = (low - carried * TOP_OF_GROUP) * 10 + digit;
      position++;
      if (isDigit(bytes[position]!)) return UNKNOWN;
    }
    return this.clock.setMagnitude(high, low, negative, this.line) ? position : UNKNOWN;
  }

  private isLast(start: number): boolean {
    const { bytes, view } = this.source;
    const { lastText, lastLength } = this;
    if (bytes[start + lastLength] !== NEWLINE) return false;
    const whole = lastLength >> 2;
    for (let i = 0; i < whole; i++) if (view.getInt32(start + (i << 2), true) !== lastText[i]) return false;
    return view.getInt32(start + lastLength - 4, true) === lastText[whole];
  }

  /** Keeps the whole words of the text and, overlapping them, its last four bytes. */
  private remember(start: number, end: number): void {
    const length = end - start;
    if (length < 4) return;
    const { view } = this.source;
    const whole = length >> 2;
    for (let i = 0; i < whole; i++) this.lastText[i] = view.getInt32(start + (i << 2), true);
    this.lastText[whole] = view.getInt32(end - 4, true);
    this.lastLength = length;
    this.lastLo = this.line.timeLo;
    this.lastHi = this.line.timeHi;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
