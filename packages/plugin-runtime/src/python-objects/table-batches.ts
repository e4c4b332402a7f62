import { LineError, LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { InterpreterTask, TaskFrame } from "../protocol/index.ts";
import { GivenRows } from "./given-rows.ts";
import { Heap, HeapCopy } from "./heap.ts";
import { ListLayout } from "./list-layout.ts";
import { checked, SharedStrings } from "./objects.ts";
import { createRowAdder, type RowAdder } from "./row-adder.ts";
import { RowList } from "./row-list.ts";

export type WrittenLines = Pick<Extract<InterpreterTask, { op: "run" }>, "frames" | "tables"> & {
  /** Where the frames lie. */
  readonly lines: Uint8Array;
};

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

  constructor(python: CPython, heap: Heap) {
    this.strings = new SharedStrings(python);
    this.rows = createRowAdder(python, heap, this.parser, this.strings);
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
  readonly #heap: Heap;
  readonly #given: GivenRows;
  #names: KnownNames;
  #rows = 0;

  constructor(python: CPython) {
    this.#python = python;
    this.#heap = new Heap(python);
    this.#given = new GivenRows(python, this.#heap, new ListLayout(python, this.#heap));
    this.#names = new KnownNames(python, this.#heap);
  }

  /** Rows of the last batches: fewer than the lines when only some tables are wanted. */
  get rows(): number {
    return this.#rows;
  }

  /** `table_batches`. `release` is to be called when its run has ended. */
  read({ lines, frames, tables }: WrittenLines): PyPointer {
    const { parser } = this.#names;
    if (parser.keyBytes > NAMES_MAX_BYTES || parser.keys.count > SERIES_MAX) this.#forget();
    const batch = new BatchBuilder(this.#python, this.#names, tables);
    try {
      for (const frame of frames) batch.addFrame(lines, frame);
      this.#rows = batch.rows;
      return batch.give(this.#given);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  release(): void {
    this.#given.release();
  }

  #forget(): void {
    this.#names.release();
    this.#names = new KnownNames(this.#python, this.#heap);
  }
}

class BatchBuilder {
  readonly #python: CPython;
  readonly #names: KnownNames;
  readonly #only: readonly string[] | null;
  /** The rows of each measurement by id; null for a table that is filtered out. */
  readonly #tables: (RowList | null)[] = [];
  /** In order of appearance. */
  readonly #entries: { readonly name: string; readonly list: RowList }[] = [];

  constructor(python: CPython, names: KnownNames, only: readonly string[] | null) {
    this.#python = python;
    this.#names = names;
    this.#only = only;
  }

  get rows(): number {
    return this.#entries.reduce((sum, { list }) => sum + list.rows.length, 0);
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
        const known = this.#tables[measurementId];
        const list = known === undefined ? this.#openTable(measurementId) : known;
        if (list !== null) adder.add(list, copy);
      }
    } finally {
      copy.free();
    }
  }

  #openTable(measurementId: number): RowList | null {
    const name = this.#names.parser.measurements.name(measurementId);
    const wanted = this.#only === null || this.#only.includes(name);
    const list = wanted ? new RowList() : null;
    if (list !== null) this.#entries.push({ name, list });
    this.#tables[measurementId] = list;
    return list;
  }

  /** A list of `{"table_name": name, "rows": […]}`. */
  give(given: GivenRows): PyPointer {
    const { raw } = this.#python;
    const batches = checked(raw._PyList_New(this.#entries.length));
    this.#entries.forEach(({ name, list }, index) => {
      const entry = checked(raw._PyDict_New());
      raw._PyList_SetItem(batches, index, entry);
      const rows = given.give(list.rows);
      const set = (key: string, value: PyPointer) =>
        raw._PyDict_SetItem(entry, this.#names.strings.get(key), value);
      if (set("table_name", this.#names.strings.get(name)) !== 0 || set("rows", rows) !== 0) checked(0);
      raw._Py_DecRef(rows);
    });
    return batches;
  }
}
