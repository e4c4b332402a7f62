import { decodeString, FieldType, type LineParser } from "@millrace/line-protocol";
import type { CPython, PyPointer } from "@millrace/python-vm/worker";
import type { Heap, HeapCopy } from "./heap.ts";
import type { SmallInts } from "./small-ints.ts";

/** Makes the values of the line on which a parser stands: new references, or 0 with a Python error set. */
export interface ValueReader {
  field(index: number, copy: HeapCopy): PyPointer;
  time(): PyPointer;
  /** Gives back what it keeps for the next lines. */
  release(): void;
}

export function createValueReader(
  python: CPython,
  parser: LineParser,
  heap: Heap,
  smallInts: SmallInts,
): ValueReader {
  const {
    _PyFloat_FromDouble: newFloat,
    _PyLong_FromLong: newLong,
    _PyLong_FromUnsignedLongLong: newUint64,
  } = python.raw;
  const bools = [python.newBool(false), python.newBool(true)];
  const shared = (object: PyPointer) => {
    heap.retain(object);
    return object;
  };
  const newInt = (value: number) => smallInts.find(value) || newLong(value);
  const newInt64 = int64Maker(python);
  // One 64-bit integer seen as halves: reading it makes one BigInt where shifting halves would make four.
  const halves = new Int32Array(2);
  const unsigned = new BigUint64Array(halves.buffer);
  const field = (index: number, copy: HeapCopy): PyPointer => {
    const low = parser.valuesI32[2 * index]!;
    const high = parser.valuesI32[2 * index + 1]!;
    switch (parser.fieldTypes[index]) {
      case FieldType.float:
        return newFloat(parser.valuesF64[index]!);
      case FieldType.integer:
        return high === low >> 31 ? newInt(low) : newInt64(low, high);
      case FieldType.unsigned:
        if (high === 0 && low >= 0) return newInt(low);
        halves[0] = low;
        halves[1] = high;
        return newUint64(unsigned[0]!);
      case FieldType.boolean:
        return shared(bools[low]!);
      default:
        return parser.stringEscaped[index] === 1
          ? python.newString(decodeString(parser.bytes, low, high, true))
          : copy.text(low, high);
    }
  };
  return { field, ...timeReader(python, parser, heap, newInt64) };
}

type Int64Maker = (low: number, high: number) => PyPointer;

function int64Maker(python: CPython): Int64Maker {
  const { _PyLong_FromLongLong: newInt64 } = python.raw;
  const halves = new Int32Array(2);
  const signed = new BigInt64Array(halves.buffer);
  return (low, high) => {
    halves[0] = low;
    halves[1] = high;
    return newInt64(signed[0]!);
  };
}

/** Points of many series are often of one time: neighbours share the object. */
function timeReader(
  python: CPython,
  parser: LineParser,
  heap: Heap,
  newInt64: Int64Maker,
): Pick<ValueReader, "time" | "release"> {
  let last: PyPointer = 0;
  let lastLow = 0;
  let lastHigh = 0;
  const release = () => {
    if (last !== 0) python.release(last);
    last = 0;
  };
  const time = () => {
    const { timeLo, timeHi } = parser;
    if (last === 0 || timeLo !== lastLow || timeHi !== lastHigh) {
      release();
      last = newInt64(timeLo, timeHi);
      if (last === 0) return 0;
      lastLow = timeLo;
      lastHigh = timeHi;
    }
    heap.retain(last);
    return last;
  };
  return { time, release };
}
