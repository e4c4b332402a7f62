import type { FileColumn } from "../types.ts";

/** How large the batches of sorted rows may get; whatever is bounded here is a row group later. */
export interface BatchBounds {
  readonly rows: number;
  /** Bytes of strings after which a batch takes no more; a row more than that may be in it. */
  readonly bytes: number;
}

/** Readers split work by row groups of this many rows: 60 of DuckDB's vectors. */
const MOST_ROWS = 122_880;
const ROW_STEP = 2048;
/** 64 MiB of values; only tables of more than 68 columns get smaller batches by it. */
const MOST_VALUES = 8_388_608;
const MOST_BYTES = 67_108_864;

export function batchBounds(columns: readonly FileColumn[]): BatchBounds {
  const steps = Math.floor(MOST_VALUES / columns.length / ROW_STEP);
  return { rows: Math.min(MOST_ROWS, Math.max(1, steps) * ROW_STEP), bytes: MOST_BYTES };
}
