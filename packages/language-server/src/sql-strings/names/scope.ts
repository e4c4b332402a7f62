import type { ColumnSchema, TableSchema } from "@millrace/sql";

export interface KnownColumn {
  readonly name: string;
  /** The column of a table that it is, if it is one. */
  readonly column: ColumnSchema | undefined;
  readonly table: TableSchema | undefined;
}

/** Something with columns in FROM, or what a query in parentheses returns. */
export interface Relation {
  /** The parts of its name: catalog, schema and table, or the alias alone; undefined: it may be any. */
  readonly qualifiers: readonly string[] | undefined;
  readonly columns: readonly KnownColumn[];
  /** There are no other columns. */
  readonly isComplete: boolean;
  readonly table: TableSchema | undefined;
}

/** What the expressions of a SELECT can see. */
export interface Scope {
  readonly relations: readonly Relation[];
  /** Names that the select list gives; undefined: it may give any. */
  readonly aliases: ReadonlySet<string> | undefined;
  readonly outer: Scope | undefined;
}

/** A relation of which nothing is known. */
export const UNKNOWN_RELATION: Relation = {
  qualifiers: undefined,
  columns: [],
  isComplete: false,
  table: undefined,
};

/** "unknown": there may be such a column, where columns are not known. */
export type Lookup = KnownColumn | "alias" | "unknown" | "missing";

/** A column by its name alone. */
export function findColumn(scope: Scope, name: string): Lookup {
  let isCertain = true;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    for (const relation of level.relations) {
      const column = columnOf(relation, name);
      if (typeof column === "object") return column;
      if (column === "unknown") isCertain = false;
    }
    if (level.aliases === undefined) isCertain = false;
    else if (level.aliases.has(name)) return "alias";
  }
  return isCertain ? "missing" : "unknown";
}

/** A column by its table's name or alias and its own; "no table" when nothing has the first name. */
export function findQualifiedColumn(
  scope: Scope,
  qualifiers: readonly string[],
  name: string,
): { readonly relation: Relation | undefined; readonly found: Lookup | "no table" } {
  let isCertain = true;
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    for (const relation of level.relations) {
      if (relation.qualifiers === undefined) isCertain = false;
      else if (endsWith(relation.qualifiers, qualifiers))
        return { relation, found: columnOf(relation, name) };
    }
  }
  return { relation: undefined, found: isCertain ? "no table" : "unknown" };
}

/** What a scope's relations have for columns, from the inside out. */
export function visibleColumns(scope: Scope): KnownColumn[] {
  const found: KnownColumn[] = [];
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    found.push(...level.relations.flatMap((relation) => relation.columns));
  }
  return found;
}

export function visibleRelations(scope: Scope): Relation[] {
  const found: Relation[] = [];
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    found.push(...level.relations);
  }
  return found;
}

function columnOf({ columns, isComplete }: Relation, name: string): KnownColumn | "unknown" | "missing" {
  const column = columns.find((it) => it.name === name);
  return column ?? (isComplete ? "missing" : "unknown");
}

function endsWith(qualifiers: readonly string[], written: readonly string[]): boolean {
  const start = qualifiers.length - written.length;
  return start >= 0 && written.every((part, i) => part === qualifiers[start + i]);
}
