import type { BoundExpr, BoundQuery, OutputColumn } from "../bound/index.ts";
import type { Expr, Query, WindowSpec } from "../parse/index.ts";
import type { SchemaModel } from "../schema/index.ts";
import type { Scope } from "./scope.ts";

export type ParamValue = null | boolean | number | bigint | string;

export interface BindOptions {
  readonly schema: SchemaModel;
  /** Values of `$name` placeholders, without the dollar sign. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The one instant that now() means during the query. */
  readonly nowNs: bigint;
}

export interface CteEntry {
  readonly id: number;
  readonly columns: readonly OutputColumn[];
}

/** Expressions hold queries and queries expressions: both reach each other through here. */
export interface Binders {
  readonly expr: (expr: Expr, scope: ExprScope) => BoundExpr;
  readonly query: (query: Query, env: Environment, outer: Scope | undefined) => BoundQuery;
}

/** What a query can see besides the columns around it. */
export interface Environment {
  readonly binders: Binders;
  readonly options: BindOptions;
  readonly ctes: ReadonlyMap<string, CteEntry>;
  /** Gives every relation and CTE of a statement its own number. */
  readonly nextId: () => number;
}

export type Clause =
  | "SELECT"
  | "FROM"
  | "WHERE"
  | "GROUP BY"
  | "HAVING"
  | "QUALIFY"
  | "ORDER BY"
  | "VALUES"
  | "LIMIT"
  | "an aggregate";

/** Everything an expression's meaning depends on. */
export interface ExprScope {
  readonly env: Environment;
  readonly scope: Scope;
  readonly clause: Clause;
  readonly aliases?: ReadonlyMap<string, BoundExpr>;
  /** Whether a SELECT alias hides a source column of the same name: so in HAVING and ORDER BY, not in GROUP BY. */
  readonly aliasesFirst?: boolean;
  readonly windows?: ReadonlyMap<string, WindowSpec>;
}

/** Gives an expression its meaning: columns found, functions checked, types known. */
export function bindExpr(expr: Expr, scope: ExprScope): BoundExpr {
  return scope.env.binders.expr(expr, scope);
}

/** Binds a query inside another; `outer` are the columns around it. */
export function bindNestedQuery(query: Query, env: Environment, outer: Scope | undefined): BoundQuery {
  return env.binders.query(query, env, outer);
}
