import type { LineParser } from "@millrace/line-protocol";
import type { SeriesBook, TableBuffer } from "../../buffer/index.ts";
import { FieldType, type TableInfo } from "../../catalog/index.ts";

const FIRST_FIELDS = 16;
const UNKNOWN = 0;

/** What the dense ids of a parser mean in one table: its rows' buffer, and the column of every field key. */
export class TableBinding {
  readonly table: TableInfo;
  /** Of the generation in which the table was last written to from here. */
  buffer: TableBuffer;
  readonly book: SeriesBook;
  /** By field key id. */
  columnIds = new Int32Array(FIRST_FIELDS);
  /** The run that wrote here last: it has a position to go back to. */
  lastRun = 0;
  /** False: every field of every line is eight bytes and nothing else. */
  hasStrings = false;
  #types = new Uint8Array(FIRST_FIELDS);

  constructor(table: TableInfo, buffer: TableBuffer, book: SeriesBook) {
    this.table = table;
    this.buffer = buffer;
    this.book = book;
  }

  /** True when every field of the line has a column of its type. */
  knowsFields(line: LineParser): boolean {
    const types = this.#types;
    const { fieldCount, fieldKeyIds, fieldTypes } = line;
    for (let i = 0; i < fieldCount; i++) if (types[fieldKeyIds[i]!] !== fieldTypes[i]) return false;
    return true;
  }

  knowsField(fieldKeyId: number): boolean {
    return fieldKeyId < this.#types.length && this.#types[fieldKeyId] !== UNKNOWN;
  }

  learnField(fieldKeyId: number, columnId: number, type: FieldType): void {
    if (fieldKeyId >= this.#types.length) this.#grow(fieldKeyId + 1);
    this.columnIds[fieldKeyId] = columnId;
    this.#types[fieldKeyId] = type;
    this.hasStrings ||= type === FieldType.string;
  }

  forgetField(fieldKeyId: number): void {
    this.#types[fieldKeyId] = UNKNOWN;
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#types.length * 2);
    const columnIds = new Int32Array(capacity);
    columnIds.set(this.columnIds);
    const types = new Uint8Array(capacity);
    types.set(this.#types);
    this.columnIds = columnIds;
    this.#types = types;
  }
}
