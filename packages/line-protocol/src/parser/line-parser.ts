import {
  type MeasurementFields,
  type Measurements,
  randomSeed,
  type SeriesKeys,
  Vocabulary,
} from "../dictionary/index.ts";
import { describeError, LineError } from "../errors/index.ts";
import { ByteSource, NEWLINE } from "../foundation/index.ts";
import { isSelfContained } from "../grammar/index.ts";
import { ParsedLine, RepetitionCheck } from "../line/index.ts";
import type { Precision } from "../precision/index.ts";
import { AnyLineReader } from "./any-line.ts";
import { KnownLineReader, UNKNOWN } from "./known-line.ts";
import { LineClock } from "./line-clock.ts";

export interface ParseOptions {
  /** Unit of the timestamps. */
  readonly precision: Precision;
  /** Time of lines without a timestamp; cut down to the precision. */
  readonly defaultTimeNs: bigint;
}

export interface LineParserOptions {
  /** Seed of the hash tables; random unless a test wants to repeat itself. */
  readonly seed?: number;
}

/** The longest last line without newline that is copied for the fast reader; a longer one is read slowly. */
const TAIL_BYTES = 1 << 16;

/**
 * Walks a body of line protocol line by line, filling itself with what the line says. It memoises series and
 * field keys, so keep one parser per database; drop it for a new one when `keyBytes` is more than you want to
 * hold. The ids it gives out are dense and stay valid as long as the parser does.
 */
export class LineParser extends ParsedLine {
  /** 0, or why the line on which the parser stands was refused. */
  error: LineError = LineError.none;
  /**
   * Where the line begins together with the whitespace and comments before it, and where the next one does.
   * Lines are split by counting characters, so who cuts a line out of a body must cut `[spanStart, position)`:
   * spaces left behind would change how the following line is split.
   */
  spanStart = 0;
  position = 0;
  private source = new ByteSource(new Uint8Array(0));
  private given: Uint8Array | undefined;
  private limit = 0;
  /** Behind the last newline: up to here the fast reader may run. */
  private newlineLimit = 0;
  private wasKnown = false;
  private countedTo = 0;
  private countedLines = 1;
  private readonly tail = new ByteSource(new Uint8Array(TAIL_BYTES + 8));
  private readonly vocabulary: Vocabulary;
  private readonly clock = new LineClock();
  private readonly known: KnownLineReader;
  private readonly any: AnyLineReader;

  constructor({ seed = randomSeed() }: LineParserOptions = {}) {
    super();
    const repetition = new RepetitionCheck();
    this.vocabulary = new Vocabulary(seed);
    this.known = new KnownLineReader(this, this.vocabulary, this.clock, repetition, seed);
    this.any = new AnyLineReader(this, this.vocabulary, this.clock, repetition, this.known);
  }

  /** Starts on the body `bytes[offset, offset + length)`. All positions count from the start of `bytes`. */
  reset(bytes: Uint8Array, offset: number, length: number, options: ParseOptions): void {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new RangeError(`The body ${offset}+${length} does not lie inside ${bytes.length} bytes.`);
    }
    if (this.given !== bytes) {
      this.given = bytes;
      this.source = new ByteSource(bytes);
    }
    this.known.attach(this.source, 0);
    this.known.resetTimes();
    this.clock.reset(options.precision, options.defaultTimeNs);
    this.position = offset;
    this.limit = offset + length;
    this.newlineLimit = offset;
    if (length > 0) {
      const last = this.source.bytes.lastIndexOf(NEWLINE, this.limit - 1);
      this.newlineLimit = Math.max(offset, last + 1);
    }
    this.lineNumber = 0;
    this.error = LineError.none;
    this.countedTo = offset;
    this.countedLines = 1;
  }

  /** Goes to the next line that is neither blank nor a comment; false when there is none. */
  next(): boolean {
    const { bytes } = this.source;
    while (this.position < this.newlineLimit) {
      const start = this.position;
      if (bytes[start] === NEWLINE) {
        this.position++;
        continue;
      }
      const after = this.known.read(start, this.newlineLimit);
      if (after !== UNKNOWN) {
        this.accept(start, after - 1);
        this.position = after;
        return true;
      }
      if (this.readAny()) return true;
    }
    if (this.position >= this.limit) return false;
    return this.readTail() || this.readAny();
  }

  /** The text that says why the line was refused; empty when it was not. */
  errorMessage(): string {
    const { syntax, repeatedName } = this.any;
    return describeError(this.error, {
      bytes: this.source.bytes,
      start: syntax.contextStart,
      end: syntax.contextEnd,
      name: repeatedName,
      precision: this.clock.precision,
    });
  }

  /** Number, from 1, of the physical line on which the line begins. */
  get sourceLine(): number {
    if (this.countedTo > this.lineStart) throw new RangeError("The parser stands on no line.");
    const { bytes } = this.source;
    for (; this.countedTo < this.lineStart; this.countedTo++) {
      if (bytes[this.countedTo] === NEWLINE) this.countedLines++;
    }
    return this.countedLines;
  }

  /**
   * False for the few accepted lines whose bytes `[lineStart, lineEnd)` mean something else in another place
   * of another body, because lines are split by counting characters: keep `canonicalLine(parser)` of those.
   */
  get isSelfContained(): boolean {
    return this.wasKnown || isSelfContained(this.source.bytes, this.lineStart, this.lineEnd);
  }

  /** The body the parser stands in: what `lineStart` and the offsets of strings refer to. */
  get bytes(): Uint8Array {
    return this.source.bytes;
  }

  get keys(): SeriesKeys {
    return this.vocabulary.keys;
  }

  get measurements(): Measurements {
    return this.vocabulary.measurements;
  }

  /** The fields of a measurement seen so far. */
  fields(measurementId: number): MeasurementFields {
    return this.vocabulary.fields(measurementId);
  }

  get keyCount(): number {
    return this.vocabulary.keys.count;
  }

  /** About how much memory the parser holds for the names it has learned. */
  get keyBytes(): number {
    return this.vocabulary.sizeBytes;
  }

  private readAny(): boolean {
    while (this.position < this.limit) {
      this.spanStart = this.position;
      const found = this.any.delimit(this.source, this.position, this.limit);
      this.position = Math.min(this.limit, this.lineEnd + 1);
      if (!found) continue;
      this.lineNumber++;
      this.wasKnown = false;
      this.error = this.any.read(this.source);
      return true;
    }
    return false;
  }

  /** Reads a last line without newline from a copy that has one. */
  private readTail(): boolean {
    const { position, limit, tail, known } = this;
    const length = limit - position;
    if (length > TAIL_BYTES) return false;
    tail.bytes.set(this.source.bytes.subarray(position, limit));
    tail.bytes[length] = NEWLINE;
    known.attach(tail, position);
    const after = known.read(0, length + 1);
    known.attach(this.source, 0);
    // A newline before the copied one can only be an escaped one inside a name.
    if (after === UNKNOWN) return false;
    this.accept(position, limit);
    this.position = limit;
    return true;
  }

  private accept(start: number, end: number): void {
    this.spanStart = start;
    this.lineStart = start;
    this.lineEnd = end;
    this.lineNumber++;
    this.wasKnown = true;
    this.error = LineError.none;
  }
}
