import type { SqlType } from "@millrace/sql";

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}

export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Strings as slices of a few byte buffers, so that nothing is allocated per row. */
export interface StringSlices {
  readonly buffers: readonly Uint8Array[];
  readonly bufferOf: Uint32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
}

/** The values of one column of a batch; the entry of a row that is NULL may hold anything. */
export type VectorData =
  | { readonly layout: "none" }
  | { readonly layout: "numbers"; readonly values: NumberArray }
  /**
   * Two 32-bit halves a row, low half first: exact without a BigInt per row. Timestamps of every unit, times of day
   * and durations count nanoseconds.
   */
  | { readonly layout: "halves"; readonly halves: Int32Array }
  | { readonly layout: "wide"; readonly values: readonly bigint[] }
  | { readonly layout: "strings"; readonly strings: StringSlices }
  /** Four 32-bit words a row: months, days, then microseconds as two halves. */
  | { readonly layout: "intervals"; readonly words: Int32Array }
  | {
      readonly layout: "lists";
      readonly ends: Int32Array;
      readonly starts: Int32Array;
      readonly items: Vector;
    }
  | { readonly layout: "structs"; readonly fields: readonly Vector[] };

export interface Vector {
  readonly type: SqlType;
  readonly length: number;
  /** Bit i of byte i>>3: row i has a value. `null`: every row has one. */
  readonly validity: Uint8Array | null;
  readonly data: VectorData;
}

export interface Batch {
  readonly rowCount: number;
  readonly vectors: readonly Vector[];
}

export function isValid(vector: Vector, row: number): boolean {
  const { validity } = vector;
  return validity === null || (validity[row >> 3]! & (1 << (row & 7))) !== 0;
}

/** True when no row of the vector has a value. */
export function isAllNull(vector: Vector): boolean {
  for (let row = 0; row < vector.length; row++) if (isValid(vector, row)) return false;
  return true;
}
