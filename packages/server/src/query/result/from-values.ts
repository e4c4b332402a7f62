import type { SqlType } from "@millrace/sql";
import type { NumberArray, StringSlices, Vector, VectorData } from "./types.ts";

/** A cell as the main thread's small tables hold it. */
export type CellValue = null | boolean | number | bigint | string | readonly CellValue[];

/** Columns of small tables (system tables, lists of databases) in the form the encoders read. */
export function vectorOf(type: SqlType, values: readonly CellValue[]): Vector {
  return { type, length: values.length, validity: validityOf(values), data: dataOf(type, values) };
}

function validityOf(values: readonly CellValue[]): Uint8Array | null {
  if (!values.includes(null)) return null;
  const validity = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value !== null) validity[row >> 3]! |= 1 << (row & 7);
  });
  return validity;
}

function dataOf(type: SqlType, values: readonly CellValue[]): VectorData {
  switch (type.kind) {
    case "null":
      return { layout: "none" };
    case "utf8":
      return { layout: "strings", strings: slicesOf(values.map((value) => String(value ?? ""))) };
    case "boolean":
      return { layout: "numbers", values: Uint8Array.from(values, Number) };
    case "float":
      return { layout: "numbers", values: Float64Array.from(values, Number) };
    case "int":
      return type.bits === 64 ? halvesOf(values) : { layout: "numbers", values: integers(type, values) };
    case "timestamp":
    case "time":
    case "duration":
      return halvesOf(values);
    case "date":
      return { layout: "numbers", values: Int32Array.from(values, Number) };
    case "list":
      return listsOf(type.item, values);
    default:
      throw new TypeError(`a small table cannot have a column of type ${type.kind}`);
  }
}

function integers(type: { bits: number; signed: boolean }, values: readonly CellValue[]): NumberArray {
  const numbers = values.map(Number);
  if (type.bits === 8) return type.signed ? Int8Array.from(numbers) : Uint8Array.from(numbers);
  if (type.bits === 16) return type.signed ? Int16Array.from(numbers) : Uint16Array.from(numbers);
  return type.signed ? Int32Array.from(numbers) : Uint32Array.from(numbers);
}

function halvesOf(values: readonly CellValue[]): VectorData {
  const wide = BigInt64Array.from(values, (value) =>
    BigInt.asIntN(64, BigInt((value ?? 0) as number | bigint)),
  );
  return { layout: "halves", halves: new Int32Array(wide.buffer) };
}

function listsOf(item: SqlType, values: readonly CellValue[]): VectorData {
  const starts = new Int32Array(values.length);
  const ends = new Int32Array(values.length);
  const items: CellValue[] = [];
  values.forEach((value, row) => {
    starts[row] = items.length;
    if (Array.isArray(value)) items.push(...value);
    ends[row] = items.length;
  });
  return { layout: "lists", starts, ends, items: vectorOf(item, items) };
}

export function slicesOf(texts: readonly string[]): StringSlices {
  const starts = new Int32Array(texts.length);
  const lengths = new Int32Array(texts.length);
  const encoded = texts.map((text) => Buffer.from(text));
  let end = 0;
  encoded.forEach((bytes, row) => {
    starts[row] = end;
    lengths[row] = bytes.length;
    end += bytes.length;
  });
  return { buffers: [Buffer.concat(encoded, end)], bufferOf: new Uint32Array(texts.length), starts, lengths };
}
