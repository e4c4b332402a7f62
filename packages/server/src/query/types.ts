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
  /** A direct line from a Python worker to the query worker (protocol: plugin-runtime's query channel). */
  openPluginPort(): import("node:worker_threads").MessagePort;
  close(): Promise<void>;
}
