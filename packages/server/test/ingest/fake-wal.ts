import { Distribution, ServerError } from "#src/foundation/index.js";
import type {
  ReplayedEntry,
  ReplayOptions,
  StagingSlice,
  Wal,
  WalEntry,
  WalEvents,
  WalStats,
} from "#src/wal/index.js";

interface Pending {
  entry: WalEntry;
  done: (error?: Error) => void;
}

const SLACK_BYTES = 64;
const NO_STATS: WalStats = {
  groups: 0,
  failedGroups: 0,
  entries: 0,
  bytes: 0,
  largestGroupBytes: 0,
  syncMs: 0,
  longestSyncMs: 0,
  syncDurationMs: new Distribution([]),
  segmentsCreated: 0,
  segmentsRecycled: 0,
  retries: 0,
};

/** A WAL in memory whose groups become durable when the test says so, or at once. */
export class FakeWal implements Wal {
  readonly stored: ReplayedEntry[] = [];
  /** By entry of `stored`: the durable group it is in. */
  readonly sequences: number[] = [];
  readonly stats = NO_STATS;
  readonly bytesSinceBoundary = 0;
  readonly bytesSinceSnapshot = 0;
  trimmed = 0;
  reserved = 0;
  refusesAppends = false;
  #events: WalEvents | undefined;
  #open: Pending[] = [];
  readonly #sealed: { group: number; entries: Pending[] }[] = [];
  #nextGroup = 1;
  #sequence = 0;
  #boundaries: { readonly lastGroup: number; resolve(sequence: number): void }[] = [];
  readonly #immediate: boolean;

  constructor(options: { immediate: boolean }) {
    this.#immediate = options.immediate;
  }

  async replay(visit: (entry: ReplayedEntry) => void | Promise<void>, options: ReplayOptions) {
    let entries = 0;
    for (const [i, entry] of this.stored.entries()) {
      // What a test stored itself is a group of its own.
      const sequence = this.sequences[i] ?? i + 1;
      this.#sequence = sequence;
      if (sequence <= options.after) continue;
      await visit(entry);
      entries++;
      if (this.sequences[i + 1] !== sequence) await options.onGroup?.(sequence);
    }
    return { entries, groups: entries, bytes: 0, tornBytes: 0, lastSequence: this.#sequence };
  }

  /** Resolves when all groups up to here succeeded or failed. */
  boundary(): Promise<number> {
    if (this.#open.length > 0) this.seal();
    const lastGroup = this.#nextGroup - 1;
    return new Promise((resolve) => {
      this.#boundaries.push({ lastGroup, resolve });
      this.#passBoundaries();
    });
  }

  #passBoundaries(): void {
    const reached = (this.#sealed[0]?.group ?? this.#nextGroup) - 1;
    for (const { lastGroup, resolve } of this.#boundaries) if (lastGroup <= reached) resolve(this.#sequence);
    this.#boundaries = this.#boundaries.filter(({ lastGroup }) => lastGroup > reached);
  }

  async trim(sequence: number): Promise<void> {
    this.trimmed = sequence;
  }

  start(events: WalEvents): void {
    this.#events = events;
  }

  reserve(sizeBytes: number): StagingSlice {
    this.reserved++;
    const buffer = new SharedArrayBuffer(sizeBytes + SLACK_BYTES);
    return { buffer, offset: 0, bytes: new Uint8Array(buffer, 0, sizeBytes) };
  }

  reserveAhead(sizeBytes: number): StagingSlice {
    return this.reserve(sizeBytes);
  }

  release(): void {
    this.reserved--;
  }

  append(entry: WalEntry, done: (error?: Error) => void): void {
    if (this.refusesAppends) throw new ServerError("wal_closed");
    this.#open.push({ entry, done });
    if (!this.#immediate) return;
    this.seal();
    this.succeed();
  }

  get openEntries(): number {
    return this.#open.length;
  }

  seal(): void {
    const group = this.#nextGroup++;
    this.#sealed.push({ group, entries: this.#open });
    this.#open = [];
    this.#events?.onSeal(group);
  }

  /** The oldest sealed group reaches the disk. */
  succeed(): void {
    const { group, entries } = this.#sealed.shift()!;
    if (entries.length > 0) this.#sequence++;
    for (const { entry } of entries) {
      const bytes = entry.slice.bytes.slice(0, entry.length);
      const { databaseId, catalogSequence, precision, defaultTimeNs } = entry;
      this.sequences[this.stored.length] = this.#sequence;
      this.stored.push({ databaseId, catalogSequence, precision, defaultTimeNs, bytes });
      this.release();
    }
    this.#events?.onDurable(group);
    for (const { done } of entries) done();
    this.#passBoundaries();
  }

  succeedAll(): void {
    while (this.#sealed.length > 0) this.succeed();
  }

  /** The oldest sealed group does not; everything appended after it goes the same way. */
  fail(error = new ServerError("wal_write_failed", { detail: "no space left" })): void {
    this.seal();
    const failed = this.#sealed.splice(0);
    for (const { group } of failed) this.#events?.onFailed(group, error);
    for (const { entries } of failed) {
      for (const { done } of entries) {
        this.release();
        done(error);
      }
    }
    this.#passBoundaries();
  }

  async close(): Promise<void> {}
}
