import type { MessagePort } from "node:worker_threads";
import type { QueryLink } from "@millrace/plugin-runtime";
import type { TableSchema } from "@millrace/sql";
import type { BufferBatch } from "../../buffer/index.ts";
import type { ColumnInfo } from "../../catalog/index.ts";
import type { ErrorCode } from "../../foundation/index.ts";
import type { StoreSetup } from "../../object-store/index.ts";
import type { DataFile, ViewSwitch } from "../../storage/index.ts";
import type { CellValue } from "../result/index.ts";
import type { ParamValue, QueryFormat } from "../types.ts";

/** A table as the worker needs to know it. */
export interface TableShape {
  readonly id: number;
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
}

/**
 * What the worker mirrors. These messages have a port of their own, which the worker reads to its end before it plans
 * a query: a query therefore sees every table and column that existed when it was asked.
 */
export type StateMessage =
  | SchemaMessage
  | { kind: "buffer"; batch: BufferBatch }
  /** All data files there are: the first thing a worker is told of them. */
  | { kind: "files"; version: number; files: readonly DataFile[] }
  /** Files and buffer change together. */
  | { kind: "view-switch"; change: ViewSwitch };

export type SchemaMessage =
  | { kind: "database"; id: number; name: string; retentionPeriodNs: bigint | null }
  | { kind: "database-gone"; id: number }
  | { kind: "table"; databaseId: number; table: TableShape }
  | { kind: "table-gone"; databaseId: number; tableId: number };

export interface SqlMessage {
  kind: "sql";
  id: number;
  database: string;
  sql: string;
  params: Record<string, ParamValue>;
  format: QueryFormat;
}

export type ToWorker =
  | SqlMessage
  /** One more chunk of this query may be sent. */
  | { kind: "credit"; id: number }
  | { kind: "cancel"; id: number }
  | { kind: "plugin-link"; link: QueryLink }
  /** In pieces, the last of which says so; undefined when there are none to be had. */
  | { kind: "system-rows"; id: number; rows: readonly (readonly CellValue[])[] | undefined; last: boolean }
  | { kind: "close" };

export type FromWorker =
  /** `contentType` comes with the first chunk; `last` ends the result. */
  | { kind: "chunk"; id: number; bytes: Uint8Array; last: boolean; contentType: string }
  | { kind: "failed"; id: number; code: ErrorCode; values: Record<string, string> }
  | { kind: "system-rows"; id: number; databaseId: number; table: string }
  | { kind: "query-started"; query: StartedQuery }
  | { kind: "query-planned"; queryId: string; fileCount: number }
  | { kind: "query-ended"; queryId: string; end: QueryEnd }
  /** No query reads an older view of files and buffer any more. */
  | { kind: "released"; version: number }
  | { kind: "warning"; message: string; detail: string };

export interface StartedQuery {
  readonly queryId: string;
  readonly databaseId: number;
  readonly text: string;
  readonly issuedAtNs: bigint;
}

export interface QueryEnd {
  readonly outcome: "success" | "fail" | "cancel";
  readonly planMs: number;
  readonly permitMs: number;
  readonly executeMs: number;
  readonly computeMs: number;
  readonly totalMs: number;
}

export interface WorkerOptions {
  readonly threads: number;
  readonly memoryLimitBytes: number;
  /** Calls into DuckDB at the same time; must stay below the size of the libuv pool. */
  readonly permits: number;
  readonly mostOpenQueries: number;
  readonly timeoutMs: number;
  /** Data files that a query may read of one table; undefined: any number. */
  readonly fileLimit: number | undefined;
  /** A client that takes nothing for this long is given up. */
  readonly stallTimeoutMs: number;
}

/** What the worker is born with. */
export interface WorkerSetup {
  readonly options: WorkerOptions;
  readonly systemTables: {
    readonly ordinary: readonly TableSchema[];
    readonly internal: readonly TableSchema[];
  };
  readonly store: StoreSetup;
  /** Memory of WorkerGauges. */
  readonly gauges: SharedArrayBuffer;
  readonly state: MessagePort;
  readonly requests: MessagePort;
}
