import type { TableSchema } from "@millrace/sql";

/** The tables of the database that the connection names, as they were when last asked for. */
export interface SchemaSnapshot {
  readonly database: string;
  readonly tables: readonly TableSchema[];
}
