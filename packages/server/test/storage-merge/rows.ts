import { FieldType } from "#src/catalog/index.js";
import type { ColumnBatch, ColumnVector, FileColumn, SortedRows } from "#src/storage/index.js";

export type Value = number | bigint | string | boolean;

export interface Row {
  /** By place in the series key. */
  tags: (string | null)[];
  time: bigint;
  /** By column id. */
  fields: Record<number, Value>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** What a merge must give, oldest rows first: one row per point, each field from the newest row that has it, in order. */
export function mergeRows(rows: readonly Row[]): Row[] {
  const points = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify([row.tags, String(row.time)]);
    points.set(key, { ...row, fields: { ...points.get(key)?.fields, ...row.fields } });
  }
  return [...points.values()].sort(compareRows);
}

export function compareRows(a: Row, b: Row): number {
  for (const [at, value] of a.tags.entries()) {
    const difference = compareTags(value, b.tags[at]!);
    if (difference !== 0) return difference;
  }
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}

function compareTags(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Sorted rows in batches whose memory is overwritten as soon as the next batch is asked for. */
export function batchesOf(
  rows: readonly Row[],
  columns: readonly FileColumn[],
  batchRows: () => number,
): SortedRows {
  let at = 0;
  let last: ColumnBatch | undefined;
  return {
    next() {
      if (last !== undefined) spoil(last);
      last = undefined;
      if (at === rows.length) return undefined;
      const some = rows.slice(at, at + batchRows());
      at += some.length;
      last = batchOf(some, columns);
      return last;
    },
  };
}

function spoil(batch: ColumnBatch): void {
  for (const vector of batch.columns) {
    if (vector?.kind === "words") vector.words.fill(-1);
    else if (vector?.kind === "boolean") vector.values.fill(7);
    else if (vector?.kind === "string") vector.bytes.fill(33);
    else if (vector?.kind === "tag") {
      vector.ids.fill(0);
      for (const value of vector.dictionary) value.fill(33);
    }
    if (vector !== undefined && vector.kind !== "tag") vector.validity?.fill(0xaa);
  }
}

export function batchOf(rows: readonly Row[], columns: readonly FileColumn[]): ColumnBatch {
  const tags = columns.filter((column) => column.kind === "tag");
  const vectors = columns.map((column) => {
    if (column.kind === "tag") return tagVector(rows.map((row) => row.tags[tags.indexOf(column)] ?? null));
    if (column.kind === "time") return wordsVector(rows.map((row) => row.time));
    const values = rows.map((row) => row.fields[column.id]);
    if (column.fieldType === FieldType.boolean) return booleanVector(values as (boolean | undefined)[]);
    if (column.fieldType === FieldType.string) return stringVector(values as (string | undefined)[]);
    return wordsVector(values as (number | bigint | undefined)[]);
  });
  return { rowCount: rows.length, columns: vectors };
}

function tagVector(values: readonly (string | null)[]): ColumnVector | undefined {
  const distinct = [...new Set(values)].filter((value) => value !== null).reverse();
  if (distinct.length === 0) return undefined;
  const ids = Int32Array.from(values, (value) => (value === null ? -1 : distinct.indexOf(value)));
  return { kind: "tag", ids, dictionary: distinct.map((value) => encoder.encode(value)) };
}

function validityOf(values: readonly unknown[]): Uint8Array | undefined {
  if (values.every((value) => value !== undefined)) return undefined;
  const bits = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value !== undefined) bits[row >> 3]! |= 1 << (row & 7);
  });
  return bits;
}

const allMissing = (values: readonly unknown[]) => values.every((value) => value === undefined);

function wordsVector(values: readonly (number | bigint | undefined)[]): ColumnVector | undefined {
  if (allMissing(values)) return undefined;
  const eightBytes = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, row) => {
    if (typeof value === "number") eightBytes.setFloat64(row * 8, value, true);
    else eightBytes.setBigInt64(row * 8, BigInt.asIntN(64, value ?? 0x5555n), true);
  });
  return { kind: "words", words: new Int32Array(eightBytes.buffer), validity: validityOf(values) };
}

function booleanVector(values: readonly (boolean | undefined)[]): ColumnVector | undefined {
  if (allMissing(values)) return undefined;
  return { kind: "boolean", values: Uint8Array.from(values, Number), validity: validityOf(values) };
}

function stringVector(values: readonly (string | undefined)[]): ColumnVector | undefined {
  if (allMissing(values)) return undefined;
  // What a row without a value has is undefined: here it has bytes.
  const encoded = values.map((value) => encoder.encode(value ?? "?"));
  const offsets = new Uint32Array(values.length + 1);
  encoded.forEach((bytes, row) => {
    offsets[row + 1] = offsets[row]! + bytes.length;
  });
  return { kind: "string", offsets, bytes: Buffer.concat(encoded), validity: validityOf(values) };
}

export function readAll(source: SortedRows, columns: readonly FileColumn[]): Row[] {
  const rows: Row[] = [];
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    for (let row = 0; row < batch.rowCount; row++) rows.push(readRow(batch, columns, row));
  }
  return rows;
}

function readRow(batch: ColumnBatch, columns: readonly FileColumn[], row: number): Row {
  const read: Row = { tags: [], time: 0n, fields: {} };
  for (const [at, column] of columns.entries()) {
    const value = readValue(batch.columns[at], column, row);
    if (column.kind === "time") read.time = value as bigint;
    else if (column.kind === "tag") read.tags.push((value as string | undefined) ?? null);
    else if (value !== undefined) read.fields[column.id] = value;
  }
  return read;
}

function readValue(vector: ColumnVector | undefined, column: FileColumn, row: number): Value | undefined {
  if (vector === undefined) return undefined;
  if (vector.kind === "tag") {
    const id = vector.ids[row]!;
    return id === -1 ? undefined : decoder.decode(vector.dictionary[id]!.slice());
  }
  const { validity } = vector;
  if (validity !== undefined && (validity[row >> 3]! & (1 << (row & 7))) === 0) return undefined;
  if (vector.kind === "boolean") return vector.values[row] === 1;
  if (vector.kind === "string")
    return decoder.decode(vector.bytes.slice(vector.offsets[row], vector.offsets[row + 1]));
  const { buffer, byteOffset, byteLength } = vector.words;
  const eightBytes = new DataView(buffer, byteOffset, byteLength);
  if (column.fieldType === FieldType.float) return eightBytes.getFloat64(row * 8, true);
  if (column.fieldType === FieldType.uinteger) return eightBytes.getBigUint64(row * 8, true);
  return eightBytes.getBigInt64(row * 8, true);
}
