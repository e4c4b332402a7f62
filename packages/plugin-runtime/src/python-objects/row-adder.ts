import type { LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import { createValueReader } from "./field-values.ts";
import { Heap, type HeapCopy } from "./heap.ts";
import { checked, type SharedStrings } from "./objects.ts";
import { REPLACED, RowShapes } from "./row-shapes.ts";

/** Adds the line on which the parser stands as a dict to a list of rows. */
export type AddRow = (rows: PyPointer, copy: HeapCopy) => void;

export interface RowAdder {
  readonly add: AddRow;
  /** Gives back what it keeps for the next rows. */
  readonly release: () => void;
}

/**
 * The inner loop of a batch: a row is a copy of the dict that all rows of its shape have in common, with values put
 * into the places of the copy's. The C functions are taken off the module object once: looking one up among its
 * thousands of entries costs more than most of them do.
 */
export function createRowAdder(python: CPython, parser: LineParser, strings: SharedStrings): RowAdder {
  const { _PyDict_Copy: copyDict, _PyList_Append: append, _Py_DecRef: release } = python.raw;
  const heap = new Heap(python);
  const shapes = new RowShapes(python, heap, parser, strings);
  const { layout } = shapes;
  const values = createValueReader(python, parser, heap);
  const add: AddRow = (rows, copy) => {
    const key = shapes.key();
    const { template, tagSlots, fieldSlots, timeSlot } = shapes.shape(key);
    const { tagValues } = key;
    const row = checked(copyDict(template));
    const appended = append(rows, row);
    // The list holds it from here on, also if a value cannot be made.
    release(row);
    if (appended !== 0) checked(0);
    const block = layout.block(row);
    for (let tag = 0; tag < tagSlots.length; tag++) {
      if (tagSlots[tag] === REPLACED) continue;
      const value = tagValues[tag]!;
      heap.retain(value);
      heap.words[block + tagSlots[tag]!] = value;
    }
    for (let field = 0; field < fieldSlots.length; field++) {
      if (fieldSlots[field] === REPLACED) continue;
      const value = checked(values.field(field, copy));
      heap.words[block + fieldSlots[field]!] = value;
    }
    const time = checked(values.time());
    heap.words[block + timeSlot] = time;
  };
  return {
    add,
    release: () => {
      shapes.release();
      values.release();
    },
  };
}
