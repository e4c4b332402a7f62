import type { SqlType } from "@millrace/sql";
import type { DataChunk } from "../native.ts";

/** Inclusive bounds on `time`; rows outside need not be delivered. */
export interface TimeRange {
  readonly minNs?: bigint;
  readonly maxNs?: bigint;
}

/** What `millrace_scan(i)` reads: the i-th base table of a query, pinned for as long as the query runs. */
export interface ScanSource {
  /** By column index of the table's schema; the scan's columns are named c0, c1, … */
  readonly columns: readonly SqlType[];
  readonly rowCount: number;
  /** `projection`: for each vector of the output chunk the column it wants, or -1 when nobody reads it. */
  open(projection: readonly number[]): ScanCursor;
}

export interface ScanCursor {
  /** Fills the vectors of the chunk and returns the number of rows; 0 ends the scan. */
  fill(chunk: DataChunk): number;
}
