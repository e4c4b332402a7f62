import {
  type Clock,
  Distribution,
  DURATION_BOUNDS_MS,
  type Logger,
  ServerError,
  type Timer,
} from "../foundation/index.ts";
import { FRAME_HEADER_BYTES } from "./segment-format.ts";
import type { StagingPool } from "./staging-pool.ts";
import type { WalEntry, WalEvents } from "./types.ts";

export interface CommitGroup {
  readonly id: number;
  readonly entries: readonly WalEntry[];
  readonly payloadBytes: number;
}

/** How the pipeline is told that a group is stored. */
export interface StoredGroup {
  readonly sequence: number;
  /** Time until it was durable. */
  readonly syncMs: number;
}

/**
 * When a group is sealed: as soon as the sink is free and somebody waits, or at most once an interval, for sinks
 * that are paid by the request.
 */
export type Pace = "eager" | "interval";

/** Stores groups, in the order it gets them, and reports each one to the pipeline. */
export interface GroupSink {
  write(group: CommitGroup): void;
}

export interface PipelineOptions {
  staging: StagingPool;
  sink: GroupSink;
  events: WalEvents;
  clock: Clock;
  logger: Logger;
  flushIntervalMs: number;
  maxWaiting: number;
  pace: Pace;
  /** Of the last group in the log. */
  lastSequence: number;
  /** Bytes of log behind the last boundary. */
  bytesSinceBoundary: number;
}

type Done = (error?: Error) => void;

interface Pending {
  entries: WalEntry[];
  callbacks: Done[];
  bytes: number;
}

interface SealedGroup extends CommitGroup {
  readonly callbacks: readonly Done[];
  /** Boundaries right behind this group. */
  readonly boundaries: (() => void)[];
}

export interface PipelineStats {
  groups: number;
  failedGroups: number;
  entries: number;
  bytes: number;
  largestGroupBytes: number;
  syncMs: number;
  longestSyncMs: number;
  readonly syncDurationMs: Distribution;
}

/** A group of this size is sealed even while the disk is busy: later entries begin another. */
const FULL_GROUP_BYTES = 8 * 1024 * 1024;
/** From here on it pays to hand the disk its next group before it asks. */
const EARLY_GROUP_BYTES = 1024 * 1024;
const MAX_IN_FLIGHT = 2;

/**
 * Gathers entries into commit groups. An eager one seals a group as soon as the disk is free and somebody waits, so
 * that under load groups grow by themselves and an idle server answers at once.
 */
