import type { OutputColumn, ParamValue, SchemaModel, SchemaName, TimeRange } from "@millrace/sql";
import type { StatementText } from "./statement-text.ts";

export type { OutputColumn, ParamValue, StatementText };

export interface CompileOptions {
  /** The instant that now() means in this query. */
  readonly nowNs: bigint;
  /** Values of `$name` placeholders, without the dollar sign. */
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly database: string;
}

/** Only rows whose tag has one of the values can matter. */
export interface TagFilter {
  /** Index in TableSchema.columns. */
  readonly column: number;
  readonly values: readonly string[];
}

/** A base table of a query. */
export interface SourceRef {
  readonly schema: SchemaName;
  readonly table: string;
  /** Indexes in TableSchema.columns of the columns that are read, ascending. */
  readonly columns: readonly number[];
  /** All rows outside of it may be left out; rows inside are still filtered by the statement. */
  readonly timeRange: TimeRange;
  /** The same, one filter per tag. */
  readonly tags: readonly TagFilter[];
}

export type BoundParam =
  | { readonly type: "BIGINT" | "UBIGINT"; readonly value: bigint }
  | { readonly type: "DOUBLE"; readonly value: number }
  | { readonly type: "VARCHAR"; readonly value: string }
  | { readonly type: "BOOLEAN"; readonly value: boolean };

export interface CompiledQuery {
  /** A statement for DuckDB. What stands for a base table must be a table expression with columns c0, c1, … */
  readonly text: StatementText;
  readonly sources: readonly SourceRef[];
  /** Names and types for the encoder; DuckDB's own names are generated ones. */
  readonly output: readonly OutputColumn[];
  /** Values of $1, $2, … in that order. */
  readonly params: readonly BoundParam[];
}

export type CompileQuery = (text: string, schema: SchemaModel, options: CompileOptions) => CompiledQuery;
