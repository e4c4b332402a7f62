import {
  type BoundAggregation,
  type BoundExpr,
  type BoundOrder,
  type BoundRelation,
  type BoundSelect,
  keyOf,
  type OutputColumn,
  someExpr,
  visitExpr,
} from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type { OrderByExpr, Select, WindowSpec } from "../parse/index.ts";
import { bindExpr, type Environment, type ExprScope } from "./context.ts";
import { bindGapFill, isGapFillCall, refuseGapFill } from "./gap-fill.ts";
import { bindGrouping, type Grouping, Lifter } from "./grouping.ts";
import { foldIdent } from "./identifiers.ts";
import { condition } from "./operators.ts";
import { ordinalOf } from "./ordinals.ts";
import { bindProjection, outputColumn, type ProjectionItem } from "./projection.ts";
import { bindFrom } from "./relations.ts";
import type { Scope } from "./scope.ts";
import { sortKey } from "./sort-keys.ts";

/** The clauses of a SELECT, bound over the rows of FROM. */
interface Clauses {
  readonly from?: BoundRelation;
  readonly where?: BoundExpr;
  readonly items: readonly ProjectionItem[];
  readonly grouping: Grouping;
  readonly having?: BoundExpr;
  readonly qualify?: BoundExpr;
  readonly distinct: BoundSelect["distinct"];
  readonly order: readonly BoundOrder[];
}

export interface BoundSelectParts {
  readonly body: BoundSelect;
  readonly columns: readonly OutputColumn[];
  readonly order: readonly BoundOrder[];
}

export function bindSelect(
  select: Select,
  orderBy: readonly OrderByExpr[],
  env: Environment,
  outer: Scope | undefined,
): BoundSelectParts {
  refuseUnsupported(select);
  const source = bindFrom(select.from, env, outer);
  const scope: Scope = { columns: source?.columns ?? [], ...(outer === undefined ? {} : { outer }) };
  const clauses = bindClauses(select, orderBy, env, scope, source?.relation);
  const columns = clauses.items.map(outputColumn);
  const sources = new Set<number>();
  for (const c of scope.columns)
    visitExpr(c.expr, (e) => void (e.node === "column" && sources.add(e.relation)));
  return isAggregated(clauses) ? aggregated(clauses, columns, sources, env) : plain(clauses, columns);
}

function refuseUnsupported(select: Select): void {
  const clauses: readonly (readonly [unknown, string])[] = [
    [select.top, "TOP"],
    [select.into, "SELECT INTO"],
    [select.lateral_views.length > 0, "LATERAL VIEW"],
    [Array.isArray(select.connect_by) ? select.connect_by.length > 0 : select.connect_by, "CONNECT BY"],
    [select.prewhere, "PREWHERE"],
    [select.cluster_by.length > 0, "CLUSTER BY"],
    [select.distribute_by.length > 0, "DISTRIBUTE BY"],
    [select.sort_by.length > 0, "SORT BY"],
    [select.value_table_mode, "SELECT AS STRUCT and AS VALUE"],
  ];
  const used = clauses.find(([present]) => Boolean(present));
  if (used !== undefined) throw notImplemented(used[1]);
}

function bindClauses(
  select: Select,
  orderBy: readonly OrderByExpr[],
  env: Environment,
  scope: Scope,
  from: BoundRelation | undefined,
): Clauses {
  const base = { env, scope, windows: namedWindows(select) };
  const where = optional(select.selection, (e) => condition(bindExpr(e, { ...base, clause: "WHERE" })));
  const items = bindProjection(select.projection, { ...base, clause: "SELECT" });
  const aliases = new Map(items.filter((i) => i.alias).map((i) => [i.name, i.expr]));
  const late = { ...base, aliases, aliasesFirst: true };
  const grouping = bindGrouping(select.group_by, items, { ...base, clause: "GROUP BY", aliases });
  const having = optional(select.having, (e) => condition(bindExpr(e, { ...late, clause: "HAVING" })));
  const qualify = optional(select.qualify, (e) => condition(bindExpr(e, { ...late, clause: "QUALIFY" })));
  const distinct = bindDistinct(select, { ...late, clause: "SELECT" });
  const order = orderBy.map((key) => bindOrder(key, items, { ...late, clause: "ORDER BY" }));
  return {
    ...(from === undefined ? {} : { from }),
    ...(where === undefined ? {} : { where }),
    items,
    grouping,
    ...(having === undefined ? {} : { having }),
    ...(qualify === undefined ? {} : { qualify }),
    distinct,
    order,
  };
}

function optional<A, B>(value: A | null | undefined, map: (value: A) => B): B | undefined {
  return value === null || value === undefined ? undefined : map(value);
}

function namedWindows(select: Select): ReadonlyMap<string, WindowSpec> {
  return new Map(
    select.named_window.map(([name, spec]) => {
      if ("WindowSpec" in spec) return [foldIdent(name), spec.WindowSpec];
      throw notImplemented("a window that is another name of a window");
    }),
  );
}

