import { copyBits, setBits } from "../../bits/index.ts";
import type { ByteCursor, ByteSink } from "../bytes/index.ts";

/** Shorter runs of whole bytes are not worth a head of their own. */
const SHORTEST_RUN_BYTES = 8;

/** Writes which rows have values: one bit a row, as runs or as they are. */
export function writeLevels(
  sink: ByteSink,
  validity: Uint8Array | undefined,
  start: number,
  rowCount: number,
  valueCount: number,
): void {
  const lengthAt = sink.length;
  sink.u32(0);
  if (validity === undefined || valueCount === rowCount) writeRun(sink, rowCount, 1);
  else if (valueCount === 0) writeRun(sink, rowCount, 0);
  else {
    const bits = new Uint8Array((rowCount + 7) >> 3);
    copyBits(validity, start, bits, 0, rowCount);
    writeBits(sink, bits, rowCount);
  }
  sink.view.setUint32(lengthAt, sink.length - lengthAt - 4, true);
}

function writeBits(sink: ByteSink, bits: Uint8Array, rowCount: number): void {
  // The last byte may not be whole.
  const wholeBytes = rowCount >> 3;
  let packedFrom = 0;
  let at = 0;
  while (at < wholeBytes) {
    const byte = bits[at]!;
    let end = at + 1;
    if (byte === 0 || byte === 0xff) while (end < wholeBytes && bits[end] === byte) end++;
    if (end - at >= SHORTEST_RUN_BYTES) {
      writePacked(sink, bits, packedFrom, at);
      writeRun(sink, (end - at) * 8, byte & 1);
      packedFrom = end;
    }
    at = end;
  }
  writePacked(sink, bits, packedFrom, bits.length);
}

function writeRun(sink: ByteSink, rowCount: number, level: number): void {
  sink.varint(rowCount * 2);
  sink.u8(level);
}

function writePacked(sink: ByteSink, bits: Uint8Array, start: number, end: number): void {
  if (end === start) return;
  sink.varint((end - start) * 2 + 1);
  sink.append(bits.subarray(start, end));
}

/** Bits of all rows, all 0 at first, and where the next ones go. */
export interface LevelTarget {
  readonly validity: Uint8Array;
  readonly row: number;
}

/** Sets the bits of rows that have values. */
export function readLevels(cursor: ByteCursor, { validity, row }: LevelTarget, rowCount: number): void {
  const end = cursor.at + 4 + cursor.u32();
  let done = 0;
  while (done < rowCount) {
    const head = cursor.varint();
    const isPacked = head % 2 === 1;
    const length = Math.floor(head / 2) * (isPacked ? 8 : 1);
    if (length === 0 || (!isPacked && length > rowCount - done))
      throw cursor.malformed("a run has a wrong length");
    const wanted = Math.min(length, rowCount - done);
    if (isPacked) copyBits(cursor.take(length / 8), 0, validity, row + done, wanted);
    else if (cursor.u8() === 1) setBits(validity, row + done, wanted);
    done += wanted;
  }
  if (cursor.at !== end) throw cursor.malformed("levels have a wrong length");
}
