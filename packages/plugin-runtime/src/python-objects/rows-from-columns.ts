import { type CPython, type PyPointer, PythonError } from "@millrace/python-vm/worker";
import type { ColumnBatch, ResultColumn } from "../protocol/index.ts";
import { HeapCopy } from "./heap.ts";
import { checked, SharedStrings } from "./objects.ts";

/** Makes row i's value: a new reference, or 0 with a Python error set. */
type ValueReader = (row: number) => PyPointer;

interface OpenColumn {
  readonly key: PyPointer;
  readonly read: ValueReader;
  readonly close: () => void;
}

/** The result of a query as a list of dicts, keys in column order, None for nulls. */
export function buildRows(python: CPython, batches: readonly ColumnBatch[]): PyPointer {
  const { raw } = python;
  const rowCount = batches.reduce((sum, batch) => sum + batch.rowCount, 0);
  const rows = checked(raw._PyList_New(rowCount));
  const strings = new SharedStrings(python);
  let at = 0;
  try {
    for (const batch of batches) {
      const columns = batch.columns.map((column) => openColumn(python, column, strings));
      try {
        for (let row = 0; row < batch.rowCount; row++)
          raw._PyList_SetItem(rows, at++, buildRow(python, columns, row));
      } finally {
        for (const column of columns) column.close();
      }
    }
    return rows;
  } catch (error) {
    python.release(rows);
    throw error;
  } finally {
    strings.release();
  }
}

function buildRow(python: CPython, columns: readonly OpenColumn[], row: number): PyPointer {
  const { raw } = python;
  const dict = checked(raw.__PyDict_NewPresized(columns.length));
  for (const { key, read } of columns) {
    const value = checked(read(row));
    if (raw._PyDict_SetItem(dict, key, value) !== 0) checked(0);
    raw._Py_DecRef(value);
  }
  return dict;
}

function openColumn(python: CPython, column: ResultColumn, strings: SharedStrings): OpenColumn {
  const { validity } = column;
  const key = strings.get(column.name);
  const { read, close } = openValues(python, column, strings);
  if (validity === undefined) return { key, read, close };
  const readOrNone: ValueReader = (row) =>
    ((validity[row >> 3]! >> (row & 7)) & 1) === 0 ? python.newNone() : read(row);
  return { key, read: readOrNone, close };
}

const nothingToClose = () => {};

function openValues(
  python: CPython,
  column: ResultColumn,
  strings: SharedStrings,
): { read: ValueReader; close: () => void } {
  const { raw } = python;
  switch (column.type) {
    case "int64":
    case "timestamp_ns":
      return { read: (row) => raw._PyLong_FromLongLong(column.values[row]!), close: nothingToClose };
    case "uint64":
      return { read: (row) => raw._PyLong_FromUnsignedLongLong(column.values[row]!), close: nothingToClose };
    case "float64":
      return { read: (row) => raw._PyFloat_FromDouble(column.values[row]!), close: nothingToClose };
    case "bool":
      return { read: (row) => raw._PyBool_FromLong(column.values[row]!), close: nothingToClose };
    case "utf8": {
      const copy = new HeapCopy(python, column.bytes, 0, column.bytes.length);
      const { offsets } = column;
      const read: ValueReader = (row) => copy.text(offsets[row]!, offsets[row + 1]! - offsets[row]!);
      return { read, close: () => copy.free() };
    }
    case "dictionary": {
      const objects: PyPointer[] = [];
      const read: ValueReader = (row) => {
        const code = column.values[row]!;
        objects[code] ??= strings.get(column.dictionary[code]!);
        raw._Py_IncRef(objects[code]);
        return objects[code];
      };
      return { read, close: nothingToClose };
    }
    case "unsupported": {
      const read = () => {
        throw new PythonError("ValueError", `Unsupported data type: ${column.typeName}`);
      };
      return { read, close: nothingToClose };
    }
  }
}
