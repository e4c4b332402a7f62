import { chunkOfRow } from "../layout/index.ts";
import { PointFills } from "./point-fills.ts";
import { PointIndex } from "./point-index.ts";
import { lateSeries, type RowSource } from "./row-source.ts";

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
  const fills = new PointFills(source);
  const ofPoint = new Int32Array(chains.rows.length);
  let replacedCount = 0;
  for (let point = 0; point < points.count; point++) {
    let start = ofPoint.length;
    for (let hit = chains.newest[point]!; hit !== NONE; hit = chains.older[hit]!)
      ofPoint[--start] = chains.rows[hit]!;
    if (ofPoint.length - start < 2) continue;
    for (let i = start; i < ofPoint.length - 1; i++) replaced[ofPoint[i]!] = 1;
    replacedCount += ofPoint.length - 1 - start;
    fills.add(ofPoint, start, ofPoint.length);
  }
  return replacedCount === 0 ? null : { replaced, replacedCount, filledFrom: fills.filledFrom };
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
