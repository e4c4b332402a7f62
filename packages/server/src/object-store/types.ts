/** A place for named pieces of bytes. Keys are `/`-separated, and sort by their bytes. */
export interface ObjectStore {
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores the bytes durably before it resolves, whole or not at all.
   * With `ifNoneMatch`, an object that exists stays as it is and the answer is "exists".
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
