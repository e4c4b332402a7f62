import type { BoundBody, BoundCte, BoundExpr, BoundOrder, BoundQuery, OutputColumn } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type { Expr, OrderByExpr, Query, SetExpr } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { coerce } from "./coerce.ts";
import { bindExpr, type CteEntry, type Environment } from "./context.ts";
import { foldIdent } from "./identifiers.ts";
import { ordinalOf } from "./ordinals.ts";
import { renamed } from "./relations.ts";
import { EMPTY_SCOPE, relationColumns, type Scope } from "./scope.ts";
import { bindSelect } from "./select.ts";
import { bindSetOperation, bindValues, castColumns } from "./set-operations.ts";
import { sortKey } from "./sort-keys.ts";

/** Binds a whole query; `outer` are the columns of the query around it. */
export function bindQuery(query: Query, env: Environment, outer: Scope | undefined): BoundQuery {
  refuseUnsupported(query);
  const { inner, ctes, recursive } = bindCtes(query, env, outer);
  const orderBy = orderKeys(query);
  const { body, columns, order } = bindBody(query.body, orderBy, inner, outer);
  const limits = bindLimits(query, inner);
  return { ctes, recursive, body, columns, orderBy: order, ...limits };
}

function refuseUnsupported(query: Query): void {
  if (query.locks.length > 0) throw notImplemented("FOR UPDATE and FOR SHARE");
  if (query.pipe_operators.length > 0) throw notImplemented("pipe operators");
  if (query.for_clause) throw notImplemented("FOR XML, FOR JSON and FOR BROWSE");
}

function orderKeys(query: Query): readonly OrderByExpr[] {
  if (query.order_by === null || query.order_by === undefined) return [];
  if ("Expressions" in query.order_by.kind) return query.order_by.kind.Expressions;
  throw notImplemented("ORDER BY ALL");
}

interface BoundParts {
  readonly body: BoundBody;
  readonly columns: readonly OutputColumn[];
  readonly order: readonly BoundOrder[];
}

function bindBody(
  body: SetExpr,
  orderBy: readonly OrderByExpr[],
  env: Environment,
  outer: Scope | undefined,
): BoundParts {
  if ("Select" in body) return bindSelect(body.Select, orderBy, env, outer);
  if ("Query" in body) {
    const query = bindQuery(body.Query, env, outer);
    return orderedResult(wrapped(query, env), query.columns, orderBy, env);
  }
  if ("Values" in body) {
    const { values, columns } = bindValues(
      body.Values.rows.map((r) => r.content),
      env,
      outer,
    );
    return orderedResult(values, columns, orderBy, env);
  }
  if ("SetOperation" in body) {
    const { op, set_quantifier: quantifier, left, right } = body.SetOperation;
    const operation = bindSetOperation(
      op,
      quantifier,
      bindSide(left, env, outer),
      bindSide(right, env, outer),
      env,
    );
    return orderedResult(operation, operation.left.columns, orderBy, env);
  }
  throw notImplemented(`Unsupported query ${Object.keys(body)[0]}`);
}

function bindSide(side: SetExpr, env: Environment, outer: Scope | undefined): BoundQuery {
  if ("Query" in side) return bindQuery(side.Query, env, outer);
  const { body, columns, order } = bindBody(side, [], env, outer);
  return { ctes: [], recursive: false, body, columns, orderBy: order };
}

/** A query in parentheses becomes a SELECT over it, so that the outer ORDER BY and LIMIT have a place. */
function wrapped(query: BoundQuery, env: Environment): BoundBody {
  const id = env.nextId();
  return {
    body: "select",
    from: { relation: "derived", id, query, lateral: false },
    distinct: false,
    projection: relationColumns(id, [], query.columns).map((c) => c.expr),
  };
}

/** Orders by the result columns: all that is visible after a set operation. */
function orderedResult(
  body: BoundBody,
  columns: readonly OutputColumn[],
  orderBy: readonly OrderByExpr[],
  env: Environment,
): BoundParts {
  const relation = body.body === "select" ? -1 : body.relation;
  const scope: Scope = { columns: relationColumns(relation, [], columns) };
  const order = orderBy.map((key): BoundOrder => {
    const position = ordinalOf(key.expr, columns.length);
    const expr = position === undefined ? bindExpr(key.expr, { env, scope, clause: "ORDER BY" }) : undefined;
    const { descending, nullsFirst } = sortKey(expr ?? NOTHING, key.options);
    if (expr === undefined) return { by: { output: position! }, descending, nullsFirst };
    if (expr.node === "column") return { by: { output: expr.index }, descending, nullsFirst };
    if (body.body === "select") throw notImplemented("ORDER BY an expression over a query in parentheses");
    return { by: { expr }, descending, nullsFirst };
  });
  return { body, columns, order };
}

