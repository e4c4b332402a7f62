import { chunkOfRow } from "../layout/index.ts";
import type { RowOrder } from "../types.ts";
import { PointFills } from "./point-fills.ts";
import type { RowLinks } from "./row-links.ts";
import { lateSeries, type RowSource } from "./row-source.ts";
import { TimeRuns } from "./time-runs.ts";

/** One row per point, by the series' rank and then time. */
export function orderBySeries(source: RowSource, ranks: Int32Array): RowOrder {
  const starts = startsByRank(source, ranks);
  if (source.lateRows.length === 0) return { rows: groupRows(source, ranks, starts), filledFrom: new Map() };
  const runs = groupWithTimes(source, ranks, starts);
  const late = lateSeries(source);
  const hasLateRows = new Uint8Array(ranks.length);
  for (let series = 0; series < ranks.length; series++) hasLateRows[ranks[series]!] = late[series]!;
  return mergeRuns(source, runs, starts, hasLateRows);
}

/** The same of the given series alone, in the order given. */
export function orderOfSeries(source: RowSource, links: RowLinks, series: Int32Array): RowOrder {
  const starts = new Int32Array(series.length + 1);
  for (let i = 0; i < series.length; i++) {
    starts[i + 1] = starts[i]! + links.countOf(series[i]!, source.rowCount);
  }
  const runs = new TimeRuns(starts[series.length]!);
  for (let i = 0; i < series.length; i++) links.fill(series[i]!, source.rowCount, runs.rows, starts[i + 1]!);
  for (let i = 0; i < runs.rows.length; i++) {
    const row = runs.rows[i]!;
    const chunk = source.chunks[chunkOfRow(row)]!;
    const slot = row - chunk.firstRow;
    runs.set(i, row, chunk.timeWords[slot * 2]!, chunk.timeWords[slot * 2 + 1]!);
  }
  return mergeRuns(source, runs, starts, undefined);
}

/** By rank: the place of the first row; one more place at the end. */
function startsByRank(source: RowSource, ranks: Int32Array): Int32Array {
  const starts = new Int32Array(ranks.length + 1);
  for (const { firstRow, capacity, series } of source.chunks) {
    const end = Math.min(source.rowCount - firstRow, capacity);
    for (let slot = 0; slot < end; slot++) starts[ranks[series[slot]!]! + 1]!++;
  }
  for (let rank = 1; rank < starts.length; rank++) starts[rank]! += starts[rank - 1]!;
  return starts;
}

function groupRows(source: RowSource, ranks: Int32Array, starts: Int32Array): Int32Array {
  const next = starts.slice();
  const rows = new Int32Array(source.rowCount);
  for (const { firstRow, capacity, series } of source.chunks) {
    const end = Math.min(source.rowCount - firstRow, capacity);
    for (let slot = 0; slot < end; slot++) rows[next[ranks[series[slot]!]!]!++] = firstRow + slot;
  }
  return rows;
}

function groupWithTimes(source: RowSource, ranks: Int32Array, starts: Int32Array): TimeRuns {
  const next = starts.slice();
  const runs = new TimeRuns(source.rowCount);
  for (const { firstRow, capacity, series, timeWords } of source.chunks) {
    const end = Math.min(source.rowCount - firstRow, capacity);
    for (let slot = 0; slot < end; slot++) {
      const at = next[ranks[series[slot]!]!]!++;
      runs.set(at, firstRow + slot, timeWords[slot * 2]!, timeWords[slot * 2 + 1]!);
    }
  }
  return runs;
}

/** Only runs with late rows are out of order or hold a point twice; undefined: any may. */
function mergeRuns(
  source: RowSource,
  runs: TimeRuns,
  starts: Int32Array,
  hasLateRows: Uint8Array | undefined,
): RowOrder {
  const fills = new PointFills(source);
  const { rows } = runs;
  let kept = 0;
  for (let run = 0; run + 1 < starts.length; run++) {
    const start = starts[run]!;
    const end = starts[run + 1]!;
    if (hasLateRows?.[run] === 0) {
      if (kept !== start) rows.copyWithin(kept, start, end);
      kept += end - start;
      continue;
    }
    runs.sortRun(start, end);
    for (let from = start; from < end; ) {
      let to = from;
      while (to + 1 < end && runs.isSameTime(to)) to++;
      if (to > from) fills.add(rows, from, to + 1);
      rows[kept++] = rows[to]!;
      from = to + 1;
    }
  }
  return { rows: kept === rows.length ? rows : rows.slice(0, kept), filledFrom: fills.filledFrom };
}
