import type { FileColumn } from "../../types.ts";
import type { FileOrigin } from "../types.ts";
import type { ColumnEncoding, Compression } from "./constants.ts";

/** Smallest and largest value, as bytes of the PLAIN encoding without lengths. */
export interface ValueRange {
  readonly min: Uint8Array;
  readonly max: Uint8Array;
}

/** A column of a row group. */
export interface ChunkFacts {
  readonly encodings: readonly ColumnEncoding[];
  readonly compression: Compression;
  readonly rowCount: number;
  readonly nullCount: number;
  readonly range: ValueRange | undefined;
  /** In the file, of the dictionary's page header if there is a dictionary. */
  readonly offset: number;
  /** Of the first data page's header. */
  readonly dataOffset: number;
  readonly sizeBytes: number;
  readonly uncompressedBytes: number;
  /** Of all page headers, one after the other; what they head has checksums in them. */
  readonly headersChecksum: number;
}

export interface RowGroupFacts {
  readonly rowCount: number;
  /** By place in the file's columns. */
  readonly chunks: readonly ChunkFacts[];
}

export interface FileFacts {
  readonly columns: readonly FileColumn[];
  /** By id. */
  readonly names: ReadonlyMap<number, string>;
  readonly origin: FileOrigin | undefined;
  readonly rowGroups: readonly RowGroupFacts[];
}
