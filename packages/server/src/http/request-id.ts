import { type Clock, systemRandom } from "../foundation/index.ts";

/** Identifies one request in logs and headers: a UUID of version 7, so that ids sort by time. */
export function requestId(clock: Pick<Clock, "nowMs">): string {
  const bytes = Buffer.from(systemRandom(16));
  bytes.writeUIntBE(clock.nowMs(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
