import type { BufferBatch } from "../layout/index.ts";
import type { TableBuffer } from "./table-buffer.ts";
import type { MemoryTotal } from "./table-memory.ts";

/** The tables as they were when they were frozen: no new rows come, those in flight become durable or go. */
export interface FrozenGeneration {
  readonly generation: number;
  /** Those that had rows and were not dropped since. */
  readonly tables: readonly TableBuffer[];
  /**
   * All of its memory, for a reader that needs nothing else. With thousands of tables telling it takes a second: it comes
   * in parts, between which others may have their turn.
   */
  describe(): Iterable<BufferBatch>;
}

/** The tables that were written between two rotations. */
export class Generation {
  readonly number: number;
  readonly tables = new Map<number, TableBuffer>();
  readonly total: MemoryTotal = { bytes: 0, heapBytes: 0 };
  /** Frozen: the batch that announced the last of its memory. */
  lastBatch: number | undefined;

  constructor(number: number) {
    this.number = number;
  }

  get hasRows(): boolean {
    for (const table of this.tables.values()) if (table.rowCount > 0) return true;
    return false;
  }
}