export class CommitPipeline {
  readonly #options: PipelineOptions;
  #open = emptyPending();
  readonly #sealed: SealedGroup[] = [];
  /** The first so many of the sealed groups are with the sink. */
  #inFlight = 0;
  #lastId = 0;
  #waiting = 0;
  #somebodyWaits = false;
  #turn: NodeJS.Immediate | undefined;
  #flushTimer: Timer | undefined;
  #onIdle: (() => void) | undefined;
  #lastSequence: number;
  #bytesSinceBoundary: number;
  /** The last group before the last boundary. */
  #boundaryId = 0;
  #lastSealMs = Number.NEGATIVE_INFINITY;
  readonly #stats = noGroups();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#lastSequence = options.lastSequence;
    this.#bytesSinceBoundary = options.bytesSinceBoundary;
  }

  get stats(): Readonly<PipelineStats> {
    return this.#stats;
  }

  /** Bytes of durable groups behind the last boundary. */
  get bytesSinceBoundary(): number {
    return this.#bytesSinceBoundary;
  }

  /** Throws ServerError when too many writes wait already. */
  checkRoom(): void {
    const { maxWaiting } = this.#options;
    if (this.#waiting < maxWaiting) return;
    throw new ServerError("write_overloaded", {
      detail: `wal buffer full with ${maxWaiting} ops (--wal-max-write-buffer-size)`,
    });
  }

  append(entry: WalEntry, done: Done): void {
    this.#open.entries.push(entry);
    this.#open.callbacks.push(done);
    this.#open.bytes += FRAME_HEADER_BYTES + entry.length;
    this.#waiting++;
    if (this.#open.bytes >= FULL_GROUP_BYTES) this.#seal();
    else if (this.#options.pace === "eager" && !entry.noSync) this.#sealSoon();
    else this.#startFlushTimer();
  }

  /** The sink stored its oldest group. */
  stored(stored: StoredGroup): void {
    const group = this.#takeOldest();
    if (group === undefined) return;
    this.#lastSequence = stored.sequence;
    if (group.id > this.#boundaryId) this.#bytesSinceBoundary += group.payloadBytes;
    this.#count(group, stored.syncMs);
    this.#guard(() => this.#options.events.onDurable(group.id));
    this.#finish(group, undefined);
    this.#goOn();
  }

  /** The sink could not store its oldest group. It drops every group it was given before this call. */
  failed(error: Error): void {
    const failure = new ServerError("wal_write_failed", { detail: error.message }, undefined, error);
    if (this.#open.entries.length > 0) this.#sealOpen();
    const groups = this.#sealed.splice(0);
    this.#inFlight = 0;
    this.#stats.failedGroups += groups.length;
    for (const group of groups) this.#guard(() => this.#options.events.onFailed(group.id, failure));
    for (const group of groups) this.#finish(group, failure);
    this.#goOn();
  }

  /**
   * Ends the open group, so that none reaches across this moment. Resolves, when everything appended so far is
   * stored or failed, with the sequence of the last group that is stored.
   */
  boundary(): Promise<number> {
    if (this.#open.entries.length > 0) this.#seal();
    this.#boundaryId = this.#lastId;
    this.#bytesSinceBoundary = 0;
    const last = this.#sealed.at(-1);
    if (last === undefined) return Promise.resolve(this.#lastSequence);
    return new Promise((resolve) => {
      last.boundaries.push(() => resolve(this.#lastSequence));
    });
  }

  /** Resolves when everything appended so far is stored or failed. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      if (this.#open.entries.length > 0) this.#seal();
      this.#goOn();
    });
  }

  #sealSoon(): void {
    this.#somebodyWaits = true;
    // Requests that arrived together are handled in one turn of the event loop: let them share a group.
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#goOn();
    });
  }

  #startFlushTimer(): void {
    const { clock, pace, flushIntervalMs } = this.#options;
    // At a set pace, an interval counts from the last group: the first write after a pause need not wait for it.
    const passedMs = pace === "interval" ? clock.monotonicMs() - this.#lastSealMs : 0;
    this.#flushTimer ??= clock.schedule(Math.max(0, flushIntervalMs - passedMs), () => {
      this.#flushTimer = undefined;
      this.#somebodyWaits = true;
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#somebodyWaits && this.#open.entries.length > 0) {
      const busy = this.#sealed.length;
      const early = this.#options.pace === "eager" && this.#open.bytes >= EARLY_GROUP_BYTES;
      if (busy === 0 || (busy < MAX_IN_FLIGHT && early)) this.#seal();
    }
    if (this.#sealed.length === 0 && this.#open.entries.length === 0) {
      this.#onIdle?.();
      this.#onIdle = undefined;
    }
  }

  #seal(): void {
    this.#sealOpen();
    this.#send();
  }

  #sealOpen(): void {
    const { entries, callbacks, bytes } = this.#open;
    const group = { id: ++this.#lastId, entries, callbacks, payloadBytes: bytes, boundaries: [] };
    this.#lastSealMs = this.#options.clock.monotonicMs();
    this.#open = emptyPending();
    this.#somebodyWaits = false;
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    this.#sealed.push(group);
    this.#guard(() => this.#options.events.onSeal(group.id));
  }

  #send(): void {
    while (this.#inFlight < MAX_IN_FLIGHT && this.#inFlight < this.#sealed.length) {
      const group = this.#sealed[this.#inFlight] as SealedGroup;
      this.#inFlight++;
      this.#options.sink.write(group);
    }
  }

  #takeOldest(): SealedGroup | undefined {
    const group = this.#sealed.shift();
    if (group === undefined) return undefined;
    this.#inFlight--;
    this.#send();
    return group;
  }

  #finish(group: SealedGroup, error: Error | undefined): void {
    this.#waiting -= group.entries.length;
    for (const entry of group.entries) this.#options.staging.release(entry.slice);
    for (const done of group.callbacks) this.#guard(() => done(error));
    for (const passed of group.boundaries) passed();
  }

  #count(group: SealedGroup, syncMs: number): void {
    const stats = this.#stats;
    stats.groups++;
    stats.entries += group.entries.length;
    stats.bytes += group.payloadBytes;
    stats.largestGroupBytes = Math.max(stats.largestGroupBytes, group.payloadBytes);
    stats.syncMs += syncMs;
    stats.syncDurationMs.observe(syncMs);
    stats.longestSyncMs = Math.max(stats.longestSyncMs, syncMs);
  }

  /** What one write's callback throws must not keep the other writes from their answers. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.logger.error("a callback of the write-ahead log failed", { error: String(error) });
    }
  }
}

function emptyPending(): Pending {
  return { entries: [], callbacks: [], bytes: 0 };
}

/** What a log that has stored nothing yet has counted. */
export function noGroups(): PipelineStats {
  return {
    groups: 0,
    failedGroups: 0,
    entries: 0,
    bytes: 0,
    largestGroupBytes: 0,
    syncMs: 0,
    longestSyncMs: 0,
    syncDurationMs: new Distribution(DURATION_BOUNDS_MS),
  };
}
