import {
  decodeFrameHeader,
  decodeGroup,
  FRAME_HEADER_BYTES,
  GROUP_HEADER_BYTES,
  type GroupHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./segment-format.ts";
import type { ReplayedEntry } from "./types.ts";

export interface FoundGroup {
  readonly offset: number;
  readonly end: number;
  readonly header: GroupHeader;
}

/** The groups of one segment, in memory. */
export class SegmentReader {
  readonly #bytes: Uint8Array;
  readonly #lap: bigint;

  /** At least 64 bytes must be readable behind `bytes`. */
  constructor(bytes: Uint8Array, header: SegmentHeader) {
    this.#bytes = bytes;
    this.#lap = header.lap;
  }

  /** The intact group that begins exactly here. */
  groupAt(offset: number): FoundGroup | undefined {
    const header = decodeGroup(this.#bytes, offset, this.#lap);
    if (header === undefined) return undefined;
    return { offset, end: offset + GROUP_HEADER_BYTES + header.payloadBytes, header };
  }

  /** The first intact group at or behind `offset` that comes later in the log than `sequence`. */
  nextGroup(offset: number, sequence: number): FoundGroup | undefined {
    const needle = Buffer.alloc(8);
    needle.writeBigUInt64LE(this.#lap);
    const haystack = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    // The lap stands 8 bytes into a group header.
    for (let at = haystack.indexOf(needle, offset + 8); at >= 0; at = haystack.indexOf(needle, at + 1)) {
      const group = this.groupAt(at - 8);
      if (group !== undefined && group.header.sequence > sequence) return group;
    }
    return undefined;
  }

  /** Bytes from `offset` to the last one that is not zero. */
  usedBytesFrom(offset: number): number {
    let end = this.#bytes.length;
    while (end > offset && this.#bytes[end - 1] === 0) end--;
    return end - offset;
  }

  /** The frames of a group; a text says why its content does not add up. */
  *entries(group: FoundGroup): Generator<ReplayedEntry, string | undefined> {
    let at = group.offset + GROUP_HEADER_BYTES;
    for (let frame = 0; frame < group.header.frames; frame++) {
      if (at + FRAME_HEADER_BYTES > group.end) return "a frame header reaches beyond its group";
      const { length, ...header } = decodeFrameHeader(this.#bytes, at);
      at += FRAME_HEADER_BYTES;
      if (at + length > group.end) return "a frame reaches beyond its group";
      yield { ...header, bytes: this.#bytes.subarray(at, at + length) };
      at += length;
    }
    return at === group.end ? undefined : "the group is longer than its frames";
  }
}

export const FIRST_GROUP_OFFSET = SEGMENT_HEADER_BYTES;
