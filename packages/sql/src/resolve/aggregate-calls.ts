import { type AggregateExpr, type BoundExpr, someExpr } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type FunctionSpec, SELECTORS } from "../functions/index.ts";
import type { ArgumentList, FunctionNode, OrderByExpr } from "../parse/index.ts";
import { argumentFacts, bindArguments, shapeArguments } from "./arguments.ts";
import { bindExpr, type ExprScope } from "./context.ts";
import { condition } from "./operators.ts";
import { bindSortKeys } from "./sort-keys.ts";

/** The parts an aggregate has with and without OVER. */
export function bindAggregateCall(
  spec: FunctionSpec,
  node: FunctionNode,
  list: ArgumentList,
  scope: ExprScope,
): AggregateExpr {
  const written = bindArguments(list, scope);
  if (written.length < list.args.length && spec.name !== "count") {
    throw planError(`'*' is only an argument of count, not of ${spec.name}`);
  }
  const within = bindSortKeys(node.within_group, scope);
  const args = shapeArguments(spec, within.length === 0 ? written : [within[0]!.expr, ...written]);
  if (args.some((arg) => someExpr(arg, (e) => e.node === "window"))) {
    throw planError("Window functions are not allowed inside an aggregate");
  }
  const orderBy = list.clauses.flatMap((clause) => {
    if ("OrderBy" in clause) return bindSortKeys(clause.OrderBy as readonly OrderByExpr[], scope);
    if ("IgnoreOrRespectNulls" in clause) return [];
    throw notImplemented(`the clause ${Object.keys(clause)[0]} in a function call`);
  });
  const nulls = list.clauses.some(
    (c) => "IgnoreOrRespectNulls" in c && c.IgnoreOrRespectNulls === "IgnoreNulls",
  );
  return {
    node: "aggregate",
    name: spec.name,
    args: within[0]?.descending === true ? descendingPercentile(args) : args,
    distinct: list.duplicate_treatment === "Distinct",
    orderBy,
    ignoreNulls: nulls || node.null_treatment === "IgnoreNulls",
    ...(node.filter ? { filter: condition(bindExpr(node.filter, scope)) } : {}),
    type: spec.returns(args.map(argumentFacts)),
    nullable: spec.nullable !== false,
  };
}

/** WITHIN GROUP (ORDER BY x DESC) counts the percentile from the other end. */
function descendingPercentile(args: readonly BoundExpr[]): readonly BoundExpr[] {
  const [value, share, ...rest] = args;
  if (share?.node !== "literal" || typeof share.value !== "number") return args;
  return [value!, { ...share, value: 1 - share.value }, ...rest];
}

export function isSelector(expr: BoundExpr): expr is AggregateExpr {
  return expr.node === "aggregate" && SELECTORS.has(expr.name);
}
