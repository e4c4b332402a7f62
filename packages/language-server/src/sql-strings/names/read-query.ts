import type { Ident, Query, Select, SelectItem, SetExpr } from "@millrace/sql";
import { readExpressions, readWindow } from "./read-expressions.ts";
import { aliased, readRelations } from "./read-relations.ts";
import type { CommonTables, QueryReading, Reading } from "./reading.ts";
import { type KnownColumn, type Relation, type Scope, UNKNOWN_RELATION } from "./scope.ts";
import { readIdent } from "./uses.ts";

/** Reads a query and all inside of it; returns what it has for columns. */
export function readQuery(
  query: Query,
  reading: Reading,
  common: CommonTables,
  outer: Scope | undefined,
): Relation {
  const inner: QueryReading = { ...reading, common: readCommonTables(query, reading, common, outer) };
  const { result, scope } = readBody(query.body, inner, outer);
  const after: Scope = scope ?? { relations: [result], aliases: new Set(), outer };
  readExpressions(query.order_by?.kind, inner, after);
  readExpressions([query.limit_clause, query.fetch], inner, {
    relations: [UNKNOWN_RELATION],
    aliases: undefined,
    outer,
  });
  return result;
}

function readCommonTables(
  query: Query,
  reading: Reading,
  before: CommonTables,
  outer: Scope | undefined,
): CommonTables {
  if (!query.with) return before;
  let common = before;
  for (const { alias, query: inner } of query.with.cte_tables) {
    const name = readIdent(alias.name, reading.sources);
    if (name === undefined) {
      reading.readQuery(inner, reading, undefined, outer);
      common = undefined;
      continue;
    }
    const visible = query.with.recursive ? withTable(common, name.name, UNKNOWN_RELATION) : common;
    const result = reading.readQuery(inner, reading, visible, outer);
    common = withTable(common, name.name, aliased(result, alias, { ...reading, common }));
  }
  return common;
}

function withTable(common: CommonTables, name: string, relation: Relation): CommonTables {
  return common === undefined ? undefined : new Map(common).set(name, relation);
}

interface ReadBody {
  readonly result: Relation;
  /** What ORDER BY sees besides the result. */
  readonly scope: Scope | undefined;
}

function readBody(body: SetExpr, reading: QueryReading, outer: Scope | undefined): ReadBody {
  if ("Select" in body) return readSelect(body.Select, reading, outer);
  if ("Query" in body)
    return { result: readQuery(body.Query, reading, reading.common, outer), scope: undefined };
  if ("SetOperation" in body) {
    const { left, right } = body.SetOperation;
    const { result } = readBody(left, reading, outer);
    readBody(right, reading, outer);
    return { result, scope: undefined };
  }
  const scope: Scope = { relations: [], aliases: new Set(), outer };
  readExpressions(body, reading, scope);
  return { result: UNKNOWN_RELATION, scope: undefined };
}

function readSelect(select: Select, reading: QueryReading, outer: Scope | undefined): ReadBody {
  const relations = readRelations(select.from, reading, outer);
  if (mayHaveOtherTables(select, reading)) relations.push(UNKNOWN_RELATION);
  const source: Scope = { relations, aliases: new Set(), outer };
  for (const item of select.projection) readItem(item, reading, source);
  readExpressions(select.selection, reading, source);
  const result = resultOf(select.projection, relations, reading);
  // A name that the list gives can be used in all clauses after it.
  const scope: Scope = { relations, aliases: aliasesOf(select.projection, reading), outer };
  readExpressions(groupingOf(select), reading, scope);
  readExpressions([select.having, select.qualify], reading, scope);
  if (typeof select.distinct === "object") readExpressions(select.distinct, reading, scope);
  for (const [, window] of select.named_window) {
    if ("WindowSpec" in window) readWindow({ ...window.WindowSpec }, reading, scope);
  }
  return { result, scope };
}

/** What only the run knows may hold a FROM, where the select list stands or where none follows. */
function mayHaveOtherTables({ projection, from }: Select, reading: QueryReading): boolean {
  if (from.length === 0) return reading.sources.hasHoles;
  return aliasesOf(projection, reading) === undefined;
}

/** `GROUP BY ROLLUP (…)` and the like stand beside the expressions, as words only. */
function groupingOf(select: Select): unknown {
  return "Expressions" in select.group_by ? select.group_by.Expressions[0] : undefined;
}

function readItem(item: SelectItem, reading: QueryReading, scope: Scope): void {
  if ("UnnamedExpr" in item) readExpressions(item.UnnamedExpr, reading, scope);
  else if ("ExprWithAlias" in item) readExpressions(item.ExprWithAlias.expr, reading, scope);
}

function aliasesOf(items: readonly SelectItem[], reading: QueryReading): ReadonlySet<string> | undefined {
  if (holdsUnknown(items, reading)) return undefined;
  const names = new Set<string>();
  for (const item of items) {
    const alias = "ExprWithAlias" in item ? readIdent(item.ExprWithAlias.alias, reading.sources) : undefined;
    if (alias !== undefined) names.add(alias.name);
  }
  return names;
}

/** What only the run knows may be `a, b AS c`, also where it looks like a part of something. */
function holdsUnknown(node: unknown, reading: QueryReading): boolean {
  if (!reading.sources.hasHoles || typeof node !== "object" || node === null) return false;
  if ("span" in node && "value" in node && "quote_style" in node) return isUnknown(node as Ident, reading);
  return Object.values(node).some((inner) => holdsUnknown(inner, reading));
}

function isUnknown(ident: Ident, reading: QueryReading): boolean {
  return readIdent(ident, reading.sources) === undefined;
}

/** The columns of a SELECT's result by the names that a query around it may use. */
function resultOf(
  items: readonly SelectItem[],
  relations: readonly Relation[],
  reading: QueryReading,
): Relation {
  const columns: KnownColumn[] = [];
  let isComplete = !holdsUnknown(items, reading);
  const add = (ident: Ident): void => {
    const name = readIdent(ident, reading.sources);
    if (name === undefined) isComplete = false;
    else columns.push(sourceOf(name.name, relations));
  };
  for (const item of items) {
    if ("ExprWithAlias" in item) {
      const name = readIdent(item.ExprWithAlias.alias, reading.sources);
      if (name === undefined) isComplete = false;
      else columns.push({ name: name.name, column: undefined, table: undefined });
    } else if ("UnnamedExpr" in item) {
      const expr = item.UnnamedExpr;
      if ("Identifier" in expr) add(expr.Identifier);
      else if ("CompoundIdentifier" in expr) add(expr.CompoundIdentifier.at(-1)!);
      // Others are called after their text: docs/reference/sql.md, "Names".
      else isComplete = false;
    } else {
      // `* EXCEPT` and the like leave some out; to know too many raises no false alarm.
      columns.push(...relations.flatMap((relation) => relation.columns));
      if (relations.some((relation) => !relation.isComplete) || hasOptions(item)) isComplete = false;
    }
  }
  return { qualifiers: [], columns, isComplete, table: undefined };
}

function sourceOf(name: string, relations: readonly Relation[]): KnownColumn {
  const found = relations.flatMap((relation) => relation.columns).find((column) => column.name === name);
  return found ?? { name, column: undefined, table: undefined };
}

function hasOptions(item: object): boolean {
  return "Wildcard" in item && Boolean((item.Wildcard as { opt_rename?: unknown }).opt_rename);
}
