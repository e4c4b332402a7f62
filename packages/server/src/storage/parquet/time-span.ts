import type { ValueRange } from "./format/index.ts";

/** The first and the last of all times it is shown. */
export class TimeSpan {
  minTimeNs = 2n ** 63n - 1n;
  maxTimeNs = -(2n ** 63n);

  add({ min, max }: ValueRange): void {
    const first = timeOf(min);
    const last = timeOf(max);
    if (first < this.minTimeNs) this.minTimeNs = first;
    if (last > this.maxTimeNs) this.maxTimeNs = last;
  }
}

function timeOf(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true);
}
