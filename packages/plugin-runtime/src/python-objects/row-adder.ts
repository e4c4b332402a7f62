import { FieldType, type LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import { createValueReader } from "./field-values.ts";
import type { Heap, HeapCopy } from "./heap.ts";
import { checked, type SharedStrings } from "./objects.ts";
import type { RowList } from "./row-list.ts";
import { REPLACED, RowShapes } from "./row-shapes.ts";
import { SmallInts } from "./small-ints.ts";

export interface RowAdder {
  /** Adds the line on which the parser stands as a dict, with two references and unknown to the garbage collector. */
  add(list: RowList, copy: HeapCopy): void;
  /** Gives back what it keeps for the next rows. */
  release(): void;
}

/**
 * The inner loop of a batch: a row is a copy of the dict that all rows of its shape have in common, with values put
 * into the places of the copy's. The C functions are taken off the module object once: looking one up among its
 * thousands of entries costs more than most of them do.
 */
export function createRowAdder(
  python: CPython,
  heap: Heap,
  parser: LineParser,
  strings: SharedStrings,
): RowAdder {
  const { _PyDict_Copy: copyDict, _PyObject_GC_UnTrack: untrack } = python.raw;
  const shapes = new RowShapes(python, heap, parser, strings);
  const { layout } = shapes;
  const smallInts = new SmallInts(python, heap);
  const values = createValueReader(python, parser, heap, smallInts);
  const add = (list: RowList, copy: HeapCopy): void => {
    const { fieldTypes, valuesI32 } = parser;
    const key = shapes.key();
    const { template, tagSlots, fieldSlots, timeSlot } = shapes.shape(key);
    const row: PyPointer = checked(copyDict(template));
    untrack(row);
    // The list holds it from here on, also if a value cannot be made.
    list.add(row);
    let { words } = heap;
    words[row >>> 2] = 2;
    const block = layout.block(row);
    for (let tag = 0; tag < tagSlots.length; tag++) {
      const slot = tagSlots[tag]!;
      if (slot === REPLACED) continue;
      const value = key.tagValues[tag]!;
      heap.retain(value);
      words[block + slot] = value;
    }
    for (let field = 0; field < fieldSlots.length; field++) {
      const slot = fieldSlots[field]!;
      if (slot === REPLACED) continue;
      const low = valuesI32[2 * field]!;
      let value: PyPointer = 0;
      if (fieldTypes[field] === FieldType.integer && low >> 31 === valuesI32[2 * field + 1]) {
        value = smallInts.find(low);
      }
      if (value === 0) {
        value = checked(values.field(field, copy));
        // Memory may have grown.
        words = heap.words;
      }
      words[block + slot] = value;
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
