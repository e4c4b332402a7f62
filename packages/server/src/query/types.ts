import type { QueryLink } from "@millrace/plugin-runtime";
import type { TableSchema } from "@millrace/sql";
import type { CellValue } from "./result/index.ts";

export type ParamValue = null | boolean | number | bigint | string;
export type QueryFormat = "json" | "jsonl" | "csv" | "pretty";

export interface SqlRequest {
  database: string;
  sql: string;
  params: Record<string, ParamValue>;
  format: QueryFormat;
  /** Aborts the query: the client went away. */
  signal?: AbortSignal;
}

export interface QueryStream {
  readonly contentType: string;
  /** Encoded bytes; the worker sends the next chunk only when the previous ones were taken. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface QueryService {
  /** Rejects with ServerError: planning and early execution errors arrive before the first chunk. */
  sql(request: SqlRequest): Promise<QueryStream>;
  /** Hands an interpreter's query line over to the query worker: its queries never pass through the main thread. */
  connectPlugin(link: QueryLink): void;
  /** Interrupts what runs, waits for it, and lets the worker end. */
  close(): Promise<void>;
}

/** The virtual tables of the schemas `system` and `millrace`, whose rows are known to the main thread only. */
export interface SystemTableSource {
  /** What every database shows. */
  readonly ordinary: readonly TableSchema[];
  /** What `_internal` shows: the above and the tables about the whole instance. */
  readonly internal: readonly TableSchema[];
  /** Rows in the order of the table's columns; the table is one of those above, named as `schema.table`. */
  rows(
    databaseId: number,
    table: string,
  ): readonly (readonly CellValue[])[] | Promise<readonly (readonly CellValue[])[]>;
}
