import { LineError, LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { LineFrame } from "../protocol/index.ts";
import { checked, HeapCopy, SharedStrings } from "./objects.ts";
import { createRowAdder, type OpenTable, type RowAdder } from "./row-adder.ts";

/** Names that a parser has learned are kept between batches up to this size; then a new parser starts. */
const PARSER_MAX_BYTES = 8 * 2 ** 20;

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
  /** By measurement id; null for a table that is filtered out. */
  readonly #tables: (OpenTable | null)[] = [];
  readonly #addRow: RowAdder;

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
    this.#addRow = createRowAdder(python, parser, strings);
  }

  addFrame(frame: LineFrame): void {
    const parser = this.#parser;
    const addRow = this.#addRow;
    const copy = new HeapCopy(this.#python, frame.bytes);
    try {
      parser.reset(frame.bytes, 0, frame.bytes.length, frame);
      while (parser.next()) {
        if (parser.error !== LineError.none) continue;
        const { measurementId } = parser;
        const known = this.#tables[measurementId];
        const table = known === undefined ? this.#openTable(measurementId) : known;
        if (table !== null) addRow(table, copy);
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
    const set = (key: string, value: PyPointer) => raw._PyDict_SetItem(entry, this.#strings.get(key), value);
    if (set("table_name", this.#strings.get(name)) !== 0 || set("rows", rows) !== 0) checked(0);
    if (raw._PyList_Append(this.#list, entry) !== 0) checked(0);
    raw._Py_DecRef(rows);
    raw._Py_DecRef(entry);
    return rows;
  }
}
