import type { AggregateExpr, BoundExpr } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type FunctionSpec, findFunction, invalidFunction } from "../functions/index.ts";
import type { ArgumentList, FunctionNode } from "../parse/index.ts";
import * as t from "../types/index.ts";
import { bindAggregateCall } from "./aggregate-calls.ts";
import { bindArguments, bindNamedCall, wrongCount } from "./arguments.ts";
import type { ExprScope } from "./context.ts";
import { foldName } from "./identifiers.ts";
import { bindSpecialCall } from "./special-calls.ts";
import { bindWindow } from "./windows.ts";

const NO_ARGUMENTS: ArgumentList = { args: [], clauses: [] };

/** A function call as written; aggregates and window functions included. */
export function bindCall(node: FunctionNode, scope: ExprScope): BoundExpr {
  const parts = foldName(node.name);
  const name = parts.at(-1)!.toLowerCase();
  if (parts.length > 1) throw invalidFunction(parts.join("."));
  const list = argumentList(node);
  const special = bindSpecialCall(name, list.args, scope);
  if (special !== undefined) return special;
  const spec = findFunction(name);
  if (spec === undefined) throw invalidFunction(name);
  if (spec.kind === "window" && isAbsent(node.over)) {
    throw planError(`Invalid function '${name}'. It is a window function: write ${name}(…) OVER (…)`);
  }
  if (!isAbsent(node.over)) return bindWindow(spec, node, list, scope);
  if (spec.kind === "aggregate") return bindAggregate(spec, node, list, scope);
  refuseAggregateClauses(name, node, list);
  if (spec.name === "now" || spec.name.startsWith("current_")) return bindClock(spec, list, scope);
  return bindNamedCall(spec.name, bindArguments(list, scope));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function argumentList(node: FunctionNode): ArgumentList {
  if (node.args === "None") return NO_ARGUMENTS;
  if ("List" in node.args) return node.args.List;
  throw notImplemented("a subquery as the argument list of a function");
}

function refuseAggregateClauses(name: string, node: FunctionNode, list: ArgumentList): void {
  const used =
    list.duplicate_treatment === "Distinct" ||
    list.clauses.length > 0 ||
    node.within_group.length > 0 ||
    !isAbsent(node.filter) ||
    !isAbsent(node.null_treatment);
  if (used)
    throw planError(
      `DISTINCT, ORDER BY, FILTER and IGNORE NULLS do not apply to ${name}: it is no aggregate`,
    );
}

function bindClock(spec: FunctionSpec, list: ArgumentList, scope: ExprScope): BoundExpr {
  if (list.args.length > 0) throw wrongCount(spec, list.args.length);
  const { nowNs } = scope.env.options;
  const days = (nowNs - (((nowNs % t.NANOS_PER_DAY) + t.NANOS_PER_DAY) % t.NANOS_PER_DAY)) / t.NANOS_PER_DAY;
  const values: Readonly<Record<string, bigint>> = {
    now: nowNs,
    current_date: days,
    current_time: nowNs - days * t.NANOS_PER_DAY,
  };
  return {
    node: "literal",
    value: values[spec.name]!,
    type: spec.returns([]),
    nullable: false,
    bound: true,
    label: `${spec.name}()`,
  };
}

function bindAggregate(
  spec: FunctionSpec,
  node: FunctionNode,
  list: ArgumentList,
  scope: ExprScope,
): AggregateExpr {
  if (!["SELECT", "HAVING", "ORDER BY", "QUALIFY"].includes(scope.clause)) {
    throw planError(`Aggregate function '${spec.name}' is not allowed in ${scope.clause}`);
  }
  return bindAggregateCall(spec, node, list, { ...scope, clause: "an aggregate" });
}
