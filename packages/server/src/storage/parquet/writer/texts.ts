import type { ByteSink } from "../bytes/index.ts";
import { writeDeltas } from "../encodings/index.ts";
import type { ValueRange } from "../format/index.ts";

/** Texts somewhere in bytes: number i is `bytes[starts[i], ends[i])`. */
export interface Texts {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
}

const MOST_PAGE_BYTES = 1_048_576;
/** Longer ones are not worth their place in the footer. */
const LONGEST_IN_RANGE = 64;

let lengths = new Int32Array(0);

/** All lengths, then all bytes. */
export function writeTexts(sink: ByteSink, texts: Texts, start: number, count: number): void {
  const { bytes, starts, ends } = texts;
  if (lengths.length < count * 2) lengths = new Int32Array(count * 2);
  for (let i = 0; i < count; i++) lengths[i * 2] = ends[start + i]! - starts[start + i]!;
  writeDeltas(sink, lengths, 0, count);
  const end = start + count;
  for (let at = start; at < end; ) {
    let next = at + 1;
    while (next < end && starts[next] === ends[next - 1]) next++;
    sink.append(bytes.subarray(starts[at]!, ends[next - 1]!));
    at = next;
  }
}

/** How many of these texts a page takes; at least one. */
export function textsOnPage({ starts, ends }: Texts, start: number, count: number): number {
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    bytes += ends[start + i]! - starts[start + i]!;
    if (bytes > MOST_PAGE_BYTES) return Math.max(1, i);
  }
  return count;
}

/** Undefined when the smallest or the largest is too long. */
export function textRange(texts: Texts): ValueRange | undefined {
  if (texts.count === 0) return undefined;
  let min = 0;
  let max = 0;
  for (let i = 1; i < texts.count; i++) {
    if (compareTexts(texts, i, min) < 0) min = i;
    else if (compareTexts(texts, i, max) > 0) max = i;
  }
  const range = { min: textAt(texts, min), max: textAt(texts, max) };
  const longest = Math.max(range.min.length, range.max.length);
  return longest > LONGEST_IN_RANGE ? undefined : range;
}

function textAt({ bytes, starts, ends }: Texts, place: number): Uint8Array {
  return new Uint8Array(bytes.subarray(starts[place]!, ends[place]!));
}

function compareTexts({ bytes, starts, ends }: Texts, a: number, b: number): number {
  const startA = starts[a]!;
  const startB = starts[b]!;
  const lengthA = ends[a]! - startA;
  const lengthB = ends[b]! - startB;
  const shared = Math.min(lengthA, lengthB);
  for (let i = 0; i < shared; i++) {
    const difference = bytes[startA + i]! - bytes[startB + i]!;
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
