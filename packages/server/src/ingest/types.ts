/** Who wrote: writes of plugins carry their trigger and depth, so that loops can be stopped. */
export interface WriteOrigin {
  readonly trigger: string;
  readonly depth: number;
}

/** Room that a body is received into piece by piece, so that none of the pieces is kept. */
export interface IncomingBody {
  add(piece: Uint8Array): void;
  /** The rest will not come. A body that was given to `write` belongs to it. */
  discard(): void;
}

export interface WriteRequest {
  readonly database: string;
  /** The body as received, already decompressed: in pieces, or where `receive` made room for it. */
  readonly body: readonly Uint8Array[] | IncomingBody;
  readonly sizeBytes: number;
  readonly precision: number;
  readonly acceptPartial: boolean;
  readonly noSync: boolean;
  /** What `untilAdmitted` said: such a write need not ask again. */
  readonly admitted?: boolean;
  readonly origin?: WriteOrigin;
}

export interface LineError {
  error_message: string;
  line_number: number;
  original_line: string;
}

export interface WriteResult {
  readonly acceptedLines: number;
  /** Empty when every line was fine. With `acceptPartial: false` a bad line rejects the request instead. */
  readonly errors: readonly LineError[];
}

/** Accepted lines of one write, as the processing engine receives them once they are durable. */
export interface AcceptedWrite {
  readonly databaseId: number;
  readonly precision: number;
  readonly defaultTimeNs: bigint;
  /** A copy for the listener, who says when nobody reads it any more. */
  readonly bytes: Uint8Array;
  release(): void;
  readonly lines: number;
  readonly tableIds: readonly number[];
  readonly origin: WriteOrigin | undefined;
}

export interface WritePath {
  /**
   * For a write whose body has not been read: resolves with true when the database takes it, with false when that would
   * take too long; undefined when it takes it at once.
   */
  untilAdmitted(database: string, sizeBytes: number | undefined): Promise<boolean> | undefined;
  /** Room for a body of this size; undefined when its pieces have to be kept instead. */
  receive(sizeBytes: number): IncomingBody | undefined;
  write(request: WriteRequest): Promise<WriteResult>;
  /** Once. Only databases for which `wanted` answers true are copied and delivered, in order, after durability. */
  subscribe(wanted: (databaseId: number) => boolean, listener: (write: AcceptedWrite) => void): void;
}
