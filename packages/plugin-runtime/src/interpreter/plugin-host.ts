import type { LogLine, QueryLink } from "../protocol/index.ts";

/** Where a run belongs, as far as the host needs to know when it answers a call of it. */
export interface RunContext {
  readonly runId: string;
  readonly database: string;
  readonly trigger?: string;
  readonly cacheNamespace: string;
  readonly test: boolean;
}

/** The cache that all interpreters share. Values are pickled Python objects. */
export interface GlobalCache {
  get(context: RunContext, key: string): Uint8Array | undefined;
  put(context: RunContext, key: string, value: Uint8Array, ttlMs: number | null): void;
  delete(context: RunContext, key: string): boolean;
}

/** What the embedder (server, command line, language server) does for plugins. */
export interface PluginHost {
  /** Called as each line is written, so that it is seen even when the run has to be killed. */
  log(context: RunContext, line: LogLine): void;
  /** Writes now. Gives the text of the error that the plugin shall see, or undefined when it was written. */
  writeSync(
    context: RunContext,
    database: string,
    lineProtocol: string,
    noSync: boolean,
  ): Promise<string | undefined>;
  readonly globalCache: GlobalCache;
  /** Takes the line on which a new interpreter will ask its queries; it closes when the interpreter ends. */
  connectQueries(link: QueryLink): void;
}
