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

/** A field column's validity bits, by chunk; undefined where no row of the chunk has a value. */
export interface ColumnValidity {
  readonly columnId: number;
  readonly bits: readonly (Uint8Array | undefined)[];
}

export function columnValidities({ chunks }: RowSource): ColumnValidity[] {
  const ids = new Set(chunks.flatMap((chunk) => chunk.columnIds()));
  return Array.from(ids, (columnId) => ({
    columnId,
    bits: chunks.map((chunk) => chunk.column(columnId)?.validity),
  }));
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
