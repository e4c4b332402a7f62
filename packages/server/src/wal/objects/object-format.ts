import {
  decodeSegmentHeader,
  encodeFrameHeader,
  encodeGroupHeader,
  encodeSegmentHeader,
  FRAME_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  sealGroupHeader,
  segmentFileName,
  segmentNumberOf,
} from "../segment-format.ts";
import { type FoundGroup, groupIn } from "../segment-reader.ts";
import type { WalEntry } from "../types.ts";

/** Size of an object with no frame: only a claim has none. */
export const CLAIM_BYTES = SEGMENT_HEADER_BYTES + GROUP_HEADER_BYTES;

/** Readable behind a group in memory, so that parsers may read words past an entry's end. */
const SLACK_BYTES = 64;

export function objectKey(prefix: string, number: number): string {
  return `${prefix}/wal/${segmentFileName(number)}`;
}

/** The number of an object of the log; undefined for others. */
export function objectNumberOf(key: string): number | undefined {
  return segmentNumberOf(key.slice(key.lastIndexOf("/") + 1));
}

/** A segment of one group, whose number is also the group's sequence. */
export function encodeObject(
  number: number,
  lap: bigint,
  entries: readonly WalEntry[],
  payloadBytes: number,
): Uint8Array {
  const bytes = new Uint8Array(CLAIM_BYTES + payloadBytes);
  bytes.set(encodeSegmentHeader({ number, firstSequence: number, lap }));
  let at = CLAIM_BYTES;
  for (const entry of entries) {
    encodeFrameHeader(bytes, at, entry);
    bytes.set(entry.slice.bytes.subarray(0, entry.length), at + FRAME_HEADER_BYTES);
    at += FRAME_HEADER_BYTES + entry.length;
  }
  const header = bytes.subarray(SEGMENT_HEADER_BYTES, CLAIM_BYTES);
  encodeGroupHeader(header, { lap, sequence: number, payloadBytes, frames: entries.length });
  sealGroupHeader(header, [bytes.subarray(CLAIM_BYTES)]);
  return bytes;
}

export interface DecodedObject {
  /** With readable bytes behind it. */
  readonly bytes: Uint8Array;
  readonly group: FoundGroup;
}

/** Stored objects are whole: one that is not as it was written is damaged, also the last. */
export function decodeObject(
  stored: Uint8Array,
  number: number,
): DecodedObject | { readonly offset: number; readonly problem: string } {
  const header = decodeSegmentHeader(stored);
  if (typeof header === "string") return { offset: 0, problem: header };
  if (header.number !== number) {
    return { offset: 0, problem: `its header belongs to segment ${header.number}` };
  }
  const memory = new Uint8Array(stored.length + SLACK_BYTES);
  memory.set(stored);
  const bytes = memory.subarray(0, stored.length);
  const group = groupIn(bytes, SEGMENT_HEADER_BYTES, header.lap);
  if (group === undefined || group.header.sequence !== number) {
    return { offset: SEGMENT_HEADER_BYTES, problem: "its group is not intact" };
  }
  if (group.end !== bytes.length) return { offset: group.end, problem: "bytes follow its group" };
  return { bytes, group };
}

/** Whose object it is; undefined when that cannot be told. */
export function lapOf(stored: Uint8Array): bigint | undefined {
  const header = decodeSegmentHeader(stored);
  return typeof header === "string" ? undefined : header.lap;
}
