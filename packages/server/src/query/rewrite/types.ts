import type { OutputColumn, ParamValue, SchemaModel, SchemaName, TimeRange } from "@millrace/sql";

export type { OutputColumn, ParamValue };

export interface CompileOptions {
  /** The instant that now() means in this query. */
  readonly nowNs: bigint;
  /** Values of `$name` placeholders, without the dollar sign. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly database: string;
}

/** A base table of a query; its position in the list is the argument of the scan that stands for it. */
export interface SourceRef {
  readonly schema: SchemaName;
  readonly table: string;
  /** Indexes in TableSchema.columns of the columns that are read, ascending. */
  readonly columns: readonly number[];
  /** All rows outside of it may be left out; rows inside are still filtered by the statement. */
  readonly timeRange: TimeRange;
}

export type BoundParam =
  | { readonly type: "BIGINT" | "UBIGINT"; readonly value: bigint }
  | { readonly type: "DOUBLE"; readonly value: number }
  | { readonly type: "VARCHAR"; readonly value: string }
  | { readonly type: "BOOLEAN"; readonly value: boolean };

export interface CompiledQuery {
  /** A statement for DuckDB; base tables are `millrace_scan(<position in sources>::BIGINT)` with columns c0, c1, … */
  readonly sql: string;
  readonly sources: readonly SourceRef[];
  /** Names and types for the encoder; DuckDB's own names are generated ones. */
  readonly output: readonly OutputColumn[];
  /** Values of $1, $2, … in that order. */
  readonly params: readonly BoundParam[];
}

export type CompileQuery = (text: string, schema: SchemaModel, options: CompileOptions) => CompiledQuery;
