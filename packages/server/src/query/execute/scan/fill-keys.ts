import type { ChunkView } from "../../../buffer/index.ts";
import type { NativeVector } from "../native.ts";
import {
  copyToVector,
  copyValidityToVector,
  scratchBytes,
  scratchValidity,
  scratchWords,
} from "./scratch.ts";
import type { Selection } from "./selection.ts";

export function fillTime(vector: NativeVector, chunks: readonly ChunkView[], selection: Selection): void {
  const { count, chunkOf, rowOf } = selection;
  if (selection.contiguous) {
    const { time } = chunks[chunkOf[0]!]!;
    scratchBytes.set(new Uint8Array(time.buffer, time.byteOffset + rowOf[0]! * 8, count * 8));
  } else {
    let words: Int32Array | undefined;
    let chunk = -1;
    for (let i = 0; i < count; i++) {
      if (chunkOf[i] !== chunk || words === undefined) {
        chunk = chunkOf[i]!;
        const { time } = chunks[chunk]!;
        words = new Int32Array(time.buffer, time.byteOffset, time.length * 2);
      }
      const row = rowOf[i]!;
      scratchWords[i * 2] = words[row * 2]!;
      scratchWords[i * 2 + 1] = words[row * 2 + 1]!;
    }
  }
  copyToVector(vector, count * 8);
}

/** A row's tag value follows from its series: series → value id → ready-made vector entry. */
export function fillTags(
  vector: NativeVector,
  chunks: readonly ChunkView[],
  selection: Selection,
  valueIds: Int32Array,
  entries: Int32Array,
): void {
  const { count, chunkOf, rowOf } = selection;
  scratchValidity.fill(0xff, 0, (count + 7) >> 3);
  let hasNull = false;
  for (let i = 0; i < count; i++) {
    const value = valueIds[chunks[chunkOf[i]!]!.series[rowOf[i]!]!]!;
    const to = i * 4;
    if (value < 0) {
      hasNull = true;
      scratchValidity[i >> 3]! &= ~(1 << (i & 7));
      scratchWords[to] = 0;
      scratchWords[to + 1] = 0;
      scratchWords[to + 2] = 0;
      scratchWords[to + 3] = 0;
      continue;
    }
    const from = value * 4;
    scratchWords[to] = entries[from]!;
    scratchWords[to + 1] = entries[from + 1]!;
    scratchWords[to + 2] = entries[from + 2]!;
    scratchWords[to + 3] = entries[from + 3]!;
  }
  copyToVector(vector, count * 16);
  if (hasNull) copyValidityToVector(vector, count);
}
