import { chunkOfRow } from "../layout/index.ts";
import { PointIndex } from "./point-index.ts";
import { type ColumnValidity, columnValidities, lateSeries, type RowSource } from "./row-source.ts";

const NONE = -1;

export interface Duplicates {
  /** Rows that a later row of the same point replaces. */
  readonly replaced: Uint8Array;
  readonly replacedCount: number;
  /** Column id → (surviving row → older row that holds this field's value). */
  readonly filledFrom: Map<number, Map<number, number>>;
}

/**
 * Finds rows of the same point. The second row of a point is always a late one, so only the late rows' points are
 * looked for, and only among the series that have late rows. `null`: every row is a point of its own.
 */
export function findDuplicates(source: RowSource, hashSeed: number): Duplicates | null {
  if (source.lateRows.length === 0) return null;
  const points = latePoints(source, hashSeed);
  const chains = chainRows(source, points);
  const replaced = new Uint8Array(source.rowCount);
  const filledFrom = new Map<number, Map<number, number>>();
  const columns = columnValidities(source);
  let replacedCount = 0;
  for (let point = 0; point < points.count; point++) {
    const newest = chains.newest[point]!;
    if (newest === NONE || chains.older[newest] === NONE) continue;
    for (let hit = chains.older[newest]!; hit !== NONE; hit = chains.older[hit]!) {
      replaced[chains.rows[hit]!] = 1;
      replacedCount++;
    }
    fill(source, chains, newest, columns, filledFrom);
  }
  return replacedCount === 0 ? null : { replaced, replacedCount, filledFrom };
}

function latePoints(source: RowSource, hashSeed: number): PointIndex {
  const points = new PointIndex(source.lateRows.length, hashSeed);
  for (const row of source.lateRows) {
    const chunk = source.chunks[chunkOfRow(row)]!;
    const slot = row - chunk.firstRow;
    points.add(chunk.series[slot]!, chunk.timeWords[slot * 2]!, chunk.timeWords[slot * 2 + 1]!);
  }
  return points;
}

interface Chains {
  /** By point: its newest hit. */
  readonly newest: Int32Array;
  /** By hit: its row, and the next older hit of the same point. */
  readonly rows: Int32Array;
  readonly older: Int32Array;
}

function chainRows(source: RowSource, points: PointIndex): Chains {
  const affected = lateSeries(source);
  const newest = new Int32Array(points.count).fill(NONE);
  // A point's first row need not be late, all further ones are.
  const rows = new Int32Array(source.lateRows.length + points.count);
  const older = new Int32Array(rows.length);
  let hits = 0;
  for (const chunk of source.chunks) {
    const { firstRow, series, timeWords } = chunk;
    const end = Math.min(source.rowCount - firstRow, chunk.capacity);
    for (let slot = 0; slot < end; slot++) {
      const id = series[slot]!;
      if (affected[id] === 0) continue;
      const point = points.find(id, timeWords[slot * 2]!, timeWords[slot * 2 + 1]!);
      if (point === NONE) continue;
      rows[hits] = firstRow + slot;
      older[hits] = newest[point]!;
      newest[point] = hits++;
    }
  }
  return { newest, rows, older };
}

/** An empty field of a point's newest row takes the value of the newest older row that has one. */
function fill(
  source: RowSource,
  chains: Chains,
  newest: number,
  columns: readonly ColumnValidity[],
  filledFrom: Map<number, Map<number, number>>,
): void {
  const row = chains.rows[newest]!;
  const chunk = chunkOfRow(row);
  const slot = row - source.chunks[chunk]!.firstRow;
  for (const column of columns) {
    if (isSet(column.bits[chunk], slot)) continue;
    const from = newestWithValue(source, chains, chains.older[newest]!, column);
    if (from === NONE) continue;
    const ofColumn = filledFrom.get(column.columnId) ?? new Map<number, number>();
    filledFrom.set(column.columnId, ofColumn.set(row, from));
  }
}

function newestWithValue(
  source: RowSource,
  chains: Chains,
  firstHit: number,
  column: ColumnValidity,
): number {
  for (let hit = firstHit; hit !== NONE; hit = chains.older[hit]!) {
    const row = chains.rows[hit]!;
    const chunk = chunkOfRow(row);
    if (isSet(column.bits[chunk], row - source.chunks[chunk]!.firstRow)) return row;
  }
  return NONE;
}

function isSet(bits: Uint8Array | undefined, slot: number): boolean {
  return bits !== undefined && (bits[slot >> 3]! & (1 << (slot & 7))) !== 0;
}
