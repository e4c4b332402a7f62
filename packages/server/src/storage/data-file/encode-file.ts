import { ParquetWriter, type ParquetWriterOptions } from "../parquet/index.ts";
import type { SortedRows } from "../types.ts";

/** A whole data file, and what the index says about it. */
export interface EncodedFile {
  readonly bytes: Uint8Array;
  readonly rowCount: number;
  readonly minTimeNs: bigint;
  readonly maxTimeNs: bigint;
  readonly columnIds: readonly number[];
}

/** Each batch of rows becomes a row group. */
export function encodeFile(options: ParquetWriterOptions, rows: SortedRows): EncodedFile {
  const writer = new ParquetWriter(options);
  for (let batch = rows.next(); batch !== undefined; batch = rows.next()) writer.addRowGroup(batch);
  const { pieces, sizeBytes, rowCount, minTimeNs, maxTimeNs } = writer.finish();
  const columnIds = options.columns.map(({ id }) => id).sort((a, b) => a - b);
  return { bytes: joined(pieces, sizeBytes), rowCount, minTimeNs, maxTimeNs, columnIds };
}

function joined(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(sizeBytes);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
