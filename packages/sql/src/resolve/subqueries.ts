import type { BoundExpr, BoundQuery, ComparisonOperator } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import type { ExprNodes, Query } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { bindExpr, bindNestedQuery, type ExprScope } from "./context.ts";
import { comparable } from "./operators.ts";

function bindNested(query: Query, scope: ExprScope): BoundQuery {
  return bindNestedQuery(query, scope.env, scope.scope);
}

function singleColumn(query: BoundQuery): t.SqlType {
  if (query.columns.length !== 1) {
    const names = query.columns.map((c) => c.name).join(", ");
    throw planError(`Too many columns! The subquery should only return one column: ${names}`);
  }
  return query.columns[0]!.type;
}

export function bindScalarSubquery(node: Query, scope: ExprScope): BoundExpr {
  const query = bindNested(node, scope);
  return { node: "subquery", query, type: singleColumn(query), nullable: true };
}

export function bindExists(node: ExprNodes["Exists"], scope: ExprScope): BoundExpr {
  const query = bindNested(node.subquery, scope);
  return { node: "exists", negated: node.negated, query, type: t.BOOLEAN, nullable: false };
}

export function bindInSubquery(node: ExprNodes["InSubquery"], scope: ExprScope): BoundExpr {
  return membership(bindExpr(node.expr, scope), bindNested(node.subquery, scope), node.negated);
}

function membership(subject: BoundExpr, query: BoundQuery, negated: boolean): BoundExpr {
  const column: BoundExpr = {
    node: "column",
    relation: -1,
    index: 0,
    name: query.columns[0]?.name ?? "",
    type: singleColumn(query),
    nullable: true,
  };
  const [expr] = comparable("=", subject, column);
  return { node: "inSubquery", negated, expr, query, type: t.BOOLEAN, nullable: true };
}

/** `= ANY` is IN and `<> ALL` is NOT IN; the other pairs are rare and refused. */
export function bindQuantified(all: boolean, node: ExprNodes["AnyOp"], scope: ExprScope): BoundExpr {
  const op = ({ Eq: "=", NotEq: "!=" } as Readonly<Record<string, ComparisonOperator>>)[node.compare_op];
  const right = node.right;
  if (!("Subquery" in right) || op !== (all ? "!=" : "=")) {
    throw notImplemented("ANY and ALL other than = ANY (SELECT …) and <> ALL (SELECT …)");
  }
  return membership(bindExpr(node.left, scope), bindNested(right.Subquery, scope), all);
}
