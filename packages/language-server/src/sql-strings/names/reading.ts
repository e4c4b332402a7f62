import type { Query } from "@millrace/sql";
import type { Relation, Scope } from "./scope.ts";
import type { ColumnUse, FunctionUse, NameSources, TableUse } from "./uses.ts";

/** The tables that WITH makes; undefined: there may be others. */
export type CommonTables = ReadonlyMap<string, Relation> | undefined;

/** What is collected while a statement is read. */
export interface Reading {
  readonly sources: NameSources;
  readonly tables: TableUse[];
  readonly columns: ColumnUse[];
  readonly functions: FunctionUse[];
  /** Expressions hold queries and queries expressions: both reach each other through here. */
  readonly readQuery: (
    query: Query,
    reading: Reading,
    common: CommonTables,
    outer: Scope | undefined,
  ) => Relation;
}

/** What the parts of one query share. */
export interface QueryReading extends Reading {
  readonly common: CommonTables;
}
