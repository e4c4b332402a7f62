import type { TableSchema } from "@millrace/sql";
import type { FileColumn } from "../../storage/index.ts";
import type { StoredColumn } from "../execute/index.ts";

/** A stored table: what users see of it, and where its columns are in the buffer and in files. */
export interface StoredTable {
  readonly id: number;
  readonly schema: TableSchema;
  /** In the order of `schema.columns`. */
  readonly columns: readonly StoredColumn[];
  readonly timeIndex: number;
  /** In the order of `schema.columns`. */
  readonly fileColumns: readonly FileColumn[];
  /** Indexes in `columns` of time and tags, the tags in the order of the series key: what a point is known by. */
  readonly keyIndexes: readonly number[];
}
