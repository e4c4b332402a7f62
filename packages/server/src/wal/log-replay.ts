import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Logger } from "../foundation/index.ts";
import { ACCEPTED_DAMAGE_NAME, Damages } from "./damages.ts";
import { listSegments, type SegmentFile, SegmentLoader } from "./log-directory.ts";
import { GROUP_HEADER_BYTES, segmentFileName } from "./segment-format.ts";
import { entriesOf, FIRST_GROUP_OFFSET, type FoundGroup, SegmentReader } from "./segment-reader.ts";
import type { WritePosition } from "./segment-writer.ts";
import type { ReplayOptions, ReplayResult, Visit } from "./types.ts";
import type { WalFileSystem } from "./wal-file-system.ts";

export interface LogReplayOptions extends ReplayOptions {
  fs: WalFileSystem;
  directory: string;
  /** Go on behind damage instead of throwing. */
  recover: boolean;
  clock: Clock;
  logger: Logger;
  visit: Visit;
}

/** Longest time without giving other work its turn. */
const TURN_MS = 10;

/**
 * Reads a log from the first group that is in no data file to the last intact one. What counts as its end, and what
 * as damage, is docs/formats/wal.md, "Reading".
 */
export class LogReplay {
  readonly #options: LogReplayOptions;
  readonly #damages: Damages;
  readonly #all: readonly SegmentFile[];
  /** Those that hold what is needed. */
  readonly #segments: readonly SegmentFile[];
  readonly #bytesTotal: number;
  /** Sequence of the group that comes next. */
  #expected: number;
  #entries = 0;
  #groups = 0;
  #groupBytes = 0;
  /** Of segments that were read to their end. */
  #bytesRead = 0;
  /** Of the segment that is being read. */
  #offset = 0;
  #tornBytes = 0;
  #turnEndsMs: number;

