/** A place for named pieces of bytes. Keys are `/`-separated, and sort by their bytes. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores the bytes durably before it resolves, whole or not at all.
   * With `ifNoneMatch`, an object that exists stays as it is and the answer is "exists". Behind a network that may be
   * this very object: when an answer was lost on its way, the next attempt finds what the first one stored. Who must
   * know puts a nonce of its own into the bytes and reads them back.
   * After an error the object may be stored or not; over a network it may even appear later.
   */
  put(key: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }): Promise<"written" | "exists">;
  /** Objects whose key begins with the prefix, in key order. */
  list(prefix: string): Promise<ObjectInfo[]>;
  /** Removes an object; one that is not there is no error. */
  delete(key: string): Promise<void>;
}

export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Reads objects in pieces, so that none has to fit into memory. */
export interface RangeReader {
  /** Up to `length` bytes from `offset` on; undefined when there is no such object. */
  readRange(key: string, offset: number, length: number): Promise<ObjectRange | undefined>;
}

export interface ObjectRange {
  readonly bytes: Uint8Array;
  /** Of the whole object. */
  readonly totalBytes: number;
}
