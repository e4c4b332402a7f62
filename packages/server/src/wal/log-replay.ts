import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Logger } from "../foundation/index.ts";
import { type AcceptedDamage, AcceptedDamages } from "./accepted-damage.ts";
import { WalDamagedError } from "./errors.ts";
import { listSegments, type SegmentFile, SegmentLoader } from "./log-directory.ts";
import { type SegmentHeader, segmentFileName } from "./segment-format.ts";
import { FIRST_GROUP_OFFSET, type FoundGroup, SegmentReader } from "./segment-reader.ts";
import type { WritePosition } from "./segment-writer.ts";
import type { ReplayedEntry, ReplayProgress, ReplayResult } from "./types.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

export interface LogReplayOptions {
  fs: WalFileSystem;
  directory: string;
  /** Go on behind damage instead of throwing. */
  recover: boolean;
  clock: Clock;
  logger: Logger;
  visit(entry: ReplayedEntry): void | Promise<void>;
  onProgress(progress: ReplayProgress): void;
}

/** Longest time without giving other work its turn. */
const TURN_MS = 10;

/**
 * Reads a log from its first segment to its last intact group. What counts as its end, and what as damage, is
 * docs/formats/wal.md, "Reading".
 */
export class LogReplay {
  readonly #options: LogReplayOptions;
  readonly #accepted: AcceptedDamages;
  readonly #segments: readonly SegmentFile[];
  readonly #bytesTotal: number;
  /** Sequence of the group that comes next. */
  #expected = 1;
  #entries = 0;
  #groups = 0;
  #bytesRead = 0;
  #tornBytes = 0;
  #turnEndsMs: number;

  constructor(options: LogReplayOptions) {
    this.#options = options;
    this.#accepted = new AcceptedDamages(options.fs, options.directory);
    this.#segments = listSegments(options.fs, options.directory);
    this.#bytesTotal = this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
    this.#turnEndsMs = options.clock.monotonicMs() + TURN_MS;
  }

