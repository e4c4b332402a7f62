import {
  type BoundExpr,
  type BoundQuery,
  type BoundRelation,
  type CallExpr,
  type ColumnExpr,
  type GapFill,
  intersectRanges,
  someExpr,
  type TimeRange,
  timeRangeOf,
} from "../bound/index.ts";
import { planError } from "../errors/index.ts";
import * as t from "../types/index.ts";
import { floorToBin } from "./constant-calls.ts";

export function isGapFillCall(expr: BoundExpr): expr is CallExpr {
  return (
    expr.node === "call" && (expr.name === "date_bin_gapfill" || expr.name === "date_bin_wallclock_gapfill")
  );
}

/** Outside of a gap-filling query neither its bins nor its fills have a meaning. */
export function refuseGapFill(expr: BoundExpr): void {
  const isFill = (e: BoundExpr) => e.node === "fill";
  if (someExpr(expr, isGapFillCall))
    throw planError("date_bin_gapfill may only be used as a GROUP BY expression");
  if (someExpr(expr, (e) => isFill(e))) {
    const mode = someExpr(expr, (e) => e.node === "fill" && e.mode === "locf") ? "locf" : "interpolate";
    throw planError(`${mode} may only be used in the SELECT list of a gap-filling query`);
  }
}

/** The gap filling that a GROUP BY asks for; rules and texts in docs/reference/sql.md. */
export function bindGapFill(
  groups: readonly BoundExpr[],
  from: BoundRelation | undefined,
  where: BoundExpr | undefined,
): GapFill | undefined {
  const positions = groups.flatMap((g, i) => (isGapFillCall(g) ? [i] : []));
  if (groups.some((g) => !isGapFillCall(g) && someExpr(g, isGapFillCall))) {
    throw planError(
      "DATE_BIN_GAPFILL must be a top-level expression in the GROUP BY clause when gap filling. It cannot be part of another expression or cast",
    );
  }
  if (positions.length === 0) return undefined;
  if (positions.length > 1) throw planError("DATE_BIN_GAPFILL specified more than once");
  const call = groups[positions[0]!] as CallExpr;
  const strideNs = strideOf(call);
  const originNs = originOf(call);
  const { minNs, maxNs } = bounded(rangeOf(timeColumn(call), from, where));
  const zone = call.name === "date_bin_wallclock_gapfill" ? t.zoneOf(call.type) : undefined;
  return {
    group: positions[0]!,
    strideNs,
    firstNs: binStart(minNs, strideNs, originNs, zone),
    lastNs: binStart(maxNs, strideNs, originNs, zone),
    ...(zone === undefined || zone === "UTC" ? {} : { wallClockZone: zone }),
  };
}

/** First and last bin of a wall-clock fill are counted in local time, where the grid is even. */
function binStart(ns: bigint, strideNs: bigint, originNs: bigint, zone: string | undefined): bigint {
  if (zone === undefined || zone === "UTC") return floorToBin(ns, strideNs, originNs);
  const offset = t.offsetSecondsAt(zone, Math.floor(Number(ns / t.NANOS_PER_SECOND))) ?? 0;
  return floorToBin(ns + BigInt(offset) * t.NANOS_PER_SECOND, strideNs, originNs);
}

function strideOf(call: CallExpr): bigint {
  const stride = call.args[0]!;
  const value = stride.node === "literal" ? (stride.value as t.IntervalValue | null) : null;
  const nanos = value === null ? undefined : t.fixedNanos(value);
  if (nanos === undefined) {
    throw planError(
      "DATE_BIN_GAPFILL requires a constant interval of nanoseconds to weeks: months differ in length",
    );
  }
  if (nanos <= 0n) throw planError("DATE_BIN_GAPFILL requires an interval greater than zero");
  return nanos;
}

function originOf(call: CallExpr): bigint {
  const origin = call.args[2];
  if (origin === undefined) return 0n;
  if (origin.node === "literal" && typeof origin.value === "bigint") return origin.value;
  throw planError("DATE_BIN_GAPFILL requires a constant origin");
}

function timeColumn(call: CallExpr): ColumnExpr {
  let source = call.args[1]!;
  // A change of zone or unit still names the same column.
  while ((source.node === "call" && source.name === "tz") || source.node === "cast") {
    source = source.node === "call" ? source.args[0]! : source.expr;
  }
  if (source.node !== "column") throw planError("DATE_BIN_GAPFILL requires a column as the source argument");
  return source;
}

function bounded(range: TimeRange): { readonly minNs: bigint; readonly maxNs: bigint } {
  const { minNs, maxNs } = range;
  if (minNs !== undefined && maxNs !== undefined) return { minNs, maxNs };
  const missing =
    minNs === undefined
      ? maxNs === undefined
        ? "both upper and lower time bounds"
        : "lower time bound"
      : "upper time bound";
  throw planError(`gap-filling query is missing ${missing}`);
}

/** What the conditions on the column say, here and in the queries that the column comes from. */
function rangeOf(
  column: ColumnExpr,
  from: BoundRelation | undefined,
  where: BoundExpr | undefined,
): TimeRange {
  const here = timeRangeOf(where, (c) => c.relation === column.relation && c.index === column.index);
  const below = from === undefined ? undefined : findDerived(from, column.relation);
  return below === undefined ? here : intersectRanges(here, rangeBelow(below, column.index));
}

function rangeBelow(query: BoundQuery, index: number): TimeRange {
  if (query.body.body !== "select") return {};
  const { aggregation, projection, from, where } = query.body;
  let source = projection[index];
  if (source?.node === "column" && aggregation !== undefined && source.relation === aggregation.relation) {
    source = aggregation.groups[source.index];
  }
  return source?.node === "column" ? rangeOf(source, from, where) : {};
}

function findDerived(relation: BoundRelation, id: number): BoundQuery | undefined {
  if (relation.relation === "join") return findDerived(relation.left, id) ?? findDerived(relation.right, id);
  return relation.relation === "derived" && relation.id === id ? relation.query : undefined;
}
