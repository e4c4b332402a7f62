import type { ByteSink } from "../bytes/index.ts";
import {
  COPY_MAX_LENGTH,
  Element,
  NEAR_COPY_MAX_LENGTH,
  NEAR_COPY_MAX_OFFSET,
  NEAR_COPY_MIN_LENGTH,
  SHORT_LITERAL,
} from "./format.ts";

/** Copies reach back to the beginning of their block at most: that keeps offsets within two bytes. */
const BLOCK_BYTES = 65_536;
const HASH_BITS = 14;
const SHORTEST_MATCH = 4;
/** After so many steps without a match, steps grow by a byte. */
const PATIENCE_BITS = 5;

/** By hash of four bytes: where in the block they were last, counted from 1. */
const places = new Int32Array(1 << HASH_BITS);

/** Appends the bytes in the Snappy format. */
export function compress(bytes: Uint8Array, sink: ByteSink): void {
  sink.varint(bytes.length);
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    compressBlock(bytes.subarray(start, start + BLOCK_BYTES), sink);
  }
}

function compressBlock(block: Uint8Array, sink: ByteSink): void {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const lastStart = block.length - SHORTEST_MATCH;
  places.fill(0);
  let literalStart = 0;
  let patience = 1 << PATIENCE_BITS;
  for (let at = 0; at <= lastStart; ) {
    const four = view.getInt32(at, true);
    const hash = Math.imul(four, 0x1e35_a7bd) >>> (32 - HASH_BITS);
    const candidate = places[hash]! - 1;
    places[hash] = at + 1;
    if (candidate < 0 || view.getInt32(candidate, true) !== four) {
      at += patience++ >> PATIENCE_BITS;
      continue;
    }
    let end = at + SHORTEST_MATCH;
    while (end < block.length && block[end] === block[end - at + candidate]) end++;
    writeLiteral(sink, block, literalStart, at);
    writeCopy(sink, at - candidate, end - at);
    at = end;
    literalStart = end;
    patience = 1 << PATIENCE_BITS;
  }
  writeLiteral(sink, block, literalStart, block.length);
}

function writeLiteral(sink: ByteSink, block: Uint8Array, start: number, end: number): void {
  const last = end - start - 1;
  if (last < 0) return;
  if (last < SHORT_LITERAL) {
    sink.u8((last << 2) | Element.literal);
  } else if (last < 256) {
    sink.u8((SHORT_LITERAL << 2) | Element.literal);
    sink.u8(last);
  } else {
    sink.u8(((SHORT_LITERAL + 1) << 2) | Element.literal);
    sink.u8(last & 0xff);
    sink.u8(last >> 8);
  }
  sink.append(block.subarray(start, end));
}

function writeCopy(sink: ByteSink, offset: number, length: number): void {
  let rest = length;
  while (rest > COPY_MAX_LENGTH) {
    // What is left must not be shorter than the shortest copy.
    const taken = Math.min(COPY_MAX_LENGTH, rest - NEAR_COPY_MIN_LENGTH);
    writeOneCopy(sink, offset, taken);
    rest -= taken;
  }
  writeOneCopy(sink, offset, rest);
}

function writeOneCopy(sink: ByteSink, offset: number, length: number): void {
  if (length <= NEAR_COPY_MAX_LENGTH && offset <= NEAR_COPY_MAX_OFFSET) {
    sink.u8(((offset >> 8) << 5) | ((length - NEAR_COPY_MIN_LENGTH) << 2) | Element.nearCopy);
    sink.u8(offset & 0xff);
    return;
  }
  sink.u8(((length - 1) << 2) | Element.copy);
  sink.u8(offset & 0xff);
  sink.u8(offset >> 8);
}
