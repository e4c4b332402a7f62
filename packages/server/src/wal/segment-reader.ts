import type { SegmentContent } from "./log-directory.ts";
import {
  decodeFrameHeader,
  decodeGroup,
  END_BYTES,
  FRAME_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  type GroupHeader,
  groupEndAt,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./segment-format.ts";
import type { ReplayedEntry } from "./types.ts";

export interface FoundGroup {
  readonly offset: number;
  readonly end: number;
  readonly header: GroupHeader;
}

/** The groups of one segment. */
export class SegmentReader {
  readonly #content: SegmentContent;
  readonly #lap: bigint;

  constructor(content: SegmentContent, header: SegmentHeader) {
    this.#content = content;
    this.#lap = header.lap;
  }

  /** The intact group that begins exactly here. */
  async groupAt(offset: number): Promise<FoundGroup | undefined> {
    const content = this.#content;
    if (content.loadedBytes < offset + GROUP_HEADER_BYTES) await content.load(offset + GROUP_HEADER_BYTES);
    const end = groupEndAt(content.bytes, offset, this.#lap);
    if (end === undefined || end > content.bytes.length) return undefined;
    if (content.loadedBytes < end) await content.load(end);
    return groupIn(content.bytes, offset, this.#lap);
  }

  /** The first intact group at or behind `offset` that comes later in the log than `sequence`. */
  async nextGroup(offset: number, sequence: number): Promise<FoundGroup | undefined> {
    await this.#content.loadAll();
    const { bytes } = this.#content;
    const needle = Buffer.alloc(8);
    needle.writeBigUInt64LE(this.#lap);
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // The lap stands 8 bytes into a group header.
    for (let at = haystack.indexOf(needle, offset + 8); at >= 0; at = haystack.indexOf(needle, at + 1)) {
      const group = groupIn(bytes, at - 8, this.#lap);
      if (group !== undefined && group.header.sequence > sequence) return group;
    }
    return undefined;
  }

  /** Bytes of a group that begins here and is not complete; 0 where the log ends as it should. */
  async tornBytesAt(offset: number): Promise<number> {
    await this.#content.load(offset + END_BYTES);
    const { bytes } = this.#content;
    // Behind these zeros may be remains of an earlier use of the file.
    const place = bytes.subarray(offset, offset + END_BYTES);
    if (place.every((byte) => byte === 0)) return 0;
    const claimedEnd = groupEndAt(bytes, offset, this.#lap) ?? offset + place.length;
    return Math.min(claimedEnd, bytes.length) - offset;
  }
}

/** The intact group that begins at `offset`. */
export function groupIn(bytes: Uint8Array, offset: number, lap: bigint): FoundGroup | undefined {
  const header = decodeGroup(bytes, offset, lap);
  if (header === undefined) return undefined;
  return { offset, end: offset + GROUP_HEADER_BYTES + header.payloadBytes, header };
}

/** The frames of a group; a text says why its content does not add up. */
export function* entriesOf(
  segment: Uint8Array,
  group: FoundGroup,
): Generator<ReplayedEntry, string | undefined> {
  let at = group.offset + GROUP_HEADER_BYTES;
  for (let frame = 0; frame < group.header.frames; frame++) {
    if (at + FRAME_HEADER_BYTES > group.end) return "a frame header reaches beyond its group";
    const { length, ...header } = decodeFrameHeader(segment, at);
    at += FRAME_HEADER_BYTES;
    if (at + length > group.end) return "a frame reaches beyond its group";
    yield { ...header, bytes: segment.subarray(at, at + length) };
    at += length;
  }
  return at === group.end ? undefined : "the group is longer than its frames";
}

export const FIRST_GROUP_OFFSET = SEGMENT_HEADER_BYTES;
