import type { SqlType } from "../types/index.ts";

/** `millrace` is ours alone: see docs/reference/system-tables.md. */
export type SchemaName = "iox" | "system" | "information_schema" | "millrace";
export type ColumnKind = "time" | "tag" | "field" | "plain";

export interface ColumnSchema {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly type: SqlType;
  readonly nullable: boolean;
}

export interface TableSchema {
  readonly schema: SchemaName;
  readonly name: string;
  /** In the order users see: byte-wise by name for tables of `iox`. */
  readonly columns: readonly ColumnSchema[];
}

/**
 * The tables of one database, at one moment. `information_schema` is not part of it: it is derived from it.
 * Implementations must answer for an exact, case-sensitive name.
 */
export interface SchemaModel {
  table(schema: SchemaName, name: string): TableSchema | undefined;
  tables(): readonly TableSchema[];
}

export const CATALOG_NAME = "public";
export const DEFAULT_SCHEMA = "iox";

/** A model over a fixed list of tables. */
export function schemaModelOf(tables: readonly TableSchema[]): SchemaModel {
  const byName = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]));
  return {
    table: (schema, name) => byName.get(`${schema}.${name}`),
    tables: () => tables,
  };
}

/** Orders names by their UTF-8 bytes, the order in which every listing is shown. */
export function compareNames(a: string, b: string): number {
  // Code points order like UTF-8 bytes; UTF-16 units do not above U+FFFF.
  const left = [...a];
  const right = [...b];
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
