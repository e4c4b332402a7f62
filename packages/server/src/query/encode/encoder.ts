import type { Batch } from "../result/index.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Turns the batches of one result into the bytes of one format. */
export interface RowEncoder {
  readonly contentType: string;
  begin(out: ByteWriter): void;
  /**
   * Writes rows from `fromRow` until the batch ends or `out` holds `stopBytes`; returns the first row not written.
   */
  rows(batch: Batch, fromRow: number, out: ByteWriter, stopBytes: number): number;
  /** True when further rows would be dropped: the query may end early. */
  readonly full: boolean;
  /** Writes what comes after the last row; `false` when `stopBytes` were reached before everything was written. */
  end(out: ByteWriter, stopBytes: number): boolean;
}
