import duckdb from "@duckdb/node-bindings";
import type { SqlType } from "@millrace/sql";
import type { Batch, NumberArray, Vector, VectorData } from "../result/index.ts";
import { type DataChunk, type LogicalType, type NativeVector, Type } from "./native.ts";
import { readStrings } from "./read-strings.ts";

/** Copies a chunk of DuckDB's result into vectors of our own; the chunk is not needed afterwards. */
export function readBatch(chunk: DataChunk, types: readonly SqlType[]): Batch {
  const rowCount = duckdb.data_chunk_get_size(chunk);
  return {
    rowCount,
    vectors: types.map((type, i) => readVector(duckdb.data_chunk_get_vector(chunk, i), type, rowCount)),
  };
}

function readVector(vector: NativeVector, type: SqlType, length: number): Vector {
  const physical = duckdb.vector_get_column_type(vector);
  const validity = duckdb.vector_get_validity(vector, (length + 7) >> 3) as Uint8Array | null;
  const data = readData(vector, physical, type, validity, length);
  return { type, length, validity, data };
}

function readData(
  vector: NativeVector,
  physical: LogicalType,
  type: SqlType,
  validity: Uint8Array | null,
  length: number,
): VectorData {
  const id = duckdb.get_type_id(physical);
  switch (id) {
    case Type.VARCHAR:
    case Type.BLOB:
      return { layout: "strings", strings: readStrings(vector, validity, length) };
    case Type.LIST:
    case Type.MAP:
      return readLists(vector, type, length);
    case Type.STRUCT:
      return readStructs(vector, type, physical, length);
    case Type.DECIMAL:
      return readDecimals(vector, physical, type, length);
    case Type.HUGEINT:
    case Type.UHUGEINT:
      return { layout: "wide", values: hugeints(vector, length, id === Type.HUGEINT) };
    case Type.INTERVAL:
      return { layout: "intervals", words: new Int32Array(bytesOf(vector, length * 16)) };
    case Type.DATE:
      return readDates(vector, type, length);
    case Type.SQLNULL:
      return { layout: "none" };
    default:
      return readFixed(vector, id, length);
  }
}

/** A private copy of the first bytes of a vector's data, aligned for every typed array. */
function bytesOf(vector: NativeVector, sizeBytes: number): ArrayBuffer {
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, sizeBytes);
  return byteOffset === 0 && buffer.byteLength === sizeBytes
    ? (buffer as ArrayBuffer)
    : (buffer.slice(byteOffset, byteOffset + sizeBytes) as ArrayBuffer);
}

type NumberArrayType = new (buffer: ArrayBuffer) => NumberArray;

const NUMBERS: ReadonlyMap<duckdb.Type, readonly [NumberArrayType, number]> = new Map([
  [Type.BOOLEAN, [Uint8Array, 1]],
  [Type.TINYINT, [Int8Array, 1]],
  [Type.UTINYINT, [Uint8Array, 1]],
  [Type.SMALLINT, [Int16Array, 2]],
  [Type.USMALLINT, [Uint16Array, 2]],
  [Type.INTEGER, [Int32Array, 4]],
  [Type.UINTEGER, [Uint32Array, 4]],
  [Type.FLOAT, [Float32Array, 4]],
  [Type.DOUBLE, [Float64Array, 8]],
] as [duckdb.Type, [NumberArrayType, number]][]);

/** How many nanoseconds the 64-bit temporal types of DuckDB count in. */
const NANOS_PER_UNIT: ReadonlyMap<duckdb.Type, bigint> = new Map([
  [Type.TIMESTAMP, 1000n],
  [Type.TIMESTAMP_TZ, 1000n],
  [Type.TIME, 1000n],
  [Type.TIMESTAMP_MS, 1_000_000n],
  [Type.TIMESTAMP_S, 1_000_000_000n],
]);

function readFixed(vector: NativeVector, id: duckdb.Type, length: number): VectorData {
  const numbers = NUMBERS.get(id);
  if (numbers !== undefined) {
    const [ArrayType, width] = numbers;
    return { layout: "numbers", values: new ArrayType(bytesOf(vector, length * width)) };
  }
  const buffer = bytesOf(vector, length * 8);
  const factor = NANOS_PER_UNIT.get(id);
  if (factor !== undefined) {
    const counts = new BigInt64Array(buffer);
    for (let i = 0; i < length; i++) counts[i] = counts[i]! * factor;
  }
  return { layout: "halves", halves: new Int32Array(buffer) };
}

const NANOS_A_DAY = 86_400_000_000_000n;

function readDates(vector: NativeVector, type: SqlType, length: number): VectorData {
  const days = new Int32Array(bytesOf(vector, length * 4));
  if (type.kind !== "timestamp") return { layout: "numbers", values: days };
  const nanos = BigInt64Array.from(days, (day) => BigInt(day) * NANOS_A_DAY);
  return { layout: "halves", halves: new Int32Array(nanos.buffer) };
}

function readDecimals(
  vector: NativeVector,
  physical: LogicalType,
  type: SqlType,
  length: number,
): VectorData {
  const values = unscaled(vector, duckdb.decimal_internal_type(physical), length);
  if (type.kind === "decimal") return { layout: "wide", values };
  const divisor = 10 ** duckdb.decimal_scale(physical);
  return { layout: "numbers", values: Float64Array.from(values, (value) => Number(value) / divisor) };
}

function unscaled(vector: NativeVector, id: duckdb.Type, length: number): readonly bigint[] {
  if (id === Type.HUGEINT) return hugeints(vector, length, true);
  if (id === Type.BIGINT) return [...new BigInt64Array(bytesOf(vector, length * 8))];
  const small =
    id === Type.INTEGER
      ? new Int32Array(bytesOf(vector, length * 4))
      : new Int16Array(bytesOf(vector, length * 2));
  return Array.from(small, BigInt);
}

function hugeints(vector: NativeVector, length: number, signed: boolean): readonly bigint[] {
  const words = new BigUint64Array(bytesOf(vector, length * 16));
  return Array.from({ length }, (_, row) => {
    const high = words[row * 2 + 1]!;
    return ((signed ? BigInt.asIntN(64, high) : high) << 64n) | words[row * 2]!;
  });
}

function readLists(vector: NativeVector, type: SqlType, length: number): VectorData {
  const entries = new Uint32Array(bytesOf(vector, length * 16));
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    starts[row] = entries[row * 4]!;
    ends[row] = starts[row]! + entries[row * 4 + 2]!;
  }
  const items = readVector(
    duckdb.list_vector_get_child(vector),
    itemType(type),
    duckdb.list_vector_get_size(vector),
  );
  return { layout: "lists", starts, ends, items };
}

/** Underneath, a map is a list of key and value pairs. */
function itemType(type: SqlType): SqlType {
  if (type.kind === "list") return type.item;
  if (type.kind !== "map") return { kind: "null" };
  return {
    kind: "struct",
    fields: [
      { name: "key", type: type.key },
      { name: "value", type: type.value },
    ],
  };
}

function readStructs(vector: NativeVector, type: SqlType, physical: LogicalType, length: number): VectorData {
  const declared = type.kind === "struct" ? type.fields : [];
  const count = duckdb.struct_type_child_count(physical);
  return {
    layout: "structs",
    fields: Array.from({ length: count }, (_, i) =>
      readVector(duckdb.struct_vector_get_child(vector, i), declared[i]?.type ?? { kind: "null" }, length),
    ),
  };
}
