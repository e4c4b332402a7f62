import {
  type BoundExpr,
  type BoundQuery,
  type BoundRelation,
  type BoundSelect,
  intersectRanges,
  type TimeRange,
  timeRangeOf,
  visitExpr,
} from "@millrace/sql";

/** Relation → the only times of it that can matter. */
export type Restrictions = ReadonlyMap<number, TimeRange>;

/**
 * Adds what a SELECT says about the time columns of its tables. A condition in WHERE rejects rows of any join in
 * which that table's time is NULL, so rows outside the range may be left out of the scan, whatever the join.
 */
export function restrict(outer: Restrictions, select: BoundSelect): Restrictions {
  const result = new Map(outer);
  if (select.from !== undefined) collect(select.from, select.where, result);
  return result;
}

function collect(relation: BoundRelation, where: BoundExpr | undefined, into: Map<number, TimeRange>): void {
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
  into: Map<number, TimeRange>,
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

function narrowTable(id: number, condition: BoundExpr, into: Map<number, TimeRange>): void {
  const range = timeRangeOf(condition, (c) => c.relation === id && c.columnKind === "time");
  into.set(id, intersectRanges(into.get(id) ?? {}, range));
}

/** A filter on a subquery's time column holds for the table below, when every row of it passes straight through. */
function narrowDerived(
  query: BoundQuery,
  id: number,
  condition: BoundExpr,
  into: Map<number, TimeRange>,
): void {
  const { body } = query;
  if (body.body !== "select" || body.aggregation !== undefined || body.distinct !== false) return;
  if (query.limit !== undefined || query.offset !== undefined || body.qualify !== undefined) return;
  if (body.projection.some(hasWindow) || body.from?.relation !== "table") return;
  const table = body.from.id;
  const range = timeRangeOf(condition, (c) => {
    const source = c.relation === id ? body.projection[c.index] : undefined;
    return source?.node === "column" && source.relation === table && source.columnKind === "time";
  });
  into.set(table, intersectRanges(into.get(table) ?? {}, range));
}

function hasWindow(expr: BoundExpr): boolean {
  let found = false;
  visitExpr(expr, (e) => {
    found ||= e.node === "window";
    return !found;
  });
  return found;
}
