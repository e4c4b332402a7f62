import type { MessagePort } from "node:worker_threads";

/** One query of a plugin. The SQL may name the parameters as `$name`; they are text. */
export interface QueryRequest {
  readonly op: "query";
  readonly database: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
  /** The plugin gives up after this. */
  readonly timeoutMs: number;
}

interface ColumnBasics {
  readonly name: string;
  /** Bit i (from the lowest of byte 0) is 1 when row i has a value; absent when all rows have one. */
  readonly validity?: Uint8Array;
}

export type ResultColumn = ColumnBasics &
  (
    | { readonly type: "int64" | "timestamp_ns"; readonly values: BigInt64Array }
    | { readonly type: "uint64"; readonly values: BigUint64Array }
    | { readonly type: "float64"; readonly values: Float64Array }
    /** One byte a row. */
    | { readonly type: "bool"; readonly values: Uint8Array }
    /** Row i is `bytes[offsets[i], offsets[i + 1])`. */
    | { readonly type: "utf8"; readonly offsets: Int32Array; readonly bytes: Uint8Array }
    | {
        readonly type: "dictionary";
        readonly values: Int32Array;
        readonly dictionary: readonly string[];
      }
    /** A type that plugins cannot get: an error unless all rows are null. */
    | { readonly type: "unsupported"; readonly typeName: string }
  );

export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: readonly ResultColumn[];
}

/** The batches follow each other and have the same columns. An error text reaches the plugin as it is. */
export type QueryReply = { readonly batches: readonly ColumnBatch[] } | { readonly error: string };

/** One interpreter's line to whoever answers its queries; may be sent on to another thread with `port` transferred. */
export interface QueryLink {
  readonly port: MessagePort;
  /** Shared words on which the interpreter sleeps while it waits. */
  readonly control: SharedArrayBuffer;
}
