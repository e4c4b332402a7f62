import type { Clock, RandomBytes } from "../foundation/index.ts";
import { SecondOwnerError } from "./errors.ts";
import { closeQuietly, type OpenSegment, SegmentMaker } from "./segment-file.ts";
import { END_BYTES, encodeGroupHeader, GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES } from "./segment-format.ts";
import { SparePool } from "./spare-pool.ts";
import type { WalFileSystem } from "./wal-file-system.ts";
import { END, writeGroup } from "./write-group.ts";

/** A segment of the log, for trimming. */
export interface SegmentMark {
  readonly number: number;
  /** Undefined where the header is damaged. */
  readonly firstSequence: number | undefined;
}

/** Where writing goes on after a start: in a new segment, so that nobody who wrote before can add to the log. */
export interface WritePosition {
  readonly segment: number;
  readonly nextSequence: number;
  /** The segments there are, oldest first. */
  readonly older: readonly SegmentMark[];
}

export interface SegmentWriterOptions {
  fs: WalFileSystem;
  directory: string;
  position: WritePosition;
  random: RandomBytes;
  clock: Pick<Clock, "monotonicMs">;
  segmentBytes: number;
  maxSpares: number;
  ownerFile: string | undefined;
}

interface RetirableSegment extends SegmentMark {
  /** Undefined: another server may still have it open, so its file must not be used again. */
  readonly sizeBytes: number | undefined;
}

/** How far ahead of the last group a segment is filled with zeros, and in what steps. */
const FILL_AHEAD_BYTES = 8 * 1024 * 1024;
const FILL_STEP_BYTES = 256 * 1024;

const ZEROS = new Uint8Array(FILL_STEP_BYTES);