  /** Rejects with WalDamagedError, and with what `visit` throws. */
  async run(): Promise<{ result: ReplayResult; position: WritePosition }> {
    const loader = new SegmentLoader(this.#options.fs);
    let position: WritePosition | undefined;
    for (const [index, segment] of this.#segments.entries()) {
      this.#checkMissing(index);
      const { header } = segment;
      if (typeof header === "string") {
        const resumeSegment = this.#segments[index + 1]?.number ?? segment.number + 1;
        this.#damage(segment.number, 0, header, resumeSegment, FIRST_GROUP_OFFSET);
        continue;
      }
      // Smaller only behind damage that was accepted.
      this.#expected = Math.max(this.#expected, header.firstSequence);
      const bytes = await loader.load(segment, () => this.#pause());
      const offset = await this.#readSegment(index, new SegmentReader(bytes, header));
      this.#bytesRead += segment.sizeBytes;
      this.#report();
      const isLast = index === this.#segments.length - 1;
      if (isLast) position = this.#positionAfter(segment.number, header, offset);
    }
    this.#accepted.save();
    return { result: this.#result(), position: position ?? this.#newSegment() };
  }

  /** Delivers the segment's groups and returns where they end. */
  async #readSegment(index: number, reader: SegmentReader): Promise<number> {
    const segment = this.#segments[index] as SegmentFile;
    const limit = this.#limitOf(index);
    let offset = FIRST_GROUP_OFFSET;
    while (this.#expected < limit) {
      const group = reader.groupAt(offset);
      if (group?.header.sequence === this.#expected) {
        await this.#deliver(segment, reader, group);
        this.#expected++;
        offset = group.end;
        continue;
      }
      const later = reader.nextGroup(offset, this.#expected - 1);
      if (later === undefined || later.header.sequence >= limit) break;
      const lost = later.header.sequence - this.#expected;
      const reason =
        lost === 0 ? "a group is not where it belongs" : `${lost} group(s) before later ones are not intact`;
      this.#damage(segment.number, offset, reason, segment.number, later.offset);
      this.#expected = later.header.sequence;
      offset = later.offset;
    }
    if (index === this.#segments.length - 1) this.#cutTornTail(segment, reader, offset);
    else this.#checkEnd(segment, this.#segments[index + 1] as SegmentFile, offset, limit);
    return offset;
  }

  /** Before the next segment, the groups that it does not hold must all have been there. */
  #checkEnd(segment: SegmentFile, next: SegmentFile, offset: number, limit: number): void {
    // A missing segment, or one with a damaged header, is reported by itself.
    if (next.number !== segment.number + 1 || limit === Number.POSITIVE_INFINITY) return;
    if (this.#expected === limit) return;
    const reason = `${limit - this.#expected} group(s) before the next segment are not intact`;
    this.#damage(segment.number, offset, reason, next.number, FIRST_GROUP_OFFSET);
  }

  /** Groups from this sequence on are in a later segment, and copies of them in this one do not count. */
  #limitOf(index: number): number {
    const next = this.#segments[index + 1]?.header;
    return typeof next === "object" ? next.firstSequence : Number.POSITIVE_INFINITY;
  }

  async #deliver(segment: SegmentFile, reader: SegmentReader, group: FoundGroup): Promise<void> {
    const entries = reader.entries(group);
    for (;;) {
      const step = entries.next();
      if (step.done) {
        if (step.value !== undefined) {
          this.#damage(segment.number, group.offset, step.value, segment.number, group.end);
        }
        break;
      }
      await this.#options.visit(step.value);
      this.#entries++;
    }
    this.#groups++;
    await this.#pause();
  }

  #cutTornTail(segment: SegmentFile, reader: SegmentReader, offset: number): void {
    this.#tornBytes = reader.usedBytesFrom(offset);
    if (this.#tornBytes === 0) return;
    const { fs, logger } = this.#options;
    logger.warn("cut off an unfinished write at the end of the write-ahead log", {
      file: segment.path,
      offset,
      bytes: this.#tornBytes,
    });
    const handle = fs.open(segment.path, "write");
    try {
      fs.truncate(handle, offset);
      fs.sync(handle);
    } finally {
      fs.close(handle);
    }
  }

  #checkMissing(index: number): void {
    const before = this.#segments[index - 1];
    const segment = this.#segments[index] as SegmentFile;
    const expected = (before?.number ?? 0) + 1;
    if (segment.number === expected) return;
    this.#damage(expected, 0, "the file is missing", segment.number, FIRST_GROUP_OFFSET);
  }

  /** Throws, unless the damage was accepted before or is accepted now. */
  #damage(
    segment: number,
    offset: number,
    reason: string,
    resumeSegment: number,
    resumeOffset: number,
  ): void {
    const damage: AcceptedDamage = { segment, offset, resumeSegment, resumeOffset };
    if (this.#accepted.has(damage)) return;
    const file = path.join(this.#options.directory, segmentFileName(segment));
    if (!this.#options.recover) throw new WalDamagedError(file, offset, reason);
    this.#accepted.add(damage);
    this.#options.logger.warn("going on without a damaged part of the write-ahead log: its writes are lost", {
      file,
      offset,
      reason,
      resumeFile: segmentFileName(resumeSegment),
      resumeOffset,
    });
  }

  #positionAfter(segment: number, header: SegmentHeader, offset: number): WritePosition {
    return { segment, open: { lap: header.lap, offset }, nextSequence: this.#expected };
  }

  #newSegment(): WritePosition {
    const last = this.#segments.at(-1);
    return { segment: (last?.number ?? 0) + 1, open: undefined, nextSequence: this.#expected };
  }

  #result(): ReplayResult {
    return {
      entries: this.#entries,
      groups: this.#groups,
      bytes: this.#bytesRead,
      tornBytes: this.#tornBytes,
    };
  }

  #report(): void {
    const { onProgress } = this.#options;
    onProgress({ bytesRead: this.#bytesRead, bytesTotal: this.#bytesTotal, entries: this.#entries });
  }

  async #pause(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonicMs() < this.#turnEndsMs) return;
    await nextTurn();
    this.#turnEndsMs = clock.monotonicMs() + TURN_MS;
  }
}
