import type { S3Config } from "../config/index.ts";

/** How to reach an open store from another thread: plain data, to be sent there. */
export type StoreSetup = DirectorySetup | S3Setup;

export interface DirectorySetup {
  /** "memory" is a directory too, one that ends with the process: several threads and DuckDB read it. */
  readonly kind: "memory" | "file";
  readonly nodeId: string;
  readonly root: string;
  /** Answers as slowly as a store far away. */
  readonly throttled: boolean;
  /** Memory of StoreFigures, where operations are counted. */
  readonly figures?: SharedArrayBuffer;
}

export interface S3Setup {
  readonly kind: "s3";
  readonly nodeId: string;
  readonly s3: S3Config;
  /** Of this process alone. */
  readonly cacheDirectory: string;
  readonly figures?: SharedArrayBuffer;
}

/** Data files of a node have keys that begin so: nothing else lies there. */
export function dataPrefix(nodeId: string): string {
  return `${nodeId}/dbs/`;
}
