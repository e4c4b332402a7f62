import type { FieldType } from "../catalog/index.ts";

/** Nanoseconds of a UTC day: each file holds rows of one. */
export const DAY_NS = 86_400_000_000_000n;

/** A column as files know it: ids are the catalog's, names are the table's. */
export interface FileColumn {
  readonly id: number;
  readonly name: string;
  readonly kind: "time" | "tag" | "field";
  /** Only for fields. */
  readonly fieldType?: FieldType;
}

/** A Parquet file of one table and one UTC day, sorted by series key and then time, each point once. */
export interface DataFile {
  /** Unique in the node, never reused. */
  readonly id: number;
  /** In the object store. */
  readonly key: string;
  readonly databaseId: number;
  readonly tableId: number;
  /** Days since 1970-01-01, UTC. */
  readonly day: number;
  readonly sizeBytes: number;
  readonly rowCount: number;
  readonly minTimeNs: bigint;
  readonly maxTimeNs: bigint;
  /**
   * The snapshots whose rows it holds. Where files hold the same point, the one with the later snapshots wins, field by
   * field; the ranges of two files of a table and day never interleave.
   */
  readonly firstSnapshot: number;
  readonly lastSnapshot: number;
  /** Catalog ids of the columns in it, ascending. */
  readonly columnIds: readonly number[];
  readonly createdAtMs: number;
}

/**
 * Values of one column for a run of rows. `validity`: bit `i & 7` of byte `i >> 3` is 1 when row i has a value;
 * undefined: every row has one. The values of rows without one are undefined.
 */
export type ColumnVector =
  /** Time, float, integer, uinteger: two little-endian words a row. */
  | { readonly kind: "words"; readonly words: Int32Array; readonly validity: Uint8Array | undefined }
  /** One byte a row, 0 or 1. */
  | { readonly kind: "boolean"; readonly values: Uint8Array; readonly validity: Uint8Array | undefined }
  /** An index into the dictionary a row, -1 for NULL. Dictionary values are UTF-8. */
  | { readonly kind: "tag"; readonly ids: Int32Array; readonly dictionary: readonly Uint8Array[] }
  /** Row i is `bytes[offsets[i], offsets[i + 1])`. */
  | {
      readonly kind: "string";
      readonly offsets: Uint32Array;
      readonly bytes: Uint8Array;
      readonly validity: Uint8Array | undefined;
    };

/** Rows by columns; a column that is undefined is NULL in every row. */
export interface ColumnBatch {
  readonly rowCount: number;
  /** By position in the list of columns that whoever made the batch was asked for. */
  readonly columns: readonly (ColumnVector | undefined)[];
}

/** Rows of one table sorted by series key and then time, each point once. What a batch holds is valid until the next. */
export interface SortedRows {
  next(): ColumnBatch | undefined;
}

/** Random access to the bytes of a file, synchronous: whoever reads files does it on a thread of its own. */
export interface ByteSource {
  readonly sizeBytes: number;
  read(offset: number, length: number): Uint8Array;
}

/**
 * One atomic change of what readers see: files come, files go, and buffered rows go at the same moment. Versions count
 * up; a file or memory that went at version v may be reused when no reader holds a view older than v.
 */
export interface ViewSwitch {
  readonly version: number;
  readonly added: readonly DataFile[];
  /** Ids. */
  readonly removed: readonly number[];
  /** The generation of the buffer whose rows are in the added files now. */
  readonly droppedGeneration: number | undefined;
}
