import { decodeString, FieldType, LineError, LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { LineFrame } from "../protocol/index.ts";
import { checked, HeapCopy, SharedStrings } from "./objects.ts";

/** Names that a parser has learned are kept between batches up to this size; then a new parser starts. */
const PARSER_MAX_BYTES = 8 * 2 ** 20;

/** The open table of a batch: its rows, and the Python names of its fields by field id. */
interface OpenTable {
  readonly rows: PyPointer;
  readonly fieldNames: PyPointer[];
}

/**
 * Makes `table_batches` from line protocol: one entry per table in order of appearance, rows as they were
 * written (tags, fields, then time; only what the line has), in their order, repetitions kept.
 */
export class TableBatchReader {
  readonly #python: CPython;
  #parser = new LineParser();

  constructor(python: CPython) {
    this.#python = python;
  }

  read(frames: readonly LineFrame[], only: readonly string[] | null): PyPointer {
    if (this.#parser.keyBytes > PARSER_MAX_BYTES) this.#parser = new LineParser();
    const strings = new SharedStrings(this.#python);
    const list = checked(this.#python.raw._PyList_New(0));
    try {
      const batch = new BatchBuilder(this.#python, this.#parser, strings, list, only);
      for (const frame of frames) batch.addFrame(frame);
      return list;
    } catch (error) {
      this.#python.release(list);
      throw error;
    } finally {
      strings.release();
    }
  }
}

class BatchBuilder {
  readonly #python: CPython;
  readonly #parser: LineParser;
  readonly #strings: SharedStrings;
  readonly #list: PyPointer;
  readonly #only: readonly string[] | null;
  readonly #timeKey: PyPointer;
  /** By measurement id; null for a table that is filtered out. */
  readonly #tables: (OpenTable | null)[] = [];
  /** By series key id: keys and values in turn, borrowed from the shared strings. */
  readonly #tags: PyPointer[][] = [];
  /** One 64-bit integer seen as halves: reading it makes one BigInt where shifting halves would make four. */
  readonly #halves = new Int32Array(2);
  readonly #signed = new BigInt64Array(this.#halves.buffer);
  readonly #unsigned = new BigUint64Array(this.#halves.buffer);

  constructor(
    python: CPython,
    parser: LineParser,
    strings: SharedStrings,
    list: PyPointer,
    only: readonly string[] | null,
  ) {
    this.#python = python;
    this.#parser = parser;
    this.#strings = strings;
    this.#list = list;
    this.#only = only;
    this.#timeKey = strings.get("time");
  }

  addFrame(frame: LineFrame): void {
    const parser = this.#parser;
    const copy = new HeapCopy(this.#python, frame.bytes);
    try {
      parser.reset(frame.bytes, 0, frame.bytes.length, frame);
      while (parser.next()) {
        if (parser.error !== LineError.none) continue;
        const { measurementId } = parser;
        const known = this.#tables[measurementId];
        const table = known === undefined ? this.#openTable(measurementId) : known;
        if (table !== null) this.#addRow(table, copy);
      }
    } finally {
      copy.free();
    }
  }

  #openTable(measurementId: number): OpenTable | null {
    const name = this.#parser.measurements.name(measurementId);
    const wanted = this.#only === null || this.#only.includes(name);
    const table = wanted ? { rows: this.#addEntry(name), fieldNames: [] } : null;
    this.#tables[measurementId] = table;
    return table;
  }

  /** Adds `{"table_name": name, "rows": []}` and gives the rows, borrowed from it. */
  #addEntry(name: string): PyPointer {
    const { raw } = this.#python;
    const entry = checked(raw._PyDict_New());
    const rows = checked(raw._PyList_New(0));
    this.#set(entry, this.#strings.get("table_name"), this.#strings.get(name));
    this.#set(entry, this.#strings.get("rows"), rows);
    if (raw._PyList_Append(this.#list, entry) !== 0) checked(0);
    raw._Py_DecRef(rows);
    raw._Py_DecRef(entry);
    return rows;
  }

  #addRow(table: OpenTable, copy: HeapCopy): void {
    const { raw } = this.#python;
    const parser = this.#parser;
    const row = checked(raw._PyDict_New());
    const tags = this.#tags[parser.keyId] ?? this.#readTags(parser.keyId);
    for (let at = 0; at < tags.length; at += 2) this.#set(row, tags[at]!, tags[at + 1]!);
    for (let field = 0; field < parser.fieldCount; field++) {
      const id = parser.fieldKeyIds[field]!;
      table.fieldNames[id] ??= this.#strings.get(parser.fields(parser.measurementId).name(id));
      this.#setNew(row, table.fieldNames[id], this.#fieldValue(field, copy));
    }
    this.#halves[0] = parser.timeLo;
    this.#halves[1] = parser.timeHi;
    this.#setNew(row, this.#timeKey, raw._PyLong_FromLongLong(this.#signed[0]!));
    if (raw._PyList_Append(table.rows, row) !== 0) checked(0);
    raw._Py_DecRef(row);
  }

  #readTags(keyId: number): PyPointer[] {
    const tags = this.#parser.keys.tags(keyId);
    const objects = tags.flatMap(({ key, value }) => [this.#strings.get(key), this.#strings.get(value)]);
    this.#tags[keyId] = objects;
    return objects;
  }

  #fieldValue(field: number, copy: HeapCopy): PyPointer {
    const { raw } = this.#python;
    const parser = this.#parser;
    const low = parser.valuesI32[2 * field]!;
    const high = parser.valuesI32[2 * field + 1]!;
    switch (parser.fieldTypes[field]) {
      case FieldType.float:
        return raw._PyFloat_FromDouble(parser.valuesF64[field]!);
      case FieldType.integer:
        if (high === low >> 31) return raw._PyLong_FromLong(low);
        this.#halves[0] = low;
        this.#halves[1] = high;
        return raw._PyLong_FromLongLong(this.#signed[0]!);
      case FieldType.unsigned:
        if (high === 0 && low >= 0) return raw._PyLong_FromLong(low);
        this.#halves[0] = low;
        this.#halves[1] = high;
        return raw._PyLong_FromUnsignedLongLong(this.#unsigned[0]!);
      case FieldType.boolean:
        return raw._PyBool_FromLong(low);
      default:
        return parser.stringEscaped[field] === 1
          ? this.#python.newString(decodeString(parser.bytes, low, high, true))
          : copy.text(low, high);
    }
  }

  #set(dict: PyPointer, key: PyPointer, value: PyPointer): void {
    if (this.#python.raw._PyDict_SetItem(dict, key, value) !== 0) checked(0);
  }

  #setNew(dict: PyPointer, key: PyPointer, value: PyPointer): void {
    this.#set(dict, key, checked(value));
    this.#python.raw._Py_DecRef(value);
  }
}
