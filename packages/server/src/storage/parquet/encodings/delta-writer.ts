import type { ByteSink } from "../bytes/index.ts";
import { packValues, widthOf } from "./bit-packing.ts";
import { BLOCK, MINIBLOCK, MINIBLOCKS } from "./delta-format.ts";

const TWO_32 = 4_294_967_296;
const TWO_31 = 2_147_483_648;
/** Differences below 2^52 and sums of two of them are exact as floating-point numbers. */
const LARGEST_HIGH_STEP = 1_048_575;

const steps = new Float64Array(BLOCK);
const low = new Int32Array(BLOCK);
const high = new Int32Array(BLOCK);

/**
 * Writes values of two words as differences. False when they are too far apart for that, which is when it would save
 * next to nothing: the sink is as it was then.
 */
export function writeDeltas(sink: ByteSink, words: Int32Array, start: number, count: number): boolean {
  const sinkStart = sink.length;
  sink.varint(BLOCK);
  sink.varint(MINIBLOCKS);
  sink.varint(count);
  if (count === 0) sink.varint(0);
  else sink.zigzagWords(words[start * 2]!, words[start * 2 + 1]!);
  for (let done = 1; done < count; done += BLOCK) {
    const length = Math.min(BLOCK, count - done);
    if (writeSmallSteps(sink, words, start + done, length)) continue;
    if (!takeSteps(words, start + done, length)) {
      sink.length = sinkStart;
      return false;
    }
    writeBlock(sink, length);
  }
  return true;
}

/** Most blocks, in half the time: all values have the same high word, and steps fit 32 bits. False when not. */
function writeSmallSteps(sink: ByteSink, words: Int32Array, start: number, length: number): boolean {
  const high = words[start * 2 - 1]!;
  let before = words[start * 2 - 2]!;
  let highBits = 0;
  let overflow = 0;
  let min = 0x7fff_ffff;
  let max = -0x8000_0000;
  for (let i = 0; i < length; i++) {
    const at = (start + i) * 2;
    const now = words[at]!;
    const step = (now - before) | 0;
    highBits |= words[at + 1]! ^ high;
    // As unsigned words: the sign of the step must be the one of the comparison.
    overflow |= (now ^ before) & ~(now ^ step);
    low[i] = step;
    if (step < min) min = step;
    if (step > max) max = step;
    before = now;
  }
  if (highBits !== 0 || overflow < 0 || max - min >= TWO_31) return false;
  sink.zigzag(min);
  sink.reserve(MINIBLOCKS);
  const widthsAt = sink.length;
  sink.length += MINIBLOCKS;
  low.fill(min, length);
  for (let miniblock = 0; miniblock < MINIBLOCKS; miniblock++) {
    const from = miniblock * MINIBLOCK;
    let bits = 0;
    for (let i = from; i < from + MINIBLOCK; i++) {
      const value = low[i]! - min;
      low[i] = value;
      bits |= value;
    }
    const width = widthOf(bits);
    if (width > 0) packValues(sink, low, from, MINIBLOCK, width);
    sink.bytes[widthsAt + miniblock] = width;
  }
  return true;
}

let smallest = 0;
let largest = 0;

/** Differences of values to the ones before; false when one is too large. */
function takeSteps(words: Int32Array, start: number, length: number): boolean {
  let lowBefore = words[start * 2 - 2]! >>> 0;
  let highBefore = words[start * 2 - 1]!;
  let highSteps = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const at = (start + i) * 2;
    const lowNow = words[at]! >>> 0;
    const highNow = words[at + 1]!;
    const highStep = highNow - highBefore;
    const step = highStep * TWO_32 + (lowNow - lowBefore);
    highSteps |= highStep < 0 ? ~highStep : highStep;
    steps[i] = step;
    if (step < min) min = step;
    if (step > max) max = step;
    lowBefore = lowNow;
    highBefore = highNow;
  }
  smallest = min;
  largest = max;
  // A step of the high words that overflows 32 bits is negative here after truncation, and as unsigned it is too large.
  return highSteps >>> 0 < LARGEST_HIGH_STEP;
}

function writeBlock(sink: ByteSink, length: number): void {
  const min = smallest;
  sink.zigzag(min);
  sink.reserve(MINIBLOCKS);
  const widthsAt = sink.length;
  sink.length += MINIBLOCKS;
  const isNarrow = largest - min < TWO_31;
  for (let miniblock = 0; miniblock < MINIBLOCKS; miniblock++) {
    const start = miniblock * MINIBLOCK;
    const end = Math.min(start + MINIBLOCK, length);
    const width = isNarrow ? writeNarrow(sink, start, end, min) : writeWide(sink, start, end, min);
    sink.bytes[widthsAt + miniblock] = width;
  }
}

/** Returns the width in bits. */
function writeNarrow(sink: ByteSink, start: number, end: number, min: number): number {
  let bits = 0;
  for (let i = start; i < end; i++) {
    const value = (steps[i]! - min) | 0;
    low[i] = value;
    bits |= value;
  }
  const width = widthOf(bits);
  if (width === 0) return 0;
  for (let i = end; i < start + MINIBLOCK; i++) low[i] = 0;
  packValues(sink, low, start, MINIBLOCK, width);
  return width;
}

function writeWide(sink: ByteSink, start: number, end: number, min: number): number {
  let lowBits = 0;
  let highBits = 0;
  for (let i = start; i < end; i++) {
    const value = steps[i]! - min;
    const valueHigh = Math.floor(value / TWO_32);
    const valueLow = (value - valueHigh * TWO_32) | 0;
    low[i] = valueLow;
    high[i] = valueHigh;
    lowBits |= valueLow;
    highBits |= valueHigh;
  }
  if (start >= end) return 0;
  low.fill(0, end, start + MINIBLOCK);
  high.fill(0, end, start + MINIBLOCK);
  if (highBits === 0) {
    const width = widthOf(lowBits);
    if (width > 0) packValues(sink, low, start, MINIBLOCK, width);
    return width;
  }
  return packWide(sink, start, widthOf(highBits));
}

/** Packs low words whole and as many bits of high words. */
function packWide(sink: ByteSink, start: number, highWidth: number): number {
  const width = 32 + highWidth;
  sink.reserve(MINIBLOCK * 8 + 8);
  const { view } = sink;
  let to = sink.length;
  let word = 0;
  let used = 0;
  for (let i = start; i < start + MINIBLOCK; i++) {
    view.setInt32(to, word | (low[i]! << used), true);
    to += 4;
    word = used === 0 ? 0 : low[i]! >>> (32 - used);
    word |= high[i]! << used;
    used += highWidth;
    if (used >= 32) {
      view.setInt32(to, word, true);
      to += 4;
      used -= 32;
      word = used === 0 ? 0 : high[i]! >>> (highWidth - used);
    }
  }
  sink.length = to;
  return width;
}
