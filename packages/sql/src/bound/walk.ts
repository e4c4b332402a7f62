import type { BoundExpr, FrameBound, SortKey, WindowFrame } from "./expr.ts";
import type { BoundBody, BoundQuery, BoundRelation } from "./query.ts";

export type ExprMapper = (expr: BoundExpr) => BoundExpr;

function mapSort(keys: readonly SortKey[], map: ExprMapper): SortKey[] {
  return keys.map((key) => ({ ...key, expr: map(key.expr) }));
}

function mapBound(bound: FrameBound, map: ExprMapper): FrameBound {
  return bound.at !== "current" && bound.distance !== undefined
    ? { ...bound, distance: map(bound.distance) }
    : bound;
}

function mapFrame(frame: WindowFrame, map: ExprMapper): WindowFrame {
  return { ...frame, start: mapBound(frame.start, map), end: mapBound(frame.end, map) };
}

function optional<K extends string>(
  key: K,
  expr: BoundExpr | undefined,
  map: ExprMapper,
): { [P in K]?: BoundExpr } {
  return (expr === undefined ? {} : { [key]: map(expr) }) as { [P in K]?: BoundExpr };
}

/** Rebuilds an expression with every direct child replaced, queries inside included. */
export function mapChildren(expr: BoundExpr, map: ExprMapper): BoundExpr {
  switch (expr.node) {
    case "column":
    case "literal":
      return expr;
    case "cast":
    case "unary":
    case "test":
    case "fill":
    case "field":
      return { ...expr, expr: map(expr.expr) };
    case "binary":
      return { ...expr, left: map(expr.left), right: map(expr.right) };
    case "between":
      return { ...expr, expr: map(expr.expr), low: map(expr.low), high: map(expr.high) };
    case "inList":
      return { ...expr, expr: map(expr.expr), list: expr.list.map(map) };
    case "like":
      return { ...expr, expr: map(expr.expr), pattern: map(expr.pattern) };
    case "subquery":
    case "exists":
      return { ...expr, query: mapQuery(expr.query, map) };
    case "inSubquery":
      return { ...expr, expr: map(expr.expr), query: mapQuery(expr.query, map) };
    default:
      return mapWideNode(expr, map);
  }
}

type WideNode = Extract<
  BoundExpr,
  { node: "case" | "call" | "aggregate" | "window" | "subscript" | "slice" | "list" | "struct" | "map" }
>;

function mapWideNode(expr: WideNode, map: ExprMapper): BoundExpr {
  switch (expr.node) {
    case "case":
      return {
        ...expr,
        ...optional("operand", expr.operand, map),
        branches: expr.branches.map((b) => ({ when: map(b.when), result: map(b.result) })),
        ...optional("otherwise", expr.otherwise, map),
      };
    case "call":
      return { ...expr, args: expr.args.map(map) };
    case "aggregate":
      return {
        ...expr,
        args: expr.args.map(map),
        orderBy: mapSort(expr.orderBy, map),
        ...optional("filter", expr.filter, map),
      };
    case "window":
      return {
        ...expr,
        args: expr.args.map(map),
        ...optional("filter", expr.filter, map),
        partitionBy: expr.partitionBy.map(map),
        orderBy: mapSort(expr.orderBy, map),
        ...(expr.frame === undefined ? {} : { frame: mapFrame(expr.frame, map) }),
      };
    case "subscript":
      return { ...expr, expr: map(expr.expr), index: map(expr.index) };
    case "slice":
      return {
        ...expr,
        expr: map(expr.expr),
        ...optional("from", expr.from, map),
        ...optional("to", expr.to, map),
      };
    case "list":
      return { ...expr, items: expr.items.map(map) };
    case "struct":
      return { ...expr, fields: expr.fields.map((f) => ({ ...f, expr: map(f.expr) })) };
    case "map":
      return { ...expr, entries: expr.entries.map((e) => ({ key: map(e.key), value: map(e.value) })) };
  }
}

/** Rebuilds a query with every expression in it, at any depth of queries, replaced by `map`. */
export function mapQuery(query: BoundQuery, map: ExprMapper): BoundQuery {
  return {
    ...query,
    ctes: query.ctes.map((cte) => ({ ...cte, query: mapQuery(cte.query, map) })),
    body: mapBody(query.body, map),
    orderBy: query.orderBy.map((order) =>
      "expr" in order.by ? { ...order, by: { expr: map(order.by.expr) } } : order,
    ),
    ...optional("limit", query.limit, map),
    ...optional("offset", query.offset, map),
  };
}

function mapBody(body: BoundBody, map: ExprMapper): BoundBody {
  if (body.body === "values") return { ...body, rows: body.rows.map((row) => row.map(map)) };
  if (body.body === "set")
    return { ...body, left: mapQuery(body.left, map), right: mapQuery(body.right, map) };
  const aggregation = body.aggregation;
  return {
    ...body,
    ...(body.from === undefined ? {} : { from: mapRelation(body.from, map) }),
    ...optional("where", body.where, map),
    ...(aggregation === undefined
      ? {}
      : {
          aggregation: {
            ...aggregation,
            groups: aggregation.groups.map(map),
            aggregates: aggregation.aggregates.map(map),
          },
        }),
    ...optional("having", body.having, map),
    ...optional("qualify", body.qualify, map),
    distinct: typeof body.distinct === "object" ? { on: body.distinct.on.map(map) } : body.distinct,
    projection: body.projection.map(map),
  };
}

function mapRelation(relation: BoundRelation, map: ExprMapper): BoundRelation {
  switch (relation.relation) {
    case "table":
    case "cte":
      return relation;
    case "derived":
      return { ...relation, query: mapQuery(relation.query, map) };
    case "join":
      return {
        ...relation,
        left: mapRelation(relation.left, map),
        right: mapRelation(relation.right, map),
        ...optional("on", relation.on, map),
      };
    case "unnest":
      return { ...relation, lists: relation.lists.map(map) };
    case "series":
      return { ...relation, args: relation.args.map(map) };
  }
}

/** Visits an expression and everything below it; stops below where `visit` returns false. */
export function visitExpr(expr: BoundExpr, visit: (expr: BoundExpr) => boolean | undefined): void {
  if (visit(expr) === false) return;
  mapChildren(expr, (child) => {
    visitExpr(child, visit);
    return child;
  });
}

/** Whether the predicate holds for the expression or one below it. */
export function someExpr(expr: BoundExpr, test: (expr: BoundExpr) => boolean): boolean {
  let found = false;
  visitExpr(expr, (e) => {
    found ||= test(e);
    return !found;
  });
  return found;
}

/** Equal keys mean equal expressions. */
export function keyOf(expr: BoundExpr): string {
  return JSON.stringify(expr, (name, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    // How a column or value was written makes nothing else of it.
    if (name === "qualifier" || name === "table" || name === "label") return undefined;
    return value;
  });
}