function bindDistinct(select: Select, scope: ExprScope): BoundSelect["distinct"] {
  const { distinct } = select;
  if (distinct === null || distinct === undefined || distinct === "All") return false;
  if (distinct === "Distinct") return true;
  return { on: distinct.On.map((e) => bindExpr(e, scope)) };
}

function bindOrder(key: OrderByExpr, items: readonly ProjectionItem[], scope: ExprScope): BoundOrder {
  const ordinal = ordinalOf(key.expr, items.length);
  const expr = ordinal === undefined ? orderExpr(key, items, scope) : items[ordinal]!.expr;
  const { descending, nullsFirst } = sortKey(expr, key.options);
  const text = keyOf(expr);
  const output = ordinal ?? items.findIndex((item) => keyOf(item.expr) === text);
  return { by: output >= 0 ? { output } : { expr }, descending, nullsFirst };
}

/** A quoted default name, like "count(*)", may be ordered by as well. */
function orderExpr(key: OrderByExpr, items: readonly ProjectionItem[], scope: ExprScope): BoundExpr {
  if ("Identifier" in key.expr) {
    const name = foldIdent(key.expr.Identifier);
    const item = items.find((i) => !i.alias && i.expr.node !== "column" && i.name === name);
    if (item !== undefined) return item.expr;
  }
  return bindExpr(key.expr, scope);
}

function orderExprs(order: readonly BoundOrder[]): BoundExpr[] {
  return order.flatMap((o) => ("expr" in o.by ? [o.by.expr] : []));
}

function isAggregated(clauses: Clauses): boolean {
  if (
    clauses.grouping.groups.length > 0 ||
    clauses.grouping.sets !== undefined ||
    clauses.having !== undefined
  )
    return true;
  return [...clauses.items.map((i) => i.expr), ...orderExprs(clauses.order)].some((expr) =>
    hasAggregate(expr),
  );
}

/** Looks at the expression itself, not into the queries inside it. */
function hasAggregate(expr: BoundExpr): boolean {
  let found = false;
  visitExpr(expr, (e) => {
    if (e.node === "aggregate") found = true;
    return !found && e.node !== "subquery" && e.node !== "exists" && e.node !== "inSubquery";
  });
  return found;
}

function plain(clauses: Clauses, columns: readonly OutputColumn[]): BoundSelectParts {
  const exprs = clauses.items.map((i) => i.expr);
  for (const expr of exprs) refuseGapFill(expr);
  checkUnnest(exprs);
  checkDistinctOrder(clauses);
  const { grouping: _, items: __, order, having: ___, ...rest } = clauses;
  return { body: { body: "select", ...rest, projection: exprs }, columns, order };
}

/** With DISTINCT only what is selected has one value per row. */
function checkDistinctOrder(clauses: Clauses): void {
  if (clauses.distinct === true && orderExprs(clauses.order).length > 0) {
    throw planError("For SELECT DISTINCT, ORDER BY expressions must appear in select list");
  }
}

function checkUnnest(exprs: readonly BoundExpr[]): void {
  const isUnnest = (e: BoundExpr) => e.node === "call" && e.name === "unnest";
  for (const expr of exprs) {
    const inside = isUnnest(expr) && expr.node === "call" ? expr.args : [expr];
    if (inside.some((e) => someExpr(e, isUnnest))) throw notImplemented("unnest inside another expression");
  }
}

function aggregated(
  clauses: Clauses,
  columns: readonly OutputColumn[],
  sources: ReadonlySet<number>,
  env: Environment,
): BoundSelectParts {
  checkDistinctOrder(clauses);
  const relation = env.nextId();
  const { groups, sets } = clauses.grouping;
  const gapFill = bindGapFill(groups, clauses.from, clauses.where);
  const lifter = new Lifter(relation, groups, sources);
  const lift = (expr: BoundExpr) => {
    const lifted = lifter.lift(expr);
    refuseGapFill(lifted);
    return lifted;
  };
  const projection = clauses.items.map((i) => lift(i.expr));
  checkUnnest(projection);
  const having = optional(clauses.having, lift);
  const qualify = optional(clauses.qualify, lift);
  const distinct =
    typeof clauses.distinct === "object" ? { on: clauses.distinct.on.map(lift) } : clauses.distinct;
  const order = clauses.order.map((o) => ("expr" in o.by ? { ...o, by: { expr: lift(o.by.expr) } } : o));
  if (gapFill === undefined) for (const aggregate of lifter.aggregates) refuseGapFill(aggregate);
  const aggregation: BoundAggregation = {
    relation,
    groups: groups.map((g) => (isGapFillCall(g) ? { ...g, name: g.name.replace("_gapfill", "") } : g)),
    aggregates: lifter.aggregates,
    ...(sets === undefined ? {} : { sets }),
    ...(gapFill === undefined ? {} : { gapFill }),
  };
  return {
    body: {
      body: "select",
      ...(clauses.from === undefined ? {} : { from: clauses.from }),
      ...(clauses.where === undefined ? {} : { where: clauses.where }),
      aggregation,
      ...(having === undefined ? {} : { having }),
      ...(qualify === undefined ? {} : { qualify }),
      distinct,
      projection,
    },
    columns,
    order,
  };
}
