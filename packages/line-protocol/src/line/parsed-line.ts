/** The type of a field value, as written. */
export const FieldType = { float: 1, integer: 2, unsigned: 3, boolean: 4, string: 5 } as const;
export type FieldType = (typeof FieldType)[keyof typeof FieldType];

const INITIAL_FIELDS = 128;

/**
 * The line the parser stands on. One object, overwritten line by line; the arrays hold the first `fieldCount`
 * entries and are replaced by larger ones when a line has more fields than any before it.
 */
export class ParsedLine {
  /** Byte range of the line: from its first character that is no leading space to before its newline. */
  lineStart = 0;
  lineEnd = 0;
  /** Counts from 1 over lines that are neither blank nor comments. */
  lineNumber = 0;
  /** Dense id of the bytes `measurement,tags`, -1 when the line could not be read. */
  keyId = -1;
  measurementId = -1;
  fieldCount = 0;
  /** Dense id of each field key within the measurement. */
  fieldKeyIds = new Int32Array(INITIAL_FIELDS);
  fieldTypes = new Uint8Array(INITIAL_FIELDS);
  /** 1 where a string value has escapes to decode. */
  stringEscaped = new Uint8Array(INITIAL_FIELDS);
  /**
   * Eight bytes a field, seen as two halves (low at 2i, high at 2i + 1) or as one double: a float's bits, an
   * integer in two's complement, a boolean as 0 or 1, a string as byte offset and byte length of what stands
   * between its quotes.
   */
  valuesI32 = new Int32Array(INITIAL_FIELDS * 2);
  valuesF64 = new Float64Array(this.valuesI32.buffer);
  /** Nanoseconds since the epoch as int64 halves: the line's own time, or the default time. */
  timeLo = 0;
  timeHi = 0;
  hasTime = false;

  /** Makes room for at least `count` fields, keeping what is there. */
  reserveFields(count: number): void {
    if (count <= this.fieldTypes.length) return;
    const capacity = Math.max(count, this.fieldTypes.length * 2);
    const keyIds = new Int32Array(capacity);
    keyIds.set(this.fieldKeyIds);
    const types = new Uint8Array(capacity);
    types.set(this.fieldTypes);
    const escaped = new Uint8Array(capacity);
    escaped.set(this.stringEscaped);
    const values = new Int32Array(capacity * 2);
    values.set(this.valuesI32);
    this.fieldKeyIds = keyIds;
    this.fieldTypes = types;
    this.stringEscaped = escaped;
    this.valuesI32 = values;
    this.valuesF64 = new Float64Array(values.buffer);
  }
}
