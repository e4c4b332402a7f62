import { FieldType } from "../line/index.ts";
import { LineParser, type LineParserOptions, type ParseOptions } from "../parser/index.ts";
import { StringTable } from "./string-table.ts";

/**
 * Receives rows in the order of the lines, each as one `beginRow`, its fields as written, one `endRow`. Names
 * come as ids of `RowReader.strings`, so that a visitor can keep what it makes of them (say, Python strings)
 * in an array. Values are given in halves where a double cannot hold them.
 */
export interface RowVisitor {
  /** The tags are `reader.tagStrings(keyId)`. False passes over the row: no field and no `endRow` follow. */
  beginRow(measurement: number, keyId: number): boolean;
  float(field: number, value: number): void;
  integer(field: number, lo: number, hi: number): void;
  unsigned(field: number, lo: number, hi: number): void;
  boolean(field: number, value: boolean): void;
  /** A string is `bytes[start, start + length)`, still with its escapes when `escaped`. */
  string(field: number, bytes: Uint8Array, start: number, length: number, escaped: boolean): void;
  endRow(timeLo: number, timeHi: number): void;
  /** A line that is no valid line protocol; the other lines are still read. */
  badLine(lineNumber: number, message: string): void;
}

/** Walks bodies of line protocol as rows. Keep one for many bodies: it remembers the names. */
export class RowReader {
  readonly parser: LineParser;
  /** Measurements, tag keys, tag values and field keys, each text once. */
  readonly strings = new StringTable();
  private readonly tagsByKey: Int32Array[] = [];
  private readonly measurementStrings: number[] = [];
  private readonly fieldStrings: number[][] = [];

  constructor(options: LineParserOptions = {}) {
    this.parser = new LineParser(options);
  }

  /** Reads the body `bytes[offset, offset + length)`; the number of lines that were rows. */
  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    options: ParseOptions,
    visitor: RowVisitor,
  ): number {
    const { parser } = this;
    parser.reset(bytes, offset, length, options);
    let rows = 0;
    while (parser.next()) {
      if (parser.error !== 0) {
        visitor.badLine(parser.lineNumber, parser.errorMessage());
        continue;
      }
      rows++;
      if (!visitor.beginRow(this.measurementString(parser.measurementId), parser.keyId)) continue;
      this.visitFields(visitor);
      visitor.endRow(parser.timeLo, parser.timeHi);
    }
    return rows;
  }

  /** The tags of a series key as written: string ids, key and value by turns. */
  tagStrings(keyId: number): Int32Array {
    let ids = this.tagsByKey[keyId];
    if (ids === undefined) {
      const { strings } = this;
      const tags = this.parser.keys.tags(keyId);
      ids = Int32Array.from(tags.flatMap(({ key, value }) => [strings.idOf(key), strings.idOf(value)]));
      this.tagsByKey[keyId] = ids;
    }
    return ids;
  }

  private visitFields(visitor: RowVisitor): void {
    const { parser } = this;
    const { fieldTypes, fieldKeyIds, valuesI32, fieldCount } = parser;
    const names = this.fieldStringsOf(parser.measurementId);
    for (let i = 0; i < fieldCount; i++) {
      const field = names[fieldKeyIds[i]!]!;
      const lo = valuesI32[i * 2]!;
      const hi = valuesI32[i * 2 + 1]!;
      switch (fieldTypes[i]) {
        case FieldType.float:
          visitor.float(field, parser.valuesF64[i]!);
          break;
        case FieldType.integer:
          visitor.integer(field, lo, hi);
          break;
        case FieldType.unsigned:
          visitor.unsigned(field, lo, hi);
          break;
        case FieldType.boolean:
          visitor.boolean(field, lo !== 0);
          break;
        default:
          visitor.string(field, parser.bytes, lo, hi, parser.stringEscaped[i] === 1);
      }
    }
  }

  private measurementString(measurementId: number): number {
    const known = this.measurementStrings[measurementId];
    if (known !== undefined) return known;
    const id = this.strings.idOf(this.parser.measurements.name(measurementId));
    this.measurementStrings[measurementId] = id;
    return id;
  }

  /** String ids of a measurement's fields, by field key id. */
  private fieldStringsOf(measurementId: number): readonly number[] {
    let ids = this.fieldStrings[measurementId];
    if (ids === undefined) {
      ids = [];
      this.fieldStrings[measurementId] = ids;
    }
    const fields = this.parser.fields(measurementId);
    while (ids.length < fields.count) ids.push(this.strings.idOf(fields.name(ids.length)));
    return ids;
  }
}
