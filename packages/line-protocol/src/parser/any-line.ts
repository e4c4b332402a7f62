import { findRepeatedTag, NO_RECORD, type Vocabulary } from "../dictionary/index.ts";
import { LineError } from "../errors/index.ts";
import { type ByteSource, COMMA } from "../foundation/index.ts";
import { endOfLine, Syntax, scanLine, startOfPoint } from "../grammar/index.ts";
import type { ParsedLine, RepetitionCheck } from "../line/index.ts";
import { decodeName, MEASUREMENT } from "../names/index.ts";
import type { KnownLineReader } from "./known-line.ts";
import type { LineClock } from "./line-clock.ts";

/**
 * Reads any line by the book, good or bad, and is the only one that learns names. `KnownLineReader` does the
 * bulk of the work with what was learned here.
 */
export class AnyLineReader {
  readonly syntax = new Syntax();
  /** The repeated tag or field that a duplicate error names. */
  repeatedName = "";
  private readonly line: ParsedLine;
  private readonly vocabulary: Vocabulary;
  private readonly clock: LineClock;
  private readonly repetition: RepetitionCheck;
  private readonly known: KnownLineReader;
  private records = new Int32Array(64);

  constructor(
    line: ParsedLine,
    vocabulary: Vocabulary,
    clock: LineClock,
    repetition: RepetitionCheck,
    known: KnownLineReader,
  ) {
    this.line = line;
    this.vocabulary = vocabulary;
    this.clock = clock;
    this.repetition = repetition;
    this.known = known;
  }

  /** Delimits the line that begins at `start`; false when it is blank or a comment. `lineEnd` is set anyway. */
  delimit(source: ByteSource, start: number, limit: number): boolean {
    const { line } = this;
    line.lineEnd = endOfLine(source.bytes, start, limit);
    line.lineStart = startOfPoint(source.bytes, start, line.lineEnd);
    return line.lineStart < line.lineEnd;
  }

  /** Reads the delimited line; the line then describes it, or the error says why it is refused. */
  read(source: ByteSource): LineError {
    const { line, syntax } = this;
    line.keyId = -1;
    line.measurementId = -1;
    const { lineStart, lineEnd } = line;
    if (!scanLine(source.bytes, lineStart, lineEnd, line, syntax)) {
      line.fieldCount = 0;
      return syntax.error;
    }
    const key = this.resolveKey(source, lineStart);
    if (key === NO_RECORD) return LineError.duplicateTag;
    const { keys } = this.vocabulary;
    line.keyId = keys.idOf(key);
    line.measurementId = keys.measurementOf(line.keyId);
    this.known.noteKey(key);
    if (!this.resolveFields(source)) return LineError.duplicateField;
    if (syntax.timeStart < 0) {
      this.clock.setDefaultTime(line);
    } else if (!this.clock.setTime(source.bytes, syntax.timeStart, syntax.timeEnd, line)) {
      syntax.fail(LineError.precisionRange, syntax.timeStart, syntax.timeEnd);
      return LineError.precisionRange;
    }
    return LineError.none;
  }

  /** The record of the line's series key; `NO_RECORD` when it is new and names a tag twice. */
  private resolveKey(source: ByteSource, start: number): number {
    const { keys } = this.vocabulary;
    const { keyEnd, measurementEnd } = this.syntax;
    const known = keys.find(source, start, keyEnd);
    if (known !== NO_RECORD) return known;
    const repeated = findRepeatedTag(source.bytes, start, keyEnd);
    if (repeated !== undefined) {
      this.repeatedName = repeated;
      return NO_RECORD;
    }
    const name = decodeName(source.bytes, start, measurementEnd, MEASUREMENT);
    return keys.add(source, start, keyEnd, this.vocabulary.resolveMeasurement(name));
  }

  /** Gives every field its id; false when the line names one twice. */
  private resolveFields(source: ByteSource): boolean {
    const { line, syntax, vocabulary, repetition } = this;
    const { fieldKeys } = vocabulary;
    const { fieldCount, measurementId } = line;
    const fields = vocabulary.fields(measurementId);
    if (fieldCount > this.records.length) this.records = new Int32Array(fieldCount * 2);
    for (let i = 0; i < fieldCount; i++) {
      const start = syntax.fieldKeyStarts[i]!;
      this.records[i] = fieldKeys.resolve(source, start, syntax.fieldKeyEnds[i]!, measurementId, fields);
    }
    repetition.begin(fieldKeys.slotCount);
    for (let i = 0; i < fieldCount; i++) {
      const record = this.records[i]!;
      line.fieldKeyIds[i] = fieldKeys.idOf(record);
      if (repetition.isRepeated(fieldKeys.slotOf(record))) {
        this.repeatedName = fields.name(line.fieldKeyIds[i]!);
        return false;
      }
    }
    this.predictFields(source);
    return true;
  }

  /** Lets the next line of the measurement expect the same fields in the same order. */
  private predictFields(source: ByteSource): void {
    const { line, syntax, records } = this;
    for (let i = 0; i < line.fieldCount; i++) {
      // A bare comma in a key upsets how lines are split (`endOfLine`): such a line is only read here.
      const key = source.bytes.subarray(syntax.fieldKeyStarts[i]!, syntax.fieldKeyEnds[i]!);
      if (key.includes(COMMA)) return;
    }
    for (let i = 0; i < line.fieldCount; i++) {
      const previous = i === 0 ? NO_RECORD : records[i - 1]!;
      this.known.noteField(line.measurementId, previous, records[i]!);
    }
  }
}