/**
 * Writes commit groups one after the other. A group that fails leaves the position where it was: the next one is
 * written over its bytes.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #fs: WalFileSystem;
  readonly #maker: SegmentMaker;
  readonly #spares: SparePool;
  readonly #header = new Uint8Array(GROUP_HEADER_BYTES);
  /** Everything before the open segment, oldest first. */
  readonly #older: RetirableSegment[];
  #sequence: number;
  #nextNumber: number;
  #open: OpenSegment | undefined;
  #openSequence = 0;
  /** The open segment takes no more groups: creating the next one has begun. */
  #full = false;
  #mayFill = true;
  #lastGroupBytes = 0;
  #segmentsCreated = 0;
  #segmentsRecycled = 0;

  constructor(options: SegmentWriterOptions) {
    const { fs, directory, random, segmentBytes, maxSpares, position } = options;
    this.#options = options;
    this.#fs = fs;
    this.#spares = new SparePool({ fs, directory, segmentBytes, maxSpares });
    this.#maker = new SegmentMaker({ fs, directory, random, spares: this.#spares });
    this.#sequence = position.nextSequence;
    this.#nextNumber = position.segment;
    this.#older = position.older.map((mark) => ({ ...mark, sizeBytes: undefined }));
  }

  get stats(): { segmentsCreated: number; segmentsRecycled: number } {
    return { segmentsCreated: this.#segmentsCreated, segmentsRecycled: this.#segmentsRecycled };
  }

  /**
   * Stores one group and syncs it. Throws what the file system throws; the group is then not part of the log.
   * Throws SecondOwnerError when another server owns the log.
   */
  write(
    parts: readonly Uint8Array[],
    payloadBytes: number,
    frames: number,
  ): { sequence: number; syncMs: number } {
    const { clock } = this.#options;
    const segment = this.#segmentFor(GROUP_HEADER_BYTES + payloadBytes);
    const sequence = this.#sequence;
    encodeGroupHeader(this.#header, { lap: segment.lap, sequence, payloadBytes, frames });
    let syncMs: number;
    try {
      writeGroup(this.#fs, segment, this.#header, parts);
      const beganMs = clock.monotonicMs();
      this.#fs.sync(segment.file);
      syncMs = clock.monotonicMs() - beganMs;
      // Whoever takes over removes our file first and reads the log then: what was synced while the file was
      // there, it finds.
      this.#checkOwner();
    } catch (error) {
      // A new owner may count on what it has read.
      if (!(error instanceof SecondOwnerError)) this.#wipe(segment);
      throw error;
    }
    segment.offset += GROUP_HEADER_BYTES + payloadBytes;
    this.#lastGroupBytes = payloadBytes;
    segment.filledTo = Math.max(segment.filledTo, segment.offset + END_BYTES);
    this.#sequence++;
    return { sequence, syncMs };
  }

  /**
   * Gives the segment space on the disk ahead of its groups, one step a call, so that syncing a group need not.
   * False when nothing is left to do.
   */
  fillAhead(): boolean {
    const segment = this.#open;
    if (segment === undefined || !this.#mayFill) return false;
    // Large groups are as long on their way with space as without: writing everything twice would only cost more.
    if (this.#lastGroupBytes > FILL_STEP_BYTES) return false;
    const target = Math.min(segment.offset + FILL_AHEAD_BYTES, this.#options.segmentBytes);
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

  /** Takes the oldest segment out of the log if it holds nothing behind the sequence; false when there is none. */
  trimOne(sequence: number): boolean {
    const needed = [
      ...this.#older,
      ...(this.#open === undefined ? [] : [{ firstSequence: this.#openSequence }]),
    ];
    if (
      needed.findLastIndex(
        ({ firstSequence }) => (firstSequence ?? Number.POSITIVE_INFINITY) <= sequence + 1,
      ) < 1
    )
      return false;
    const oldest = this.#older[0]!;
    this.#spares.retire(oldest.number, oldest.sizeBytes);
    this.#older.shift();
    return true;
  }

  close(): void {
    if (this.#open !== undefined) closeQuietly(this.#fs, this.#open.file);
    this.#open = undefined;
    this.#maker.close();
  }

  #segmentFor(groupBytes: number): OpenSegment {
    const open = this.#open;
    const isEmpty = open?.offset === SEGMENT_HEADER_BYTES;
    const hasRoom = isEmpty || (open?.offset ?? 0) + groupBytes + END_BYTES <= this.#options.segmentBytes;
    if (open !== undefined && hasRoom && !this.#full) return open;
    // Even if this fails, the new segment may be there, and whoever reads it takes the groups from its first
    // sequence on from nowhere else. A smaller group that would still fit here must not go here any more.
    this.#full = true;
    const next = this.#maker.make(this.#nextNumber, this.#sequence);
    if (open !== undefined) this.#leave(open);
    this.#full = false;
    this.#mayFill = true;
    this.#nextNumber++;
    this.#segmentsCreated++;
    if (next.recycled) this.#segmentsRecycled++;
    this.#open = next;
    this.#openSequence = this.#sequence;
    return next;
  }

  #leave({ file, number, filledTo }: OpenSegment): void {
    closeQuietly(this.#fs, file);
    this.#older.push({ number, firstSequence: this.#openSequence, sizeBytes: filledTo });
  }

  #checkOwner(): void {
    const { ownerFile } = this.#options;
    if (ownerFile !== undefined && !this.#fs.exists(ownerFile)) throw new SecondOwnerError(ownerFile);
  }

  /**
   * Best effort: a failed group that reached the disk would come back at the next start. What it and the zeros ahead
   * of it took is given back: on a full disk, a snapshot needs it to free more.
   */
  #wipe(segment: OpenSegment): void {
    const endsAt = segment.offset + END_BYTES;
    this.#mayFill = false;
    try {
      this.#checkOwner();
      this.#fs.write(segment.file, [END], segment.offset);
      this.#fs.sync(segment.file);
      this.#fs.truncate(segment.file, endsAt);
      segment.filledTo = endsAt;
    } catch {
      // The next group goes over these bytes in any case.
    }
  }
}
