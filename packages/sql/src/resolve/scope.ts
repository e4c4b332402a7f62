import type { BoundExpr, OutputColumn } from "../bound/index.ts";
import { schemaError } from "../errors/index.ts";
import { quoteName } from "./identifiers.ts";

export interface ScopeColumn {
  /** catalog, schema, table — or the alias alone. */
  readonly qualifiers: readonly string[];
  readonly name: string;
  readonly expr: BoundExpr;
  /** Found by its bare name, and listed by `*`. False for the columns that USING merged. */
  readonly bare: boolean;
}

export interface Scope {
  readonly columns: readonly ScopeColumn[];
  /** Columns of the query around this one. */
  readonly outer?: Scope;
}

export const EMPTY_SCOPE: Scope = { columns: [] };

/** The columns of a relation under the names by which a query refers to them. */
export function relationColumns(
  relation: number,
  qualifiers: readonly string[],
  columns: readonly OutputColumn[],
): ScopeColumn[] {
  const qualifier = qualifiers.at(-1);
  return columns.map((column, index) => ({
    qualifiers,
    name: column.name,
    bare: true,
    expr: {
      node: "column",
      relation,
      index,
      name: column.name,
      type: column.type,
      nullable: column.nullable,
      ...(column.columnKind === undefined ? {} : { columnKind: column.columnKind }),
      ...(qualifier === undefined ? {} : { qualifier }),
    },
  }));
}

/** Whether `written` names the relation: its full name or the end of it. */
export function qualifierMatches(qualifiers: readonly string[], written: readonly string[]): boolean {
  return (
    written.length <= qualifiers.length &&
    written.every((part, i) => part === qualifiers[qualifiers.length - written.length + i])
  );
}

export function findBare(scope: Scope, name: string): BoundExpr | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const matches = level.columns.filter((c) => c.bare && c.name === name);
    if (matches.length > 1) throw schemaError(`Ambiguous reference to unqualified field ${quoteName(name)}`);
    if (matches[0] !== undefined) return matches[0].expr;
  }
  return undefined;
}

export function findQualified(scope: Scope, written: readonly string[], name: string): BoundExpr | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    const matches = level.columns.filter((c) => c.name === name && qualifierMatches(c.qualifiers, written));
    if (matches.length > 1) {
      throw schemaError(`Ambiguous reference to field ${[...written, name].map(quoteName).join(".")}`);
    }
    if (matches[0] !== undefined) return matches[0].expr;
  }
  return undefined;
}

export function noFieldNamed(scope: Scope, written: readonly string[]): Error {
  const valid: string[] = [];
  for (let level: Scope | undefined = scope; level !== undefined; level = level.outer) {
    for (const c of level.columns) {
      const qualifier = c.qualifiers.at(-1);
      valid.push(
        qualifier === undefined ? quoteName(c.name) : `${quoteName(qualifier)}.${quoteName(c.name)}`,
      );
    }
  }
  const hint = valid.length === 0 ? "" : ` Valid fields are ${valid.join(", ")}.`;
  return schemaError(`No field named ${written.map(quoteName).join(".")}.${hint}`);
}
