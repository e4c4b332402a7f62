import type { ByteCursor } from "../bytes/index.ts";
import { unpackValues } from "./bit-packing.ts";
import { BLOCK, MINIBLOCK, MINIBLOCKS } from "./delta-format.ts";

const TWO_32 = 4_294_967_296;
/** `writeDeltas` does not write wider ones. */
const WIDEST = 53;

const low = new Int32Array(MINIBLOCK);
const high = new Int32Array(MINIBLOCK);

/** Reads what `writeDeltas` wrote: `count` values to `words`, from value `start` on. */
export function readDeltas(cursor: ByteCursor, words: Int32Array, start: number, count: number): void {
  const isOurs = cursor.varint() === BLOCK && cursor.varint() === MINIBLOCKS;
  if (!isOurs || cursor.varint() !== count) throw cursor.malformed("differences have an unexpected layout");
  const first = cursor.zigzagBig();
  if (count === 0) return;
  words[start * 2] = Number(BigInt.asIntN(32, first));
  words[start * 2 + 1] = Number(first >> 32n);
  for (let done = 1; done < count; done += BLOCK) {
    readBlock(cursor, words, start + done, Math.min(BLOCK, count - done));
  }
}

function readBlock(cursor: ByteCursor, words: Int32Array, start: number, length: number): void {
  const min = cursor.zigzag();
  const widths = cursor.take(MINIBLOCKS);
  for (let done = 0; done < length; done += MINIBLOCK) {
    const width = widths[done / MINIBLOCK]!;
    unpackSteps(cursor, width);
    const count = Math.min(MINIBLOCK, length - done);
    if (width < 32 && Math.abs(min) < TWO_32) addSmall(words, start + done, count, min);
    else addLarge(words, start + done, count, min);
  }
}

/** To `low` and `high`. */
function unpackSteps(cursor: ByteCursor, width: number): void {
  if (width > WIDEST) throw cursor.malformed(`differences of ${width} bits are not expected`);
  const at = cursor.skip((MINIBLOCK / 8) * width);
  if (width <= 32) high.fill(0);
  if (width === 0) low.fill(0);
  else if (width <= 32) unpackValues(cursor.view, at, low, 0, MINIBLOCK, width);
  else unpackWide(cursor.view, at, width - 32);
}

function unpackWide(view: DataView, at: number, highWidth: number): void {
  const mask = (1 << highWidth) - 1;
  let bit = at * 8;
  for (let i = 0; i < MINIBLOCK; i++) {
    low[i] = wordAt(view, bit, 32);
    high[i] = wordAt(view, bit + 32, highWidth) & mask;
    bit += 32 + highWidth;
  }
}

/** As many bits from this one on, and more above them. */
function wordAt(view: DataView, bit: number, width: number): number {
  let at = Math.floor(bit / 8);
  let have = 8 - (bit & 7);
  let word = view.getUint8(at) >> (bit & 7);
  for (; have < width; have += 8) word |= view.getUint8(++at) << have;
  return word;
}

/** Steps are between -2^32 and 2^32 + 2^31: the carry is by comparison. */
function addSmall(words: Int32Array, start: number, count: number, min: number): void {
  let lowNow = words[start * 2 - 2]! >>> 0;
  let highNow = words[start * 2 - 1]!;
  for (let i = 0; i < count; i++) {
    let sum = lowNow + min + low[i]!;
    if (sum < 0) {
      sum += TWO_32;
      highNow--;
    } else if (sum >= TWO_32) {
      sum -= TWO_32;
      highNow++;
    }
    // Twice at most: a step is below 1.5 times 2^32.
    if (sum >= TWO_32) {
      sum -= TWO_32;
      highNow++;
    }
    lowNow = sum;
    words[(start + i) * 2] = sum | 0;
    words[(start + i) * 2 + 1] = highNow | 0;
  }
}

function addLarge(words: Int32Array, start: number, count: number, min: number): void {
  const minHigh = Math.floor(min / TWO_32);
  const minLow = min - minHigh * TWO_32;
  let lowNow = words[start * 2 - 2]! >>> 0;
  let highNow = words[start * 2 - 1]!;
  for (let i = 0; i < count; i++) {
    const sum = lowNow + minLow + (low[i]! >>> 0);
    const carry = Math.floor(sum / TWO_32);
    lowNow = sum - carry * TWO_32;
    highNow = (highNow + minHigh + high[i]! + carry) | 0;
    words[(start + i) * 2] = lowNow | 0;
    words[(start + i) * 2 + 1] = highNow;
  }
}
