import type { Distribution } from "../foundation/index.ts";

/** A piece of pooled shared memory that a request body is received into, parsed in, and written to disk from. */
export interface StagingSlice {
  readonly buffer: SharedArrayBuffer;
  readonly offset: number;
  /** View of the reserved bytes; at least 64 readable bytes follow it, so that parsers may read words past its end. */
  readonly bytes: Uint8Array;
}

export interface WalEntry {
  readonly databaseId: number;
  /** Catalog sequence at the time of the write: at replay, names resolve as they did then. */
  readonly catalogSequence: number;
  /** Code of the precision, as in the line-protocol package. */
  readonly precision: number;
  readonly defaultTimeNs: bigint;
  /** The accepted lines: the first `length` bytes of the slice. The WAL releases the slice when it is done with it. */
  readonly slice: StagingSlice;
  readonly length: number;
  /** Nobody waits for it: it does not start a flush by itself, but is flushed at least every flush interval. */
  readonly noSync?: boolean;
}

export interface ReplayedEntry {
  readonly databaseId: number;
  readonly catalogSequence: number;
  readonly precision: number;
  readonly defaultTimeNs: bigint;
  /** The lines; only until the visit ends. At least 64 readable bytes follow, as in a staging slice. */
  readonly bytes: Uint8Array;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly entries: number;
}

export interface ReplayOptions {
  /** Groups up to this sequence are in data files: they are not visited. */
  readonly after: number;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Every entry of the group was visited. */
  readonly onGroup?: (sequence: number) => void | Promise<void>;
}

export type Visit = (entry: ReplayedEntry) => void | Promise<void>;

export interface ReplayResult {
  /** What was visited; what data files hold already does not count. */
  readonly entries: number;
  readonly groups: number;
  /** Bytes of log that were read. */
  readonly bytes: number;
  /** Bytes of an unfinished last group, which is cut off. */
  readonly tornBytes: number;
  /** Of the last group in the log, or `after` when the log ends before it. */
  readonly lastSequence: number;
}

export interface WalEvents {
  /** Called synchronously when the entries appended so far become one commit group. */
  onSeal(group: number): void;
  /** The group is on disk: publish its rows, then the entries' callbacks run. */
  onDurable(group: number): void;
  /**
   * The group failed, and with it every later one: nothing of them may become visible. What is not sealed yet is
   * sealed first. Called for each group, oldest first; the entries' callbacks follow.
   */
  onFailed(group: number, error: Error): void;
}

/** Counts since the log was opened; durations in milliseconds. */
export interface WalStats {
  readonly groups: number;
  readonly failedGroups: number;
  readonly entries: number;
  /** Frames with their headers. */
  readonly bytes: number;
  readonly largestGroupBytes: number;
  /** Time in fsync, or in the request that stores an object. */
  readonly syncMs: number;
  readonly longestSyncMs: number;
  readonly syncDurationMs: Distribution;
  readonly segmentsCreated: number;
  /** Of the created ones, those that overwrite a file that was used before. */
  readonly segmentsRecycled: number;
  /** Requests to the object store that were repeated. */
  readonly retries: number;
}

export interface Wal {
  /** Calls `visit` for every entry in order; ends with the last intact group. Must run before the first append. */
  replay(visit: Visit, options: ReplayOptions): Promise<ReplayResult>;
  start(events: WalEvents): void;
  /** Throws ServerError `write_overloaded` (503) when too much waits for the disk already. */
  reserve(sizeBytes: number): StagingSlice;
  /** The same for a body that has begun to arrive; undefined when it must be gathered elsewhere first. */
  reserveAhead(sizeBytes: number): StagingSlice | undefined;
  release(slice: StagingSlice): void;
  /** Adds to the open group; `done` is called after the group's fsync (or with the error that prevented it). */
  append(entry: WalEntry, done: (error?: Error) => void): void;
  /**
   * Draws a line behind everything appended so far: no commit group reaches across it. Resolves, when all of it is
   * durable or failed, with the sequence of the last durable group before the line. While the log is being replayed,
   * the line is behind the last group of which `onGroup` was told.
   */
  boundary(): Promise<number>;
  /** Groups up to this sequence are in data files for good: their space may be used again. */
  trim(sequence: number): Promise<void>;
  /** Bytes of log behind the last boundary. */
  readonly bytesSinceBoundary: number;
  /** Bytes of log that are in no data file: also those before a boundary whose snapshot is not committed. */
  readonly bytesSinceSnapshot: number;
  readonly stats: WalStats;
  /** Seals and writes what is pending, then refuses appends. */
  close(): Promise<void>;
}
