import type { PluginCode, QueryReply, QueryRequest, RunOutcome, RunRequest } from "../protocol/index.ts";

/** Data that the queries of one case see. */
export interface SeedData {
  readonly database: string;
  readonly lineProtocol: string;
}

/** What the embedder (command line, language server) does for test cases. */
export interface CaseHost {
  /** The plugin as it is now; read anew for every run of a file's cases. */
  readonly plugin: PluginCode;
  /** Runs a plugin without effect. Its queries are those that `prepareQueries` was told to answer. */
  run(request: RunRequest): Promise<RunOutcome>;
  /** Forgets a namespace of the cache that only this case used. */
  dropCache(namespace: string): Promise<void>;
  /** From now on queries see exactly these data, at the time given or at the real one. */
  prepareQueries(seed: readonly SeedData[], nowNs: bigint | undefined): Promise<void>;
  /** A query of the case itself. */
  query(request: QueryRequest): Promise<QueryReply>;
  /** Text of a file beside the test file. */
  readText(relativePath: string): Promise<string>;
  nowNs(): bigint;
}
