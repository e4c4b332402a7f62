import { FieldType } from "#src/catalog/index.js";
import type { ByteSource, ColumnBatch, ColumnVector, FileColumn } from "#src/storage/index.js";
import { ParquetFile, ParquetWriter, type ParquetWriterOptions } from "#src/storage/parquet/index.js";

/** Floats are numbers, integers and times bigints. */
export type Value = number | bigint | boolean | string | null;

export const time: FileColumn = { id: 0, name: "time", kind: "time" };
export const tag = (id: number, name: string): FileColumn => ({ id, name, kind: "tag" });
export const field = (id: number, name: string, type: keyof typeof FieldType): FileColumn => ({
  id,
  name,
  kind: "field",
  fieldType: FieldType[type],
});

/** A column of every type. */
export const everyColumn: readonly FileColumn[] = [
  time,
  tag(1, "host"),
  field(2, "float", "float"),
  field(3, "integer", "integer"),
  field(4, "unsigned", "uinteger"),
  field(5, "flag", "boolean"),
  field(6, "text", "string"),
];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function vectorOf(column: FileColumn, values: readonly Value[]): ColumnVector {
  if (column.kind === "tag") return tagVector(values as (string | null)[]);
  const validity = values.includes(null) ? new Uint8Array((values.length + 7) >> 3) : undefined;
  if (validity !== undefined) {
    values.forEach((value, row) => {
      if (value !== null) validity[row >> 3]! |= 1 << (row & 7);
    });
  }
  if (column.fieldType === FieldType.string) return { ...stringVector(values as string[]), validity };
  if (column.fieldType === FieldType.boolean) {
    // Whatever there is where there is no value must not matter.
    const bytes = Uint8Array.from(values, (value, row) => (value === null ? row % 2 : Number(value)));
    return { kind: "boolean", values: bytes, validity };
  }
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, row) => {
    if (column.fieldType === FieldType.float) view.setFloat64(row * 8, (value as number | null) ?? 7, true);
    else view.setBigUint64(row * 8, BigInt.asUintN(64, (value as bigint | null) ?? 7n), true);
  });
  return { kind: "words", words: new Int32Array(view.buffer), validity };
}

function tagVector(values: readonly (string | null)[]): ColumnVector {
  // A dictionary of the whole table has values that a batch does not.
  const known = new Map<string, number>([["unused", 0]]);
  const ids = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    if (!known.has(value)) known.set(value, known.size);
    return known.get(value)!;
  });
  return { kind: "tag", ids, dictionary: [...known.keys()].map((value) => encoder.encode(value)) };
}

function stringVector(values: readonly (string | null)[]) {
  const pieces = values.map((value, row) => encoder.encode(value ?? "?".repeat(row % 3)));
  const offsets = new Uint32Array(values.length + 1);
  pieces.forEach((piece, row) => {
    offsets[row + 1] = offsets[row]! + piece.length;
  });
  const bytes = new Uint8Array(offsets[values.length]!);
  for (const [row, piece] of pieces.entries()) bytes.set(piece, offsets[row]);
  return { kind: "string" as const, offsets, bytes };
}

export function batchOf(columns: readonly FileColumn[], rows: readonly (readonly Value[])[]): ColumnBatch {
  return {
    rowCount: rows.length,
    columns: columns.map((column, place) => {
      const values = rows.map((row) => row[place]!);
      return values.every((value) => value === null) ? undefined : vectorOf(column, values);
    }),
  };
}

export function write(
  columns: readonly FileColumn[],
  batches: readonly ColumnBatch[],
  options: Partial<ParquetWriterOptions> = {},
): Uint8Array {
  const writer = new ParquetWriter({ columns, ...options });
  for (const batch of batches) writer.addRowGroup(batch);
  return Buffer.concat(writer.finish().pieces);
}

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

export function open(bytes: Uint8Array): ParquetFile {
  return ParquetFile.open(sourceOf(bytes), "some/file.parquet");
}

export function valuesOf(column: FileColumn, vector: ColumnVector | undefined, rowCount: number): Value[] {
  return Array.from({ length: rowCount }, (_, row) => valueAt(column, vector, row));
}

function valueAt(column: FileColumn, vector: ColumnVector | undefined, row: number): Value {
  if (vector === undefined) return null;
  if (vector.kind === "tag") {
    return vector.ids[row] === -1 ? null : decoder.decode(vector.dictionary[vector.ids[row]!]);
  }
  if (vector.validity !== undefined && !(vector.validity[row >> 3]! & (1 << (row & 7)))) return null;
  if (vector.kind === "boolean") return vector.values[row] === 1;
  if (vector.kind === "string") {
    return decoder.decode(vector.bytes.subarray(vector.offsets[row], vector.offsets[row + 1]));
  }
  const view = new DataView(vector.words.buffer, vector.words.byteOffset + row * 8, 8);
  if (column.fieldType === FieldType.float) return view.getFloat64(0, true);
  return column.fieldType === FieldType.uinteger ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
}

/** All rows of a file, by column. */
export function readAll(file: ParquetFile): Value[][] {
  const ids = file.columns.map(({ id }) => id);
  const values: Value[][] = ids.map(() => []);
  file.rowGroups.forEach((_, group) => {
    const batch = file.readColumns(group, ids);
    file.columns.forEach((column, place) => {
      for (const value of valuesOf(column, batch.columns[place], batch.rowCount)) values[place]!.push(value);
    });
  });
  return values;
}

/** The values of one column, beside a time that counts up. */
export function writeColumn(column: FileColumn, values: readonly Value[]): Uint8Array {
  const times = values.map((_, row) => BigInt(row));
  const nulls = values.every((value) => value === null);
  const vectors = [vectorOf(time, times), nulls ? undefined : vectorOf(column, values)];
  return write([time, column], [{ rowCount: values.length, columns: vectors }]);
}

export function readColumn(bytes: Uint8Array): Value[] {
  return readAll(open(bytes))[1]!;
}
