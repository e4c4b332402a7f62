import { decodeString, FieldType, type LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import { checked, type HeapCopy, type SharedStrings } from "./objects.ts";

/** Adds the line on which the parser stands as a dict to a list of rows. */
export type RowAdder = (rows: PyPointer, copy: HeapCopy) => void;

/**
 * The inner loop of a batch. The C functions are taken off the module object once: looking one up among its
 * thousands of entries costs more than most of them do.
 */
export function createRowAdder(python: CPython, parser: LineParser, strings: SharedStrings): RowAdder {
  const {
    __PyDict_NewPresized: newDict,
    _PyDict_SetItem: setItem,
    _PyList_Append: append,
    _Py_DecRef: release,
    _PyLong_FromLongLong: newInt64,
  } = python.raw;
  const newFieldValue = createValueReader(python, parser);
  const timeKey = strings.get("time");
  const time = new Int32Array(2);
  const timeNs = new BigInt64Array(time.buffer);
  /** By measurement and field id, borrowed from the shared strings. */
  const fieldNamesOf: PyPointer[][] = [];
  /** By series key id: keys and values in turn, borrowed likewise. */
  const tagsByKey: PyPointer[][] = [];
  const readTags = (keyId: number): PyPointer[] => {
    const tags = parser.keys.tags(keyId);
    const objects = tags.flatMap(({ key, value }) => [strings.get(key), strings.get(value)]);
    tagsByKey[keyId] = objects;
    return objects;
  };
  return (rows, copy) => {
    fieldNamesOf[parser.measurementId] ??= [];
    const fieldNames = fieldNamesOf[parser.measurementId]!;
    const { fieldKeyIds, fieldCount } = parser;
    const tags = tagsByKey[parser.keyId] ?? readTags(parser.keyId);
    const row = checked(newDict(tags.length / 2 + fieldCount + 1));
    for (let at = 0; at < tags.length; at += 2) if (setItem(row, tags[at]!, tags[at + 1]!) !== 0) checked(0);
    for (let field = 0; field < fieldCount; field++) {
      const id = fieldKeyIds[field]!;
      fieldNames[id] ??= strings.get(parser.fields(parser.measurementId).name(id));
      const value = checked(newFieldValue(field, copy));
      if (setItem(row, fieldNames[id], value) !== 0) checked(0);
      release(value);
    }
    time[0] = parser.timeLo;
    time[1] = parser.timeHi;
    const timeValue = checked(newInt64(timeNs[0]!));
    if (setItem(row, timeKey, timeValue) !== 0 || append(rows, row) !== 0) checked(0);
    release(timeValue);
    release(row);
  };
}

function createValueReader(
  python: CPython,
  parser: LineParser,
): (field: number, copy: HeapCopy) => PyPointer {
  const {
    _PyFloat_FromDouble: newFloat,
    _PyLong_FromLong: newSmallInt,
    _PyLong_FromLongLong: newInt64,
    _PyLong_FromUnsignedLongLong: newUint64,
    _PyBool_FromLong: newBool,
    _PyUnicode_DecodeUTF8: newText,
  } = python.raw;
  // One 64-bit integer seen as halves: reading it makes one BigInt where shifting halves would make four.
  const halves = new Int32Array(2);
  const signed = new BigInt64Array(halves.buffer);
  const unsigned = new BigUint64Array(halves.buffer);
  return (field, copy) => {
    const low = parser.valuesI32[2 * field]!;
    const high = parser.valuesI32[2 * field + 1]!;
    switch (parser.fieldTypes[field]) {
      case FieldType.float:
        return newFloat(parser.valuesF64[field]!);
      case FieldType.integer:
        if (high === low >> 31) return newSmallInt(low);
        halves[0] = low;
        halves[1] = high;
        return newInt64(signed[0]!);
      case FieldType.unsigned:
        if (high === 0 && low >= 0) return newSmallInt(low);
        halves[0] = low;
        halves[1] = high;
        return newUint64(unsigned[0]!);
      case FieldType.boolean:
        return newBool(low);
      default:
        return parser.stringEscaped[field] === 1
          ? python.newString(decodeString(parser.bytes, low, high, true))
          : newText(copy.address + low, high, 0);
    }
  };
}
