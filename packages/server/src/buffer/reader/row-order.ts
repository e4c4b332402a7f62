import { lateSeries, type RowSource } from "./row-source.ts";
import { sortRowsByTime } from "./time-sort.ts";

/** The rows that are not replaced, in arrival order. */
export function survivors(rowCount: number, replaced: Uint8Array, replacedCount: number): Int32Array {
  const rows = new Int32Array(rowCount - replacedCount);
  let count = 0;
  for (let row = 0; row < rowCount; row++) if (replaced[row] === 0) rows[count++] = row;
  return rows;
}

/** The rows that are not replaced, by series rank and then time. */
export function rowsBySeriesAndTime(
  source: RowSource,
  ranks: Int32Array,
  replaced: Uint8Array | undefined,
): Int32Array {
  const { ends, rows } = groupBySeries(source, ranks, replaced);
  const late = lateSeries(source);
  let start = 0;
  // Within a series rows arrived in order of time unless one of them came late.
  for (const series of seriesByRank(ranks)) {
    const end = ends[ranks[series]!]!;
    if (late[series] === 1) sortRowsByTime(source, rows.subarray(start, end));
    start = end;
  }
  return rows;
}

function groupBySeries(
  source: RowSource,
  ranks: Int32Array,
  replaced: Uint8Array | undefined,
): { rows: Int32Array; ends: Int32Array } {
  const counts = new Int32Array(ranks.length);
  eachRow(source, replaced, (_, series) => {
    counts[ranks[series]!]!++;
  });
  let total = 0;
  // From here on the array holds, by rank, the place of the next row; at the end that is the place after the last.
  const ends = counts.map((count) => {
    total += count;
    return total - count;
  });
  const rows = new Int32Array(total);
  eachRow(source, replaced, (row, series) => {
    rows[ends[ranks[series]!]!++] = row;
  });
  return { rows, ends };
}

function eachRow(
  source: RowSource,
  replaced: Uint8Array | undefined,
  visit: (row: number, series: number) => void,
): void {
  for (const chunk of source.chunks) {
    const end = Math.min(source.rowCount - chunk.firstRow, chunk.capacity);
    for (let slot = 0; slot < end; slot++) {
      const row = chunk.firstRow + slot;
      if (replaced?.[row] !== 1) visit(row, chunk.series[slot]!);
    }
  }
}

function seriesByRank(ranks: Int32Array): Int32Array {
  const series = new Int32Array(ranks.length);
  ranks.forEach((rank, one) => {
    series[rank] = one;
  });
  return series;
}
