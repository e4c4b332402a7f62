import type { FileService, NetworkService, PluginHost, RunContext } from "../interpreter/index.ts";
import { type PluginEvent, type QueryAnswerer, serveQueries } from "../protocol/index.ts";
import { TestCache } from "./test-cache.ts";

export interface TestHostOptions {
  readonly answerQuery: QueryAnswerer;
  readonly monotonicMs: () => number;
  readonly files?: FileService;
  readonly openNetwork?: () => NetworkService;
  /** Told what runs do, as it happens. */
  readonly onEvent?: (context: RunContext, event: PluginEvent) => void;
}

/** A host for tests outside a server: what plugins write is collected in the outcome, and reaches nothing. */
export function testHost(options: TestHostOptions): PluginHost {
  const { answerQuery, monotonicMs, files, openNetwork, onEvent } = options;
  return {
    log: () => {},
    writeSync: async () => undefined,
    globalCache: new TestCache(monotonicMs),
    connectQueries(link) {
      serveQueries(link, answerQuery);
      // Waiting for questions must not keep a process alive that is done.
      link.port.unref();
    },
    ...(files === undefined ? {} : { files }),
    ...(openNetwork === undefined ? {} : { openNetwork }),
    ...(onEvent === undefined ? {} : { event: onEvent }),
  };
}
