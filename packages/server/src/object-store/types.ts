/** A place for named pieces of bytes. Keys are `/`-separated, and sort by their bytes. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores the bytes durably before it resolves, whole or not at all.
   * With a condition that does not hold the object stays as it is, and the answer says so. Behind a network the reason
   * may be this very put: when an answer was lost on its way, the next attempt finds what the first one stored. Who
   * must know puts a nonce of its own into the bytes and reads them back.
   * After an error the object may be stored or not. Over a network it may even be stored later: over whatever is there
   * then, unless a condition forbids it.
   */
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutAnswer>;
  /** Objects whose key begins with the prefix, in key order. */
  list(prefix: string): Promise<ObjectInfo[]>;
  /** Removes an object; one that is not there is no error. */
  delete(key: string): Promise<void>;
}

/** At most one condition. */
export interface PutOptions {
  /** Only when there is no such object; else the answer is "exists". */
  readonly ifNoneMatch?: boolean;
  /**
   * What `get` returned: only when the object is still that; else, or when it is gone, the answer is "changed". Bytes
   * that come back after others are the same to it: who must tell them apart puts a nonce into them.
   */
  readonly ifUnchanged?: Uint8Array;
}

export type PutAnswer = "written" | "exists" | "changed";

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
