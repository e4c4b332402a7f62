import type { ByteSink } from "../bytes/index.ts";

/** Values are packed by as many: that always fills whole words. */
const BATCH = 32;

/** Bits that a value of 32 bits needs. */
export function widthOf(value: number): number {
  return 32 - Math.clz32(value);
}

const padded = new Int32Array(BATCH);

/** Packs values of `width` bits from 1 to 32, the lowest bits first, and zeros up to a multiple of eight values. */
export function packValues(sink: ByteSink, values: Int32Array, start: number, count: number, width: number) {
  const whole = count - (count % BATCH);
  for (let at = 0; at < whole; at += BATCH) packBatch(sink, values, start + at, width);
  if (whole === count) return;
  padded.fill(0);
  padded.set(values.subarray(start + whole, start + count));
  const end = sink.length + ((count - whole + 7) >> 3) * width;
  packBatch(sink, padded, 0, width);
  sink.length = end;
}

function packBatch(sink: ByteSink, values: Int32Array, start: number, width: number): void {
  sink.reserve(BATCH * 4);
  if (32 % width === 0) packAligned(sink, values, start, width);
  else packAcross(sink, values, start, width);
}

/** No value is in two words. */
function packAligned(sink: ByteSink, values: Int32Array, start: number, width: number): void {
  const { view } = sink;
  let to = sink.length;
  for (let i = start; i < start + BATCH; ) {
    let word = 0;
    for (let used = 0; used < 32; used += width) word |= values[i++]! << used;
    view.setInt32(to, word, true);
    to += 4;
  }
  sink.length = to;
}

function packAcross(sink: ByteSink, values: Int32Array, start: number, width: number): void {
  const { view } = sink;
  let to = sink.length;
  let word = 0;
  let used = 0;
  for (let i = start; i < start + BATCH; i++) {
    const value = values[i]!;
    word |= value << used;
    used += width;
    if (used >= 32) {
      view.setInt32(to, word, true);
      to += 4;
      used -= 32;
      word = used === 0 ? 0 : value >>> (width - used);
    }
  }
  sink.length = to;
}

/** Unpacks what `packValues` packed. The bytes of all values, up to a multiple of eight, must be there. */
export function unpackValues(
  view: DataView,
  at: number,
  values: Int32Array,
  start: number,
  count: number,
  width: number,
): void {
  const whole = count - (count % BATCH);
  for (let done = 0; done < whole; done += BATCH) {
    unpackBatch(view, at + (done >> 3) * width, values, start + done, width);
  }
  if (whole === count) return;
  const from = at + (whole >> 3) * width;
  const length = ((count - whole + 7) >> 3) * width;
  const copy = new Uint8Array(BATCH * 4);
  copy.set(new Uint8Array(view.buffer, view.byteOffset + from, length));
  unpackBatch(new DataView(copy.buffer), 0, padded, 0, width);
  values.set(padded.subarray(0, count - whole), start + whole);
}

function unpackBatch(view: DataView, at: number, values: Int32Array, start: number, width: number): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  let from = at;
  let word = 0;
  let left = 0;
  for (let i = start; i < start + BATCH; i++) {
    if (left >= width) {
      values[i] = word & mask;
      word = width === 32 ? 0 : word >>> width;
      left -= width;
      continue;
    }
    const next = view.getInt32(from, true);
    from += 4;
    values[i] = (left === 0 ? next : word | (next << left)) & mask;
    const taken = width - left;
    word = taken === 32 ? 0 : next >>> taken;
    left = 32 - taken;
  }
}
