import {
  type BoundExpr,
  type BoundQuery,
  type BoundRelation,
  type BoundSelect,
  type ColumnExpr,
  intersectRanges,
  type TimeRange,
  timeRangeOf,
  visitExpr,
} from "@millrace/sql";
import { intersectTagValues, type TagValues, tagValuesOf } from "./tag-values.ts";

/** The only rows of a table that can matter: by what its points are known by, which no merge of rows changes. */
export interface Restriction {
  readonly time: TimeRange;
  readonly tags: TagValues;
}

export const NO_RESTRICTION: Restriction = { time: {}, tags: new Map() };

/** By relation. */
export type Restrictions = ReadonlyMap<number, Restriction>;

/**
 * Adds what a SELECT says about the times and tags of its tables. A condition in WHERE rejects rows of any join in
 * which that table's columns are NULL, so the other rows may be left out of the scan, whatever the join.
 */
export function restrict(outer: Restrictions, select: BoundSelect): Restrictions {
  const result = new Map(outer);
  if (select.from !== undefined) collect(select.from, select.where, result);
  return result;
}

function collect(
  relation: BoundRelation,
  where: BoundExpr | undefined,
  into: Map<number, Restriction>,
): void {
  if (relation.relation === "join") {
    const { kind, on, left, right } = relation;
    // ON removes rows only from the sides that the join does not keep whole.
    const filtersLeft = kind === "inner" || kind === "right" || kind === "semi";
    const filtersRight = kind === "inner" || kind === "left" || kind === "semi" || kind === "anti";
    collect(left, where, into);
    collect(right, where, into);
    if (on !== undefined && filtersLeft) narrowLeaves(left, on, into);
    if (on !== undefined && filtersRight) narrowLeaves(right, on, into);
    return;
  }
  narrowLeaves(relation, where, into);
}

function narrowLeaves(
  relation: BoundRelation,
  condition: BoundExpr | undefined,
  into: Map<number, Restriction>,
): void {
  if (condition === undefined) return;
  if (relation.relation === "join") {
    // Below another join a condition may meet rows padded with NULL: leave those alone.
    if (relation.kind === "inner" || relation.kind === "cross") {
      narrowLeaves(relation.left, condition, into);
      narrowLeaves(relation.right, condition, into);
    }
    return;
  }
  if (relation.relation === "table") narrowTable(relation.id, condition, into);
  if (relation.relation === "derived") narrowDerived(relation.query, relation.id, condition, into);
}

function narrowTable(id: number, condition: BoundExpr, into: Map<number, Restriction>): void {
  narrow(id, condition, (column) => (column.relation === id ? column : undefined), into);
}

/** A filter on a subquery's columns holds for the table below, when every row of it passes straight through. */
function narrowDerived(
  query: BoundQuery,
  id: number,
  condition: BoundExpr,
  into: Map<number, Restriction>,
): void {
  const { body } = query;
  if (body.body !== "select" || body.aggregation !== undefined || body.distinct !== false) return;
  if (query.limit !== undefined || query.offset !== undefined || body.qualify !== undefined) return;
  if (body.projection.some(hasWindow) || body.from?.relation !== "table") return;
  const table = body.from.id;
  const below = (column: ColumnExpr): ColumnExpr | undefined => {
    const source = column.relation === id ? body.projection[column.index] : undefined;
    return source?.node === "column" && source.relation === table ? source : undefined;
  };
  narrow(table, condition, below, into);
}

/** `columnOf` gives the table's column that a column of the condition is, if it is one. */
function narrow(
  table: number,
  condition: BoundExpr,
  columnOf: (column: ColumnExpr) => ColumnExpr | undefined,
  into: Map<number, Restriction>,
): void {
  const known = into.get(table) ?? NO_RESTRICTION;
  const time = timeRangeOf(condition, (column) => columnOf(column)?.columnKind === "time");
  const tags = tagValuesOf(condition, (column) => {
    const source = columnOf(column);
    return source?.columnKind === "tag" ? source.index : undefined;
  });
  into.set(table, {
    time: intersectRanges(known.time, time),
    tags: intersectTagValues(known.tags, tags),
  });
}

function hasWindow(expr: BoundExpr): boolean {
  let found = false;
  visitExpr(expr, (e) => {
    found ||= e.node === "window";
    return !found;
  });
  return found;
}
