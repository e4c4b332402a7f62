import { type BoundAggregation, type BoundExpr, type GapFill, planError } from "@millrace/sql";
import { toInstant } from "./functions/index.ts";
import { columnName } from "./print-expr.ts";
import { bigintText, castText } from "./sql-text.ts";
import { epochNs, instantOf, localNs } from "./time-text.ts";

/** More bins than this per series are a typing error rather than a chart. */
const MAX_BINS = 10_000_000n;

/**
 * Surrounds a grouped query by the filling of its gaps: every combination of the other groups that has rows gets a
 * row for every bin (docs/reference/sql.md, "Gap filling"). Columns keep their places.
 */
export function gapFillText(grouped: string, aggregation: BoundAggregation, fill: GapFill): string {
  const { groups, aggregates } = aggregation;
  const bins = fill.lastNs < fill.firstNs ? 0n : (fill.lastNs - fill.firstNs) / fill.strideNs + 1n;
  if (bins > MAX_BINS)
    throw planError(
      `gap filling would make ${bins} rows per series, more than ${MAX_BINS}. Choose a longer interval or a shorter time range`,
    );
  const keys = groups.flatMap((_, i) => (i === fill.group ? [] : [i]));
  const bin = columnName(fill.group);
  const keyList = keys.map(columnName).join(", ");
  const grid = `SELECT ${[...keys.map((i) => `k.${columnName(i)}`), `b.b AS ${bin}`].join(", ")} FROM ${keySource(keyList)} CROSS JOIN (${binsText(fill)}) AS b`;
  const match = [...keys, fill.group].map(
    (i) => `a.${columnName(i)} IS NOT DISTINCT FROM g.${columnName(i)}`,
  );
  const columns = [
    ...groups.map((_, i) => `g.${columnName(i)} AS ${columnName(i)}`),
    ...aggregates.map((aggregate, i) => {
      const name = columnName(groups.length + i);
      return `${filled(`a.${name}`, aggregate, keys, fill)} AS ${name}`;
    }),
  ];
  return `WITH a AS (${grouped}), g AS (${grid}) SELECT ${columns.join(", ")} FROM g LEFT JOIN a ON ${match.join(" AND ")} ORDER BY ${[...keys, fill.group].map((i) => `g.${columnName(i)}`).join(", ")}`;
}

/** No rows give no series: without other groups one row stands for "there is data". */
function keySource(keyList: string): string {
  return keyList === "" ? "(SELECT 1 FROM a LIMIT 1) AS k" : `(SELECT DISTINCT ${keyList} FROM a) AS k`;
}

function binsText(fill: GapFill): string {
  const { firstNs, lastNs, strideNs, wallClockZone } = fill;
  const series = `SELECT unnest(generate_series(${bigintText(firstNs)}::BIGINT, ${bigintText(lastNs)}::BIGINT, ${bigintText(strideNs)}::BIGINT)) AS n`;
  if (wallClockZone === undefined) return `SELECT ${instantOf("n")} AS b FROM (${series})`;
  // Bins of local time: an hour that the clock skips or repeats must not show up twice.
  const parts = `struct_pack(b := n, o := ${localNs("n", wallClockZone)} - n)`;
  return `SELECT DISTINCT ${instantOf(toInstant(parts, wallClockZone, strideNs))} AS b FROM (${series})`;
}

function filled(column: string, aggregate: BoundExpr, keys: readonly number[], fill: GapFill): string {
  if (aggregate.node === "fill") {
    return aggregate.mode === "locf"
      ? carried(column, keys, fill)
      : interpolated(column, aggregate, keys, fill);
  }
  const isCount = aggregate.node === "aggregate" && aggregate.name === "count";
  return isCount ? `coalesce(${column}, 0)` : column;
}

function over(keys: readonly number[], fill: GapFill, frame: string): string {
  const partition =
    keys.length === 0 ? "" : `PARTITION BY ${keys.map((i) => `g.${columnName(i)}`).join(", ")} `;
  return `OVER (${partition}ORDER BY g.${columnName(fill.group)} ${frame})`;
}

const UP_TO_HERE = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
const FROM_HERE = "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING";

function carried(column: string, keys: readonly number[], fill: GapFill): string {
  return `last_value(${column} IGNORE NULLS) ${over(keys, fill, UP_TO_HERE)}`;
}

function interpolated(column: string, aggregate: BoundExpr, keys: readonly number[], fill: GapFill): string {
  const { type } = aggregate;
  if (type.kind !== "int" && type.kind !== "float" && type.kind !== "null") {
    throw planError(
      `unsupported data type ${type.kind === "utf8" ? "Utf8" : type.kind} for interpolation gap filling`,
    );
  }
  const ns = epochNs(`g.${columnName(fill.group)}`);
  const at = `CASE WHEN ${column} IS NOT NULL THEN ${ns} END`;
  const [before, after] = [over(keys, fill, UP_TO_HERE), over(keys, fill, FROM_HERE)];
  const previous = `last_value(${column} IGNORE NULLS) ${before}`;
  const next = `first_value(${column} IGNORE NULLS) ${after}`;
  const from = `last_value(${at} IGNORE NULLS) ${before}`;
  const to = `first_value(${at} IGNORE NULLS) ${after}`;
  const share = `CAST(${ns} - ${from} AS DOUBLE) / CAST(${to} - ${from} AS DOUBLE)`;
  const difference = `(CAST(${next} AS DOUBLE) - CAST(${previous} AS DOUBLE))`;
  const line = `CAST(${previous} AS DOUBLE) + ${difference} * ${share}`;
  const value = type.kind === "int" ? castText(`trunc(${line})`, type) : line;
  return `CASE WHEN ${column} IS NOT NULL THEN ${column} WHEN ${previous} IS NOT NULL AND ${next} IS NOT NULL THEN ${value} END`;
}
