import { chunkOfRow } from "../layout/index.ts";
import type { RowSource } from "./row-source.ts";

/** Sorts the rows by time, in place; rows of the same time keep their order. Never slower than n log n. */
export function sortRowsByTime(source: RowSource, rows: Int32Array): void {
  const low = new Uint32Array(rows.length);
  const high = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    const chunk = source.chunks[chunkOfRow(row)]!;
    const slot = row - chunk.firstRow;
    low[i] = chunk.timeWords[slot * 2]!;
    high[i] = chunk.timeWords[slot * 2 + 1]!;
  });
  const sorted = mergeSort(low, high);
  const original = rows.slice();
  for (let i = 0; i < rows.length; i++) rows[i] = original[sorted[i]!]!;
}

/** Bottom-up: indexes in the order of (high, low). */
function mergeSort(low: Uint32Array, high: Int32Array): Int32Array {
  const length = low.length;
  let from = Int32Array.from({ length }, (_, i) => i);
  let to = new Int32Array(length);
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += width * 2) {
      const middle = Math.min(start + width, length);
      const end = Math.min(start + width * 2, length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takeLeft = left < middle && (right >= end || !isAfter(low, high, from[left]!, from[right]!));
        to[at] = takeLeft ? from[left++]! : from[right++]!;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function isAfter(low: Uint32Array, high: Int32Array, a: number, b: number): boolean {
  return high[a]! > high[b]! || (high[a] === high[b] && low[a]! > low[b]!);
}
