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

export interface ReplayResult {
  readonly entries: number;
  readonly groups: number;
  /** Bytes of log that were read. */
  readonly bytes: number;
  /** Bytes of an unfinished last group, which is cut off. */
  readonly tornBytes: number;
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

export interface Wal {
  /** Calls `visit` for every entry in order; ends with the last intact group. Must run before the first append. */
  replay(
    visit: (entry: ReplayedEntry) => void | Promise<void>,
    onProgress?: (progress: ReplayProgress) => void,
  ): Promise<ReplayResult>;
  start(events: WalEvents): void;
  /** Throws ServerError `write_overloaded` (503) when too much waits for the disk already. */
  reserve(sizeBytes: number): StagingSlice;
  release(slice: StagingSlice): void;
  /** Adds to the open group; `done` is called after the group's fsync (or with the error that prevented it). */
  append(entry: WalEntry, done: (error?: Error) => void): void;
  /** Seals and writes what is pending, then refuses appends. */
  close(): Promise<void>;
}
