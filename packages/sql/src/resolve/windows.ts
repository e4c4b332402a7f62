import type { BoundExpr, FrameBound, SortKey, WindowFrame } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type FunctionSpec, SELECTORS } from "../functions/index.ts";
import type {
  ArgumentList,
  FrameBoundNode,
  FunctionNode,
  WindowFrameNode,
  WindowSpec,
} from "../parse/index.ts";
import { bindAggregateCall } from "./aggregate-calls.ts";
import { argumentFacts, bindArguments, shapeArguments } from "./arguments.ts";
import { bindExpr, type ExprScope } from "./context.ts";
import { foldIdent } from "./identifiers.ts";
import { bindSortKeys } from "./sort-keys.ts";

export function bindWindow(
  spec: FunctionSpec,
  node: FunctionNode,
  list: ArgumentList,
  scope: ExprScope,
): BoundExpr {
  if (!["SELECT", "ORDER BY", "QUALIFY"].includes(scope.clause)) {
    throw planError(`Window function '${spec.name}' is not allowed in ${scope.clause}`);
  }
  if (spec.kind === "scalar" || SELECTORS.has(spec.name) || spec.name === "grouping") {
    throw planError(
      `'${spec.name}' cannot be used with OVER: it is neither a window function nor an aggregate over rows`,
    );
  }
  const window = windowOf(node, scope);
  const aggregate = spec.kind === "aggregate";
  const call = aggregate ? bindAggregateCall(spec, node, list, scope) : undefined;
  const args = call?.args ?? shapeArguments(spec, bindArguments(list, scope));
  if (call !== undefined && call.orderBy.length > 0)
    throw notImplemented("ORDER BY inside the arguments of a window function");
  const ignoreNulls = call?.ignoreNulls ?? node.null_treatment === "IgnoreNulls";
  return {
    node: "window",
    name: spec.name,
    args,
    aggregate,
    distinct: call?.distinct ?? false,
    ignoreNulls,
    ...(call?.filter === undefined ? {} : { filter: call.filter }),
    ...window,
    type: call?.type ?? spec.returns(args.map(argumentFacts)),
    nullable: spec.nullable !== false,
  };
}

interface BoundWindow {
  readonly partitionBy: readonly BoundExpr[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: WindowFrame;
}

function windowOf(node: FunctionNode, scope: ExprScope): BoundWindow {
  const over = node.over!;
  const spec = "WindowSpec" in over ? over.WindowSpec : namedWindow(foldIdent(over.NamedWindow), scope);
  return bindWindowSpec(spec, scope);
}

function namedWindow(name: string, scope: ExprScope): WindowSpec {
  const spec = scope.windows?.get(name);
  if (spec === undefined) throw planError(`The window ${name} is not defined!`);
  return spec;
}

function bindWindowSpec(spec: WindowSpec, scope: ExprScope): BoundWindow {
  const base =
    spec.window_name === null || spec.window_name === undefined
      ? undefined
      : bindWindowSpec(namedWindow(foldIdent(spec.window_name), scope), scope);
  const inner: ExprScope = { ...scope, clause: "SELECT" };
  const partitionBy = [...(base?.partitionBy ?? []), ...spec.partition_by.map((e) => bindExpr(e, inner))];
  const orderBy = [...(base?.orderBy ?? []), ...bindSortKeys(spec.order_by, inner)];
  const frame = spec.window_frame ? bindFrame(spec.window_frame, inner) : base?.frame;
  return { partitionBy, orderBy, ...(frame === undefined ? {} : { frame }) };
}

function bindFrame(frame: WindowFrameNode, scope: ExprScope): WindowFrame {
  return {
    units: ({ Rows: "rows", Range: "range", Groups: "groups" } as const)[frame.units],
    start: bindBound(frame.start_bound, scope),
    end: frame.end_bound ? bindBound(frame.end_bound, scope) : { at: "current" },
  };
}

function bindBound(bound: FrameBoundNode, scope: ExprScope): FrameBound {
  if (bound === "CurrentRow") return { at: "current" };
  const at = "Preceding" in bound ? "preceding" : "following";
  const distance = "Preceding" in bound ? bound.Preceding : bound.Following;
  return distance === null || distance === undefined ? { at } : { at, distance: bindExpr(distance, scope) };
}
