import type { BoundExpr, SortKey } from "../bound/index.ts";
import type { OrderByExpr } from "../parse/index.ts";
import { bindExpr, type ExprScope } from "./context.ts";

/** NULLs come last in ascending and first in descending order unless said otherwise. */
export function sortKey(expr: BoundExpr, options: OrderByExpr["options"]): SortKey {
  const descending = options.asc === false;
  return { expr, descending, nullsFirst: options.nulls_first ?? descending };
}

export function bindSortKeys(keys: readonly OrderByExpr[], scope: ExprScope): SortKey[] {
  return keys.map((key) => sortKey(bindExpr(key.expr, scope), key.options));
}
