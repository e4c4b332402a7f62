import { LineError, LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { InterpreterTask, TaskFrame } from "../protocol/index.ts";
import { HeapCopy } from "./heap.ts";
import { checked, SharedStrings } from "./objects.ts";
import { createRowAdder, type RowAdder } from "./row-adder.ts";

export type WrittenLines = Pick<Extract<InterpreterTask, { op: "run" }>, "lines" | "frames" | "tables">;

/**
 * Names and tags are kept between batches up to these, both by the parser and as Python strings: a plugin gets the same
 * ones again and again, and reading a series for the first time costs as much as twenty rows. Then it starts anew.
 */
const NAMES_MAX_BYTES = 8 * 2 ** 20;
const SERIES_MAX = 50_000;

/** What is kept between batches. */
class KnownNames {
  readonly parser = new LineParser();
  readonly strings: SharedStrings;
  readonly rows: RowAdder;

  constructor(python: CPython) {
    this.strings = new SharedStrings(python);
    this.rows = createRowAdder(python, this.parser, this.strings);
  }

  release(): void {
    this.rows.release();
    this.strings.release();
  }
}

/**
 * Makes `table_batches` from line protocol: one entry per table in order of appearance, rows as they were
 * written (tags, fields, then time; only what the line has), in their order, repetitions kept.
 */
export class TableBatchReader {
  readonly #python: CPython;
  #names: KnownNames;
  #rows = 0;

  constructor(python: CPython) {
    this.#python = python;
    this.#names = new KnownNames(python);
  }

  /** Rows of the last batches: fewer than the lines when only some tables are wanted. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * A list with `table_batches` as its only item, so that who takes it out is the only one to hold it: rows that are
   * gone when the garbage of a run is collected need not be searched.
   */
  read({ lines, frames, tables }: WrittenLines): PyPointer {
    const { parser } = this.#names;
    if (parser.keyBytes > NAMES_MAX_BYTES || parser.keys.count > SERIES_MAX) this.#forget();
    const { raw } = this.#python;
    const list = checked(raw._PyList_New(0));
    try {
      const batch = new BatchBuilder(this.#python, this.#names, list, tables);
      for (const frame of frames) batch.addFrame(lines, frame);
      this.#rows = batch.added;
      const holder = checked(raw._PyList_New(1));
      raw._PyList_SetItem(holder, 0, list);
      return holder;
    } catch (error) {
      this.#python.release(list);
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#names.release();
    this.#names = new KnownNames(this.#python);
  }
}

class BatchBuilder {
  readonly #python: CPython;
  readonly #names: KnownNames;
  readonly #list: PyPointer;
  readonly #only: readonly string[] | null;
  /** The rows of each measurement by id, borrowed from the list; null for a table that is filtered out. */
  readonly #rows: (PyPointer | null)[] = [];
  added = 0;

  constructor(python: CPython, names: KnownNames, list: PyPointer, only: readonly string[] | null) {
    this.#python = python;
    this.#names = names;
    this.#list = list;
    this.#only = only;
  }

  addFrame(lines: Uint8Array, frame: TaskFrame): void {
    const { offset, sizeBytes } = frame;
    const { parser, rows: adder } = this.#names;
    const copy = new HeapCopy(this.#python, lines, offset, sizeBytes);
    try {
      parser.reset(lines, offset, sizeBytes, frame);
      while (parser.next()) {
        if (parser.error !== LineError.none) continue;
        const { measurementId } = parser;
        const known = this.#rows[measurementId];
        const rows = known === undefined ? this.#openTable(measurementId) : known;
        if (rows === null) continue;
        adder.add(rows, copy);
        this.added++;
      }
    } finally {
      copy.free();
    }
  }

  #openTable(measurementId: number): PyPointer | null {
    const name = this.#names.parser.measurements.name(measurementId);
    const wanted = this.#only === null || this.#only.includes(name);
    const rows = wanted ? this.#addEntry(name) : null;
    this.#rows[measurementId] = rows;
    return rows;
  }

  /** Adds `{"table_name": name, "rows": []}` and gives the rows, borrowed from it. */
  #addEntry(name: string): PyPointer {
    const { raw } = this.#python;
    const entry = checked(raw._PyDict_New());
    const rows = checked(raw._PyList_New(0));
    const set = (key: string, value: PyPointer) =>
      raw._PyDict_SetItem(entry, this.#names.strings.get(key), value);
    if (set("table_name", this.#names.strings.get(name)) !== 0 || set("rows", rows) !== 0) checked(0);
    if (raw._PyList_Append(this.#list, entry) !== 0) checked(0);
    raw._Py_DecRef(rows);
    raw._Py_DecRef(entry);
    return rows;
  }
}
