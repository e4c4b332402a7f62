import { cpus } from "node:os";
import type { BufferStore } from "../buffer/index.ts";
import type { NodeCatalog } from "../catalog/index.ts";
import type { ServerConfig } from "../config/index.ts";
import type { ProcessingEngine } from "../engine/index.ts";
import { createQueryService, type QueryLog, type QueryService } from "../query/index.ts";
import type { Storage } from "../storage/index.ts";
import { createSystemTables } from "../system-tables/index.ts";
import type { Foundations } from "./foundations.ts";
import { processId } from "./product.ts";

/** Below the size that `packages/cli/bin` gives libuv's pool: file operations must always find a free thread. */
const MOST_QUERY_PERMITS = 8;
const MOST_OPEN_QUERIES = 1_000;
const QUERY_TIMEOUT_MS = 300_000;
const STALL_TIMEOUT_MS = 60_000;

interface QueryParts {
  readonly catalog: NodeCatalog;
  readonly buffer: BufferStore;
  readonly storage: Storage;
  readonly gen1DurationSeconds: number;
  readonly queryLog: QueryLog;
  readonly engine: () => ProcessingEngine | undefined;
}

/** Calls into the query engine that may run at once. */
export function queryPermits(config: ServerConfig): number {
  return Math.min(config.query.maxConcurrent, MOST_QUERY_PERMITS);
}

/** The query service over everything that can be asked; the engine comes later and gives its rows when asked. */
export function openQuery(
  { config, clock, logger, store }: Foundations,
  { catalog, buffer, storage, gen1DurationSeconds, queryLog, engine }: QueryParts,
): QueryService {
  const startedAtMs = clock.nowMs();
  const systemTables = createSystemTables({
    catalog,
    queryLog,
    filesOfTable: (tableId) => storage.filesOfTable(tableId),
    engine: () => engine()?.tables,
    node: () => ({
      nodeId: config.nodeId,
      nodeCatalogId: 0,
      instanceId: processId,
      modes: ["core"],
      coreCount: cpus().length,
      state: "running",
      updatedAtMs: startedAtMs,
      cliParams: config.capturedParameters,
    }),
    generationDurations: [{ level: 1, seconds: gen1DurationSeconds }],
    authentication: config.auth.enabled,
  });
  return createQueryService({
    catalog,
    buffer,
    files: storage.views,
    store: store.setup,
    systemTables,
    queryLog,
    clock,
    logger: logger.child("query"),
    onReplaced: () => void engine()?.renewInterpreters(),
    worker: {
      threads: config.query.threads,
      memoryLimitBytes: config.query.memoryBytes,
      permits: queryPermits(config),
      mostOpenQueries: MOST_OPEN_QUERIES,
      fileLimit: config.query.fileLimit,
      timeoutMs: QUERY_TIMEOUT_MS,
      stallTimeoutMs: STALL_TIMEOUT_MS,
    },
  });
}
