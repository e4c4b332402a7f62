import { chunkOfRow } from "../layout/index.ts";
import type { MirrorChunk } from "./mirror-chunk.ts";

/** The published rows of a table as the reader's own computations walk over them. */
export interface RowSource {
  readonly rowCount: number;
  readonly seriesCount: number;
  readonly chunks: readonly MirrorChunk[];
  /** Rows that arrived at or before their series' last time, ascending. */
  readonly lateRows: Int32Array;
}

/** Whether the row has a value in the column. */
export function hasValue(source: RowSource, columnId: number, row: number): boolean {
  const chunk = source.chunks[chunkOfRow(row)]!;
  return chunk.columns.get(columnId)?.has(row - chunk.firstRow) ?? false;
}

export function columnIds(source: RowSource): Set<number> {
  const ids = new Set<number>();
  for (const chunk of source.chunks) for (const id of chunk.columns.keys()) ids.add(id);
  return ids;
}

/** One byte per series: 1 when a row of it came late. */
export function lateSeries(source: RowSource): Uint8Array {
  const flags = new Uint8Array(source.seriesCount);
  for (const row of source.lateRows) {
    const chunk = source.chunks[chunkOfRow(row)]!;
    flags[chunk.series[row - chunk.firstRow]!] = 1;
  }
  return flags;
}