  constructor(options: LogReplayOptions) {
    const { fs, directory, recover, logger } = options;
    this.#options = options;
    this.#damages = new Damages({
      remembered: readIfThere(fs, directory, ACCEPTED_DAMAGE_NAME),
      recover,
      logger,
      nameOf: (segment) => (segment === 0 ? directory : path.join(directory, segmentFileName(segment))),
    });
    this.#all = listSegments(fs, directory);
    this.#segments = neededSegments(this.#all, options.after);
    this.#bytesTotal = this.#segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
    this.#expected = options.after + 1;
    this.#turnEndsMs = options.clock.monotonicMs() + TURN_MS;
  }

  /** Rejects with WalDamagedError, and with what `visit` throws. `bytes`: of groups that were visited. */
  async run(): Promise<{ result: ReplayResult; position: WritePosition; visitedBytes: number }> {
    const loader = new SegmentLoader(this.#options.fs, () => this.#pause());
    this.#checkBegin();
    for (const index of this.#segments.keys()) {
      await this.#readAt(index, loader);
      this.#bytesRead += this.#segments[index]!.sizeBytes;
      this.#offset = 0;
      this.#report();
    }
    this.#expected = Math.max(this.#expected, this.#options.after + 1);
    if (this.#damages.changed) this.#remember();
    return { result: this.#result(), position: this.#position(), visitedBytes: this.#groupBytes };
  }

  async #readAt(index: number, loader: SegmentLoader): Promise<void> {
    const segment = this.#segments[index] as SegmentFile;
    if (index > 0) this.#checkMissing(this.#segments[index - 1] as SegmentFile, segment);
    const { header } = segment;
    if (typeof header === "string") {
      const resumeSegment = this.#segments[index + 1]?.number ?? segment.number + 1;
      this.#damage(segment.number, 0, header, resumeSegment, FIRST_GROUP_OFFSET);
      return;
    }
    // The first one may begin with groups that are not needed; a later one, behind accepted damage, with later ones.
    this.#expected = index === 0 ? header.firstSequence : Math.max(this.#expected, header.firstSequence);
    const content = loader.open(segment);
    try {
      const reader = new SegmentReader(content, header);
      const offset = await this.#readGroups(index, reader, content);
      if (index === this.#segments.length - 1) await this.#endAt(segment, reader, offset);
    } finally {
      content.close();
    }
  }

  /** Delivers the segment's groups and returns where they end. */
  async #readGroups(
    index: number,
    reader: SegmentReader,
    content: { readonly bytes: Uint8Array },
  ): Promise<number> {
    const segment = this.#segments[index] as SegmentFile;
    const limit = this.#limitOf(index);
    let offset = FIRST_GROUP_OFFSET;
    while (this.#expected < limit) {
      const group = await reader.groupAt(offset);
      if (group?.header.sequence === this.#expected) {
        await this.#deliver(segment, content.bytes, group);
        this.#expected++;
        offset = group.end;
        continue;
      }
      const later = await reader.nextGroup(offset, this.#expected - 1);
      if (later === undefined || later.header.sequence >= limit) break;
      const lost = later.header.sequence - this.#expected;
      const reason =
        lost === 0 ? "a group is not where it belongs" : `${lost} group(s) before later ones are not intact`;
      this.#damage(segment.number, offset, reason, segment.number, later.offset);
      this.#expected = later.header.sequence;
      offset = later.offset;
    }
    const next = this.#segments[index + 1];
    if (next !== undefined) this.#checkEnd(segment, next, offset, limit);
    return offset;
  }

  /** Before the next segment, the groups that it does not hold must all have been there. */
  #checkEnd(segment: SegmentFile, next: SegmentFile, offset: number, limit: number): void {
    // A missing segment, or one with a damaged header, is reported by itself.
    if (next.number !== segment.number + 1 || limit === Number.POSITIVE_INFINITY) return;
    if (this.#expected >= limit) return;
    const reason = `${limit - this.#expected} group(s) before the next segment are not intact`;
    this.#damage(segment.number, offset, reason, next.number, FIRST_GROUP_OFFSET);
  }

  /** Groups from this sequence on are in a later segment, and copies of them in this one do not count. */
  #limitOf(index: number): number {
    const next = this.#segments[index + 1]?.header;
    return typeof next === "object" ? next.firstSequence : Number.POSITIVE_INFINITY;
  }

  async #deliver(segment: SegmentFile, bytes: Uint8Array, group: FoundGroup): Promise<void> {
    const { visit, after, onGroup } = this.#options;
    const { sequence } = group.header;
    if (sequence > after) {
      const entries = entriesOf(bytes, group);
      let step = entries.next();
      for (; !step.done; step = entries.next()) {
        await visit(step.value);
        this.#entries++;
      }
      if (step.value !== undefined) {
        this.#damage(segment.number, group.offset, step.value, segment.number, group.end);
      }
      this.#groups++;
      this.#groupBytes += group.end - group.offset - GROUP_HEADER_BYTES;
      await onGroup?.(sequence);
    }
    this.#offset = group.end;
    await this.#pause();
  }

  /**
   * Makes the end of the log final: what is behind it goes, and what is before it is synced, because a process that
   * was killed may have written a group that it never synced, and the next segment builds on it.
   */
  async #endAt(segment: SegmentFile, reader: SegmentReader, offset: number): Promise<void> {
    const { fs, directory, logger } = this.#options;
    this.#tornBytes = await reader.tornBytesAt(offset);
    if (this.#tornBytes > 0) {
      logger.warn("cut off an unfinished write at the end of the write-ahead log", {
        file: segment.path,
        offset,
        bytes: this.#tornBytes,
      });
    }
    const handle = fs.open(segment.path, "write");
    try {
      if (fs.sizeOf(handle) > offset) fs.truncate(handle, offset);
      fs.sync(handle);
    } finally {
      fs.close(handle);
    }
    // Its name too: the next segment must not outlive it.
    fs.syncDirectory(directory);
  }

  /** The log may begin with groups that are in data files, but not behind the first one that is in none. */
  #checkBegin(): void {
    const { after } = this.#options;
    const first = this.#segments[0];
    if (first === undefined) {
      if (after === 0) return;
      const reason = `it is empty, although data files hold the writes up to group ${after} of it`;
      this.#damage(0, 0, reason, 1, FIRST_GROUP_OFFSET);
      return;
    }
    const { number, header } = first;
    // A damaged header is reported by itself.
    if (typeof header === "string" || header.firstSequence <= after + 1) return;
    if (number > 1) this.#damage(number - 1, 0, "the file is missing", number, FIRST_GROUP_OFFSET);
    else {
      const reason = `the log begins with group ${header.firstSequence}, and data files end with group ${after}`;
      this.#damage(number, 0, reason, number, FIRST_GROUP_OFFSET);
    }
  }

  #checkMissing(before: SegmentFile, segment: SegmentFile): void {
    const expected = before.number + 1;
    if (segment.number === expected) return;
    this.#damage(expected, 0, "the file is missing", segment.number, FIRST_GROUP_OFFSET);
  }

  #damage(
    segment: number,
    offset: number,
    reason: string,
    resumeSegment: number,
    resumeOffset: number,
  ): void {
    this.#damages.found({ segment, offset, resumeSegment, resumeOffset }, reason);
  }

  #remember(): void {
    const { fs, directory } = this.#options;
    const target = path.join(directory, ACCEPTED_DAMAGE_NAME);
    const file = fs.open(`${target}.tmp`, "create");
    try {
      fs.write(file, [this.#damages.encode()], 0);
      fs.sync(file);
    } finally {
      fs.close(file);
    }
    fs.rename(`${target}.tmp`, target);
    fs.syncDirectory(directory);
  }

  #position(): WritePosition {
    return {
      segment: (this.#all.at(-1)?.number ?? 0) + 1,
      nextSequence: this.#expected,
      older: this.#all.map(({ number, header }) => ({
        number,
        firstSequence: typeof header === "object" ? header.firstSequence : undefined,
      })),
    };
  }

  #result(): ReplayResult {
    return {
      entries: this.#entries,
      groups: this.#groups,
      bytes: this.#bytesRead,
      tornBytes: this.#tornBytes,
      lastSequence: this.#expected - 1,
    };
  }

  #report(): void {
    this.#options.onProgress?.({
      bytesRead: this.#bytesRead + this.#offset,
      bytesTotal: this.#bytesTotal,
      entries: this.#entries,
    });
  }

  async #pause(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonicMs() < this.#turnEndsMs) return;
    this.#report();
    await nextTurn();
    this.#turnEndsMs = clock.monotonicMs() + TURN_MS;
  }
}

/** Segments before the last one that begins at or before the first needed group hold nothing that is needed. */
function neededSegments(segments: readonly SegmentFile[], after: number): readonly SegmentFile[] {
  const first = segments.findLastIndex(
    ({ header }) => typeof header === "object" && header.firstSequence <= after + 1,
  );
  return segments.slice(Math.max(0, first));
}

function readIfThere(fs: WalFileSystem, directory: string, name: string): Uint8Array | undefined {
  return fs.list(directory).includes(name) ? fs.readFile(path.join(directory, name)) : undefined;
}
