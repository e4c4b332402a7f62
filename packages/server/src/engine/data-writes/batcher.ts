import type { Clock } from "../../foundation/index.ts";
import type { AcceptedWrite, WritePath } from "../../ingest/index.ts";
import type { DataWriteFeed } from "./data-write-feed.ts";
import { HeldLines } from "./held-lines.ts";
import type { Refusal } from "./trigger-queue.ts";
import { WaitingWriters } from "./waiting-writers.ts";

export interface BatcherOptions {
  readonly writePath: Pick<WritePath, "subscribe">;
  readonly flushIntervalMs: number;
  readonly clock: Clock;
}

/** Gathers what becomes durable between two flushes, so that a trigger is called once per flush, not per write. */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #startedMs: number;
  readonly #feeds = new Map<number, Set<DataWriteFeed>>();
  /** Writes that were stored but not delivered, by reason. */
  readonly refused: Record<Refusal, number> = { loop: 0, rate: 0 };
  readonly #writers: WaitingWriters;
  #flushPlanned = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs();
    this.#writers = new WaitingWriters(options.clock);
    options.writePath.subscribe(
      (databaseId) => this.#feeds.has(databaseId),
      (write) => this.#receive(write),
    );
  }

  add(feed: DataWriteFeed): void {
    const feeds = this.#feeds.get(feed.databaseId);
    if (feeds === undefined) this.#feeds.set(feed.databaseId, new Set([feed]));
    else feeds.add(feed);
  }

  remove(feed: DataWriteFeed): void {
    const feeds = this.#feeds.get(feed.databaseId);
    feeds?.delete(feed);
    if (feeds?.size === 0) this.#feeds.delete(feed.databaseId);
    this.feedHasRoom(feed.databaseId);
  }

  /** What waits for the next calls of all triggers. */
  get queued(): { readonly rows: number; readonly bytes: number } {
    let rows = 0;
    let bytes = 0;
    for (const feeds of this.#feeds.values()) {
      for (const feed of feeds) {
        rows += feed.queuedRows;
        bytes += feed.queuedBytes;
      }
    }
    return { rows, bytes };
  }

  /** True while a trigger of the database is so far behind that users' writes should wait. */
  full(databaseId: number): boolean {
    for (const feed of this.#feeds.get(databaseId) ?? []) if (feed.full) return true;
    return false;
  }

  /** Resolves with true when there is room again, with false when that takes too long; undefined when there is room. */
  untilRoom(databaseId: number, sizeBytes: number | undefined): Promise<boolean> | undefined {
    return this.full(databaseId) ? this.#writers.wait(databaseId, sizeBytes) : undefined;
  }

  /** To be called by a feed that has less to show than before. */
  feedHasRoom(databaseId: number): void {
    const rooms = Array.from(this.#feeds.get(databaseId) ?? [], (feed) => feed.roomBytes);
    this.#writers.admit(databaseId, Math.min(...rooms));
  }

  #receive(write: AcceptedWrite): void {
    const lines = new HeldLines(write);
    let waiting = false;
    for (const feed of this.#feeds.get(write.databaseId) ?? []) {
      waiting = feed.offer(write, lines) || waiting;
    }
    lines.release();
    if (waiting) this.#planFlush();
  }

  /** Flushes fall on multiples of the interval, and only when there is something to deliver. */
  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    const { clock, flushIntervalMs } = this.#options;
    const elapsedMs = (clock.monotonicMs() - this.#startedMs) % flushIntervalMs;
    clock.schedule(flushIntervalMs - elapsedMs, () => {
      this.#flushPlanned = false;
      for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.flush();
    });
  }
}
