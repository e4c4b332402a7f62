import type { FileService, NetworkService, PluginHost } from "../interpreter/index.ts";
import { type QueryAnswerer, serveQueries } from "../protocol/index.ts";
import { TestCache } from "./test-cache.ts";

export interface TestHostOptions {
  readonly answerQuery: QueryAnswerer;
  readonly monotonicMs: () => number;
  readonly files?: FileService;
  readonly openNetwork?: () => NetworkService;
}

/** A host for tests outside a server: what plugins write is collected in the outcome, and reaches nothing. */
export function testHost({ answerQuery, monotonicMs, files, openNetwork }: TestHostOptions): PluginHost {
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
  };
}
