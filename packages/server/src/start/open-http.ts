import type { BufferStore } from "../buffer/index.ts";
import type { NodeCatalog } from "../catalog/index.ts";
import type { ProcessingEngine } from "../engine/index.ts";
import { type HttpParts, RequestMeter } from "../http/index.ts";
import type { RecoverableWritePath } from "../ingest/index.ts";
import type { QueryLog, QueryService } from "../query/index.ts";
import type { Storage } from "../storage/index.ts";
import type { Wal } from "../wal/index.ts";
import { databaseList } from "./database-list.ts";
import type { Foundations } from "./foundations.ts";
import { countCatalogChanges, EventLoop, openMetrics } from "./metrics/index.ts";
import { queryPermits } from "./open-query.ts";
import { processId, product } from "./product.ts";

interface ServedParts {
  readonly catalog: NodeCatalog;
  readonly wal: Wal;
  readonly buffer: BufferStore;
  /** What tag values of buffered rows may take of the heap. */
  readonly maxHeapBytes: number;
  readonly writes: RecoverableWritePath;
  readonly storage: Storage;
  readonly queryLog: QueryLog;
  readonly query: QueryService;
  readonly engine: ProcessingEngine;
}

/** What requests are handed on to, and what is measured of all parts. */
export function openHttp({ config, clock, logger, store }: Foundations, parts: ServedParts): HttpParts {
  const { catalog, writes, query, queryLog, engine } = parts;
  const meter = new RequestMeter(clock);
  const metrics = openMetrics({
    ...parts,
    config,
    product,
    processId,
    startedAtMs: clock.nowMs(),
    requests: meter,
    catalogChanges: countCatalogChanges(catalog),
    queries: queryLog.figures,
    queryPermits: queryPermits(config),
    store: store.figures,
    eventLoop: new EventLoop(),
  });
  return {
    clusterUuid: catalog.uuid,
    processId,
    product,
    maxRequestBytes: config.http.maxRequestBytes,
    catalog: catalog.databaseCommands,
    tokens: catalog.tokenCommands,
    writes,
    query,
    engine,
    listDatabases: (format, showDeleted) => databaseList(catalog, format, showDeleted),
    meter,
    metrics,
    clock,
    logger: logger.child("http"),
  };
}
