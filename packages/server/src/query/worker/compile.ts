import type { PreparedStatement } from "@duckdb/node-bindings";
import type { SchemaModel, SchemaName, SqlType } from "@millrace/sql";
import type { TimeRange } from "../execute/index.ts";
import type { ParamValue } from "../types.ts";

/** A base table of a query. */
export interface SourceRef {
  readonly schema: SchemaName;
  readonly table: string;
  /** Indexes of the columns that the query reads. */
  readonly columns: readonly number[];
  readonly timeRange: TimeRange;
}

export interface CompiledQuery {
  readonly sql: string;
  readonly sources: readonly SourceRef[];
  readonly output: readonly { readonly name: string; readonly type: SqlType }[];
  readonly bind: (prepared: PreparedStatement) => void;
}

/** Turns a user's statement into one for DuckDB; throws PlanError. */
export type Compile = (
  text: string,
  schema: SchemaModel,
  options: { nowNs: bigint; params: Record<string, ParamValue>; database: string },
) => CompiledQuery;
