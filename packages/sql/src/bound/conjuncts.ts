import type { BoundExpr, ColumnExpr } from "./expr.ts";

/** The parts of a condition that must all hold. */
export function conjunctsOf(expr: BoundExpr | undefined): readonly BoundExpr[] {
  const parts: BoundExpr[] = [];
  const pending = expr === undefined ? [] : [expr];
  while (pending.length > 0) {
    const next = pending.pop()!;
    if (next.node === "binary" && next.op === "and") pending.push(next.right, next.left);
    else parts.push(next);
  }
  return parts;
}

/** A range of instants, both ends inclusive; an absent end is open. */
export interface TimeRange {
  readonly minNs?: bigint;
  readonly maxNs?: bigint;
}

export function intersectRanges(a: TimeRange, b: TimeRange): TimeRange {
  const minNs = a.minNs === undefined || (b.minNs !== undefined && b.minNs > a.minNs) ? b.minNs : a.minNs;
  const maxNs = a.maxNs === undefined || (b.maxNs !== undefined && b.maxNs < a.maxNs) ? b.maxNs : a.maxNs;
  return { ...(minNs === undefined ? {} : { minNs }), ...(maxNs === undefined ? {} : { maxNs }) };
}

export type ColumnTest = (column: ColumnExpr) => boolean;

/** What the conjuncts of a condition say about a timestamp column. */
export function timeRangeOf(condition: BoundExpr | undefined, isColumn: ColumnTest): TimeRange {
  return conjunctsOf(condition).reduce<TimeRange>(
    (range, conjunct) => intersectRanges(range, conjunctRange(conjunct, isColumn)),
    {},
  );
}

function conjunctRange(expr: BoundExpr, isColumn: ColumnTest): TimeRange {
  if (expr.node === "between" && !expr.negated && isTimeColumn(expr.expr, isColumn)) {
    return intersectRanges(boundRange(">=", expr.low), boundRange("<=", expr.high));
  }
  if (expr.node !== "binary") return {};
  if (isTimeColumn(expr.left, isColumn)) return boundRange(expr.op, expr.right);
  if (isTimeColumn(expr.right, isColumn)) return boundRange(FLIPPED[expr.op] ?? "", expr.left);
  return {};
}

const FLIPPED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=" };

function isTimeColumn(expr: BoundExpr, isColumn: ColumnTest): boolean {
  // A change of zone or unit leaves the instant as it is.
  const inner = expr.node === "cast" && expr.expr.type.kind === "timestamp" ? expr.expr : expr;
  return inner.node === "column" && inner.type.kind === "timestamp" && isColumn(inner);
}

function boundRange(op: string, bound: BoundExpr): TimeRange {
  if (bound.node !== "literal" || bound.type.kind !== "timestamp" || typeof bound.value !== "bigint")
    return {};
  switch (op) {
    case "=":
      return { minNs: bound.value, maxNs: bound.value };
    case ">":
      return { minNs: bound.value + 1n };
    case ">=":
      return { minNs: bound.value };
    case "<":
      return { maxNs: bound.value - 1n };
    case "<=":
      return { maxNs: bound.value };
    default:
      return {};
  }
}
