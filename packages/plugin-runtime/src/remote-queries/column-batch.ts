import type { ColumnBatch, ResultColumn } from "../protocol/index.ts";
import type { JsonRow, RowValue } from "./json-rows.ts";

/** A column's name and its type in the words of Arrow. */
export interface ColumnType {
  readonly name: string;
  readonly type: string;
}

/** Rows of JSON in the form that interpreters read. */
export function columnBatch(rows: readonly JsonRow[], types: readonly ColumnType[]): ColumnBatch {
  return { rowCount: rows.length, columns: types.map((column) => columnOf(rows, column)) };
}

/** Types as they show in the values, for statements whose types cannot be asked for. */
export function guessTypes(rows: readonly JsonRow[], names: readonly string[]): ColumnType[] {
  const all = new Set(names);
  for (const row of rows) for (const name of Object.keys(row)) all.add(name);
  return [...all].map((name) => {
    const values = rows.flatMap((row) => row[name] ?? []);
    return { name, type: guessType(name, values) };
  });
}

function guessType(name: string, values: readonly NonNullable<RowValue>[]): string {
  if (values.some((value) => typeof value === "number")) return "Float64";
  if (values.some((value) => typeof value === "bigint" && value > 2n ** 63n - 1n)) return "UInt64";
  if (values.some((value) => typeof value === "bigint")) return "Int64";
  if (values.some((value) => typeof value === "boolean")) return "Boolean";
  const times = name === "time" && values.length > 0;
  return times && values.every((value) => typeof value === "string" && timestampNs(value) !== undefined)
    ? "Timestamp(Nanosecond, None)"
    : "Utf8";
}

function columnOf(rows: readonly JsonRow[], { name, type }: ColumnType): ResultColumn {
  const values = rows.map((row) => row[name] ?? null);
  const basics = { name, ...validityOf(values) };
  switch (type) {
    case "Int64":
      return { ...basics, type: "int64", values: BigInt64Array.from(values, integer) };
    case "UInt64":
      return { ...basics, type: "uint64", values: BigUint64Array.from(values, integer) };
    case "Float64":
      return { ...basics, type: "float64", values: Float64Array.from(values, Number) };
    case "Boolean":
      return { ...basics, type: "bool", values: Uint8Array.from(values, Number) };
    case "Utf8":
    case "Utf8View":
    case "LargeUtf8":
    case "Dictionary(Int32, Utf8)":
      return { ...basics, type: "utf8", ...joined(values) };
  }
  if (type.startsWith("Timestamp(")) {
    const times = values.map((value) => (typeof value === "string" ? timestampNs(value) : undefined) ?? 0n);
    return { ...basics, type: "timestamp_ns", values: BigInt64Array.from(times) };
  }
  return { ...basics, type: "unsupported", typeName: type };
}

function validityOf(values: readonly RowValue[]): { validity?: Uint8Array } {
  if (!values.includes(null)) return {};
  const validity = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, row) => {
    if (value !== null) validity[row >> 3]! |= 1 << (row & 7);
  });
  return { validity };
}

function integer(value: RowValue): bigint {
  return typeof value === "bigint" ? value : typeof value === "number" ? BigInt(Math.trunc(value)) : 0n;
}

function joined(values: readonly RowValue[]): { offsets: Int32Array; bytes: Uint8Array } {
  const offsets = new Int32Array(values.length + 1);
  const pieces = values.map((value, row) => {
    const piece = Buffer.from(value === null ? "" : String(value));
    offsets[row + 1] = offsets[row]! + piece.length;
    return piece;
  });
  // A view of its own: what is sent to an interpreter is moved there, and small buffers share their memory.
  return { offsets, bytes: new Uint8Array(Buffer.concat(pieces)) };
}

/** `2026-01-01T00:00:00.5` with or without a zone, exact to the nanosecond. */
export function timestampNs(text: string): bigint | undefined {
  const match = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const [, seconds = "", fraction = "", zone = "Z"] = match;
  const ms = Date.parse(`${seconds}${zone}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}
