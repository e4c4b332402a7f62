import path from "node:path";
import type { RandomBytes } from "../foundation/index.ts";
import {
  END_BYTES,
  encodeGroupHeader,
  encodeSegmentHeader,
  GROUP_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  sealGroupHeader,
  segmentFileName,
} from "./segment-format.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

/** Where writing goes on after a start. */
export interface WritePosition {
  readonly segment: number;
  /** Undefined: the segment does not exist yet. */
  readonly open: { readonly lap: bigint; readonly offset: number } | undefined;
  readonly nextSequence: number;
}

export interface SegmentWriterOptions {
  fs: WalFileSystem;
  directory: string;
  position: WritePosition;
  random: RandomBytes;
  segmentBytes: number;
}

interface OpenSegment {
  readonly file: number;
  readonly lap: bigint;
  offset: number;
  /** Up to here the file has its space on the disk already. */
  filledTo: number;
}

/** How far ahead of the last group a segment is filled with zeros, and in what steps. */
const FILL_AHEAD_BYTES = 8 * 1024 * 1024;
const FILL_STEP_BYTES = 256 * 1024;

const END = new Uint8Array(END_BYTES);
const ZEROS = new Uint8Array(FILL_STEP_BYTES);

/**
 * Writes commit groups one after the other. A group that fails leaves the position where it was: the next one is
 * written over its bytes.
 */
export class SegmentWriter {
  readonly #fs: WalFileSystem;
  readonly #directory: string;
  readonly #random: RandomBytes;
  readonly #segmentBytes: number;
  readonly #header = new Uint8Array(GROUP_HEADER_BYTES);
  #number: number;
  #sequence: number;
  #open: OpenSegment | undefined;
  /** The open segment takes no more groups: creating the next one has begun. */
  #full = false;
  #mayFill = true;

  constructor(options: SegmentWriterOptions) {
    this.#fs = options.fs;
    this.#directory = options.directory;
    this.#random = options.random;
    this.#segmentBytes = options.segmentBytes;
    const { segment, open, nextSequence } = options.position;
    this.#sequence = nextSequence;
    this.#number = open === undefined ? segment - 1 : segment;
    if (open !== undefined) this.#open = this.#reopen(open.lap, open.offset);
  }

  /** Stores one group and syncs it. Throws what the file system throws; the group is then not part of the log. */
  write(parts: readonly Uint8Array[], payloadBytes: number, frames: number): void {
    const segment = this.#segmentFor(GROUP_HEADER_BYTES + payloadBytes);
    encodeGroupHeader(this.#header, {
      lap: segment.lap,
      sequence: this.#sequence,
      payloadBytes,
      frames,
    });
    sealGroupHeader(this.#header, parts);
    try {
      this.#fs.write(segment.file, [this.#header, ...parts, END], segment.offset);
      this.#fs.sync(segment.file);
    } catch (error) {
      this.#wipe(segment);
      throw error;
    }
    segment.offset += GROUP_HEADER_BYTES + payloadBytes;
    segment.filledTo = Math.max(segment.filledTo, segment.offset + END_BYTES);
    this.#sequence++;
  }

  /**
   * Gives the segment space on the disk ahead of its groups, one step a call, so that syncing a group need not.
   * False when nothing is left to do.
   */
  fillAhead(): boolean {
    const segment = this.#open;
    if (segment === undefined || !this.#mayFill) return false;
    const target = Math.min(segment.offset + FILL_AHEAD_BYTES, this.#segmentBytes);
    const stepBytes = Math.min(FILL_STEP_BYTES, target - segment.filledTo);
    if (stepBytes <= 0) return false;
    try {
      this.#fs.write(segment.file, [ZEROS.subarray(0, stepBytes)], segment.filledTo);
      this.#fs.sync(segment.file);
      segment.filledTo += stepBytes;
      return true;
    } catch {
      // Only a preparation: if the disk has a lasting problem, the next group reports it.
      this.#mayFill = false;
      return false;
    }
  }

  close(): void {
    if (this.#open !== undefined) this.#closeQuietly(this.#open.file);
    this.#open = undefined;
  }

  #segmentFor(groupBytes: number): OpenSegment {
    const open = this.#open;
    const isEmpty = open?.offset === SEGMENT_HEADER_BYTES;
    const hasRoom = isEmpty || (open?.offset ?? 0) + groupBytes + END_BYTES <= this.#segmentBytes;
    if (open !== undefined && hasRoom && !this.#full) return open;
    // Even if this fails, the new segment may be there, and whoever reads it takes the groups from its first
    // sequence on from nowhere else. A smaller group that would still fit here must not go here any more.
    this.#full = true;
    const next = this.#create(this.#number + 1);
    if (open !== undefined) this.#closeQuietly(open.file);
    this.#full = false;
    this.#number++;
    this.#mayFill = true;
    this.#open = next;
    return next;
  }

  /** A segment appears under its name complete with its header: a damaged header is never an unfinished one. */
  #create(number: number): OpenSegment {
    const lap = Buffer.from(this.#random(8)).readBigUInt64LE();
    const target = path.join(this.#directory, segmentFileName(number));
    const temporary = `${target}.tmp`;
    const file = this.#fs.open(temporary, "create");
    try {
      const header = encodeSegmentHeader({ number, firstSequence: this.#sequence, lap });
      this.#fs.write(file, [header, END], 0);
      this.#fs.sync(file);
      this.#fs.rename(temporary, target);
      this.#fs.syncDirectory(this.#directory);
    } catch (error) {
      this.#closeQuietly(file);
      throw error;
    }
    return { file, lap, offset: SEGMENT_HEADER_BYTES, filledTo: SEGMENT_HEADER_BYTES + END_BYTES };
  }

  #reopen(lap: bigint, offset: number): OpenSegment {
    const file = this.#fs.open(path.join(this.#directory, segmentFileName(this.#number)), "write");
    return { file, lap, offset, filledTo: Math.max(offset, this.#fs.sizeOf(file)) };
  }

  /** Everything in the file is synced or given up: closing it can fail without harm. */
  #closeQuietly(file: number): void {
    try {
      this.#fs.close(file);
    } catch {
      // See above.
    }
  }

  /** Best effort: a failed group that reached the disk would come back at the next start. */
  #wipe(segment: OpenSegment): void {
    try {
      this.#fs.write(segment.file, [END], segment.offset);
      this.#fs.sync(segment.file);
    } catch {
      // The next group goes over these bytes in any case.
    }
  }
}