const NOTHING: BoundExpr = { node: "literal", value: null, type: t.NULL, nullable: true };

function bindCtes(
  query: Query,
  env: Environment,
  outer: Scope | undefined,
): { inner: Environment; ctes: BoundCte[]; recursive: boolean } {
  const ctes: BoundCte[] = [];
  let inner = env;
  const recursive = query.with?.recursive ?? false;
  const names = new Set<string>();
  for (const { alias, query: cteQuery } of query.with?.cte_tables ?? []) {
    const name = foldIdent(alias.name);
    if (names.has(name)) throw planError(`WITH query name "${name}" specified more than once`);
    names.add(name);
    const id = env.nextId();
    const bound =
      (recursive ? bindRecursive(cteQuery, name, alias, id, inner, outer) : undefined) ??
      bindQuery(cteQuery, inner, outer);
    ctes.push({ id, query: bound });
    inner = withCte(inner, name, { id, columns: unqualified(renamed(alias, bound.columns)) });
  }
  return { inner, ctes, recursive };
}

function unqualified(columns: readonly OutputColumn[]): OutputColumn[] {
  return columns.map(({ qualifier: _, ...column }) => column);
}

function withCte(env: Environment, name: string, entry: CteEntry): Environment {
  return { ...env, ctes: new Map(env.ctes).set(name, entry) };
}

type CteAlias = NonNullable<Query["with"]>["cte_tables"][number]["alias"];

/** `first UNION [ALL] next` where next may read the table itself; undefined when the query has another form. */
function bindRecursive(
  query: Query,
  name: string,
  alias: CteAlias,
  id: number,
  env: Environment,
  outer: Scope | undefined,
): BoundQuery | undefined {
  if (!("SetOperation" in query.body) || query.body.SetOperation.op !== "Union" || query.with)
    return undefined;
  const { set_quantifier: quantifier, left, right } = query.body.SetOperation;
  const first = bindSide(left, env, outer);
  const inner = withCte(env, name, { id, columns: unqualified(renamed(alias, first.columns)) });
  const next = castColumns(
    bindSide(right, inner, outer),
    first.columns.map((c) => c.type),
    env,
  );
  const body = bindSetOperation("Union", quantifier, first, next, env);
  if (orderKeys(query).length > 0 || query.limit_clause)
    throw notImplemented("ORDER BY or LIMIT in a recursive CTE");
  return { ctes: [], recursive: false, body, columns: first.columns, orderBy: [] };
}

function bindLimits(query: Query, env: Environment): { limit?: BoundExpr; offset?: BoundExpr } {
  const scope = { env, scope: EMPTY_SCOPE, clause: "LIMIT" } as const;
  const count = (word: string, expr: Expr) => {
    const bound = coerce(bindExpr(expr, scope), t.INT64);
    if (bound.node === "literal" && typeof bound.value === "bigint" && bound.value < 0n) {
      throw planError(`${word} must be >= 0, '${bound.value}' was provided.`);
    }
    return bound;
  };
  const clause = query.limit_clause ?? undefined;
  const limitOffset = clause !== undefined && "LimitOffset" in clause ? clause.LimitOffset : undefined;
  if (limitOffset !== undefined && limitOffset.limit_by.length > 0) throw notImplemented("LIMIT BY");
  const comma = clause !== undefined && "OffsetCommaLimit" in clause ? clause.OffsetCommaLimit : undefined;
  if (query.fetch?.with_ties === true || query.fetch?.percent === true)
    throw notImplemented("FETCH with PERCENT or TIES");
  const limit = limitOffset?.limit ?? comma?.limit ?? query.fetch?.quantity ?? undefined;
  const offset = limitOffset?.offset?.value ?? comma?.offset ?? undefined;
  return {
    ...(limit === undefined ? {} : { limit: count("LIMIT", limit) }),
    ...(offset === undefined ? {} : { offset: count("OFFSET", offset) }),
  };
}
