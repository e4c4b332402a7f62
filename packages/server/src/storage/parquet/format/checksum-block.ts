import { crc32 } from "../../../foundation/index.ts";
import type { ByteSink } from "../bytes/index.ts";

const MAGIC = 0x4b43_524d; // "MRCK"
/** Count, checksum and magic. */
const TAIL_BYTES = 12;

/**
 * Stands before the footer, where readers of Parquet do not look: page headers and footers have no checksums in the
 * format. docs/formats/parquet-layout.md
 */
export interface ChecksumBlock {
  /** By row group and then column. */
  readonly headers: readonly number[];
  readonly sizeBytes: number;
}

export function writeChecksumBlock(sink: ByteSink, headers: readonly number[], footer: Uint8Array): void {
  const start = sink.length;
  for (const checksum of headers) sink.u32(checksum);
  sink.u32(headers.length);
  const own = crc32(sink.bytes.subarray(start, sink.length));
  sink.u32(crc32(footer, own));
  sink.u32(MAGIC);
}

/**
 * Undefined when the footer, or what stands before it, is not what was written. `read` gives bytes that end a number of
 * bytes before the footer.
 */
export function readChecksumBlock(
  footer: Uint8Array,
  bytesBefore: number,
  read: (length: number) => Uint8Array,
): ChecksumBlock | undefined {
  if (bytesBefore < TAIL_BYTES) return undefined;
  const tail = viewOf(read(TAIL_BYTES));
  if (tail.getUint32(8, true) !== MAGIC) return undefined;
  const count = tail.getUint32(0, true);
  const sizeBytes = count * 4 + TAIL_BYTES;
  if (sizeBytes > bytesBefore) return undefined;
  const block = read(sizeBytes);
  const own = crc32(block.subarray(0, sizeBytes - 8));
  if (crc32(footer, own) !== tail.getUint32(4, true)) return undefined;
  const view = viewOf(block);
  return { headers: Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true)), sizeBytes };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
