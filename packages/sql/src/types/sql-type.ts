export type TimeUnit = "s" | "ms" | "us" | "ns";

export interface StructField {
  readonly name: string;
  readonly type: SqlType;
}

/**
 * The logical type of an expression, as users see it in metadata.
 * Instants of every unit and zone are nanoseconds since the epoch in UTC; unit and zone only steer how they print.
 * Durations are a count of nanoseconds.
 */
export type SqlType =
  | { readonly kind: "null" }
  | { readonly kind: "boolean" }
  | { readonly kind: "int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "utf8"; readonly dictionary: boolean }
  | { readonly kind: "binary" }
  | { readonly kind: "timestamp"; readonly unit: TimeUnit; readonly zone?: string }
  | { readonly kind: "date" }
  | { readonly kind: "time" }
  | { readonly kind: "interval" }
  | { readonly kind: "duration" }
  | { readonly kind: "list"; readonly item: SqlType }
  | { readonly kind: "struct"; readonly fields: readonly StructField[] }
  | { readonly kind: "map"; readonly key: SqlType; readonly value: SqlType };

export const NULL: SqlType = { kind: "null" };
export const BOOLEAN: SqlType = { kind: "boolean" };
export const INT8: SqlType = { kind: "int", bits: 8, signed: true };
export const INT16: SqlType = { kind: "int", bits: 16, signed: true };
export const INT32: SqlType = { kind: "int", bits: 32, signed: true };
export const INT64: SqlType = { kind: "int", bits: 64, signed: true };
export const UINT8: SqlType = { kind: "int", bits: 8, signed: false };
export const UINT16: SqlType = { kind: "int", bits: 16, signed: false };
export const UINT32: SqlType = { kind: "int", bits: 32, signed: false };
export const UINT64: SqlType = { kind: "int", bits: 64, signed: false };
export const FLOAT32: SqlType = { kind: "float", bits: 32 };
export const FLOAT64: SqlType = { kind: "float", bits: 64 };
export const UTF8: SqlType = { kind: "utf8", dictionary: false };
export const TAG: SqlType = { kind: "utf8", dictionary: true };
export const BINARY: SqlType = { kind: "binary" };
export const DATE: SqlType = { kind: "date" };
export const TIME: SqlType = { kind: "time" };
export const INTERVAL: SqlType = { kind: "interval" };
export const DURATION: SqlType = { kind: "duration" };
export const TIMESTAMP: SqlType = { kind: "timestamp", unit: "ns" };

export function timestampType(unit: TimeUnit, zone?: string): SqlType {
  return zone === undefined ? { kind: "timestamp", unit } : { kind: "timestamp", unit, zone };
}

export function listOf(item: SqlType): SqlType {
  return { kind: "list", item };
}

export function isNumeric(type: SqlType): boolean {
  return type.kind === "int" || type.kind === "float" || type.kind === "decimal";
}

export function zoneOf(type: SqlType): string | undefined {
  return type.kind === "timestamp" ? type.zone : undefined;
}

export function sameType(a: SqlType, b: SqlType): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
