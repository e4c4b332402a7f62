import { ServerError } from "#src/foundation/index.js";
import type { ReplayedEntry, StagingSlice, Wal, WalEntry, WalEvents } from "#src/wal/index.js";

interface Pending {
  entry: WalEntry;
  done: (error?: Error) => void;
}

const SLACK_BYTES = 64;

/** A WAL in memory whose groups become durable when the test says so, or at once. */
export class FakeWal implements Wal {
  readonly stored: ReplayedEntry[] = [];
  reserved = 0;
  refusesAppends = false;
  #events: WalEvents | undefined;
  #open: Pending[] = [];
  readonly #sealed: { group: number; entries: Pending[] }[] = [];
  #nextGroup = 1;
  readonly #immediate: boolean;

  constructor(options: { immediate: boolean }) {
    this.#immediate = options.immediate;
  }

  async replay(visit: (entry: ReplayedEntry) => void | Promise<void>) {
    for (const entry of this.stored) await visit(entry);
    return { entries: this.stored.length, groups: this.stored.length, bytes: 0, tornBytes: 0 };
  }

  start(events: WalEvents): void {
    this.#events = events;
  }

  reserve(sizeBytes: number): StagingSlice {
    this.reserved++;
    const buffer = new SharedArrayBuffer(sizeBytes + SLACK_BYTES);
    return { buffer, offset: 0, bytes: new Uint8Array(buffer, 0, sizeBytes) };
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
    for (const { entry } of entries) {
      const bytes = entry.slice.bytes.slice(0, entry.length);
      const { databaseId, catalogSequence, precision, defaultTimeNs } = entry;
      this.stored.push({ databaseId, catalogSequence, precision, defaultTimeNs, bytes });
      this.release();
    }
    this.#events?.onDurable(group);
    for (const { done } of entries) done();
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
  }

  async close(): Promise<void> {}
}
