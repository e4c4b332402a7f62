import { cpus } from "node:os";
import { getHeapStatistics } from "node:v8";
import { Authenticator } from "./auth/index.ts";
import { BufferStore } from "./buffer/index.ts";
import { NodeCatalog, type TokenInfo } from "./catalog/index.ts";
import type { ServerConfig } from "./config/index.ts";
import type { ProcessingEngine } from "./engine/index.ts";
import { type Clock, type Logger, systemRandom } from "./foundation/index.ts";
import { createLogger, standardSink } from "./foundation/logging/index.ts";
import type { HttpParts } from "./http/index.ts";
import { createWritePath, type RecoverableWritePath } from "./ingest/index.ts";
import { openStore } from "./object-store/index.ts";
import { QueryLog, type QueryService } from "./query/index.ts";
import {
  adoptAdminToken,
  type Foundations,
  heldGen1Duration,
  logReplayed,
  OwnPlace,
  openEngine,
  openHttp,
  openQuery,
  openStorage,
  processId,
  product,
  replayReport,
} from "./start/index.ts";
import type { Storage } from "./storage/index.ts";
import { openWal, type Wal } from "./wal/index.ts";

/** All parts of a server, wired to each other. */
export interface Parts {
  readonly logger: Logger;
  readonly http: HttpParts;
  readonly authenticator: Authenticator<TokenInfo>;
  /** Brings the data back and starts the triggers. */
  start(): Promise<void>;
  /** Where the server listens, as soon as it does: `host:port`. */
  listens(address: string): void;
  /** Ends at once what requests under way would have to wait long for. */
  windDown(): void;
  close(): Promise<void>;
}

/** Opens everything that is on disk and builds the rest on top; nothing runs yet. */
export async function openParts(
  config: ServerConfig,
  clock: Clock,
  onFatal: (error: Error) => void,
): Promise<Parts> {
  const sink = standardSink(config.log.destination);
  const logger = createLogger({ filter: config.log.filter, format: config.log.format, sink, clock });
  logger.child("serve").info("server starting", {
    node_id: config.nodeId,
    git_hash: product.revision,
    version: product.influxdbVersion,
    uuid: processId,
    num_cpus: cpus().length,
    product_name: product.name,
  });
  for (const warning of config.warnings) logger.warn(warning);
  const store = await openStore({
    config: config.store,
    nodeId: config.nodeId,
    logger: logger.child("object-store"),
    onLost: onFatal,
    clock,
  });
  try {
    const built = await build({ config, clock, onFatal, logger, store, ownPlace: new OwnPlace() });
    return { ...built, close: () => built.close().finally(() => sink.flush()) };
  } catch (error) {
    await store.close();
    sink.flush();
    throw error;
  }
}

/** The rest of the heap is for what is under way, and for the collector to work well. */
const TAG_VALUES_OF_HEAP = 0.5;

async function build(foundations: Foundations): Promise<Parts> {
  const { config, clock, onFatal, logger, store } = foundations;
  const catalog = await NodeCatalog.open({
    store: store.store,
    nodeId: config.nodeId,
    logger: logger.child("catalog"),
    limits: config.limits,
    hardDeleteDefaultMs: config.storage.hardDeleteDefaultMs,
    gen1DurationSeconds: config.storage.gen1DurationMs / 1000,
    clock,
    onFatal,
  });
  await catalog.takeOver();
  logger.child("catalog").info("catalog initialized", { uuid: catalog.uuid, sequence: catalog.sequence });
  await adoptAdminToken(config, catalog.tokenCommands, logger);
  const gen1DurationSeconds = heldGen1Duration(config, catalog, logger);
  const wal = openWal({
    config: config.wal,
    nodeDirectory: store.nodeDirectory,
    ownerFile: store.ownerFile,
    ...(store.setup.kind === "s3" ? { objects: { store: store.store, prefix: config.nodeId } } : {}),
    logger: logger.child("wal"),
    onFatal,
    clock,
  });
  const buffer = new BufferStore({ hashSeed: Buffer.from(systemRandom(4)).readInt32LE(0) });
  const maxHeapBytes = getHeapStatistics().heap_size_limit * TAG_VALUES_OF_HEAP;
  let engine: ProcessingEngine | undefined;
  const writes = createWritePath({
    catalog,
    wal,
    buffer,
    clock,
    logger: logger.child("ingest"),
    limits: {
      maxPendingWrites: config.wal.maxBufferedWrites,
      maxBufferBytes: config.storage.snapshotMemoryBytes,
      maxHeapBytes,
    },
    admission: {
      refusal: (databaseId, exempt) =>
        catalog.refusal(databaseId) ?? (exempt ? undefined : engine?.admission(databaseId)),
      untilOpen: (databaseId, sizeBytes) => engine?.untilAdmitted(databaseId, sizeBytes),
    },
  });
  const storage = await openStorage(foundations, { catalog, wal, buffer, writes, maxHeapBytes });
  const queryLog = new QueryLog(config.query.logSize);
  const query = openQuery(foundations, {
    catalog,
    buffer,
    storage,
    gen1DurationSeconds,
    queryLog,
    engine: () => engine,
  });
  engine = await openEngine(foundations, catalog, writes, query);
  const http = openHttp(foundations, {
    catalog,
    wal,
    buffer,
    maxHeapBytes,
    writes,
    storage,
    queryLog,
    query,
    engine,
  });
  const authenticator = new Authenticator<TokenInfo>({
    enabled: config.auth.enabled,
    exempt: config.auth.exempt,
    tokenByHash: (hash) => catalog.tokenByHash(hash),
    clock,
  });
  return lifeOf({ ...foundations, catalog, wal, writes, storage, query, engine, http, authenticator });
}

interface LivingParts extends Foundations {
  catalog: NodeCatalog;
  wal: Wal;
  writes: RecoverableWritePath;
  storage: Storage;
  query: QueryService;
  engine: ProcessingEngine;
  http: HttpParts;
  authenticator: Authenticator<TokenInfo>;
}

function lifeOf(parts: LivingParts): Parts {
  const { config, clock, logger, http, authenticator, writes, storage, engine, query, wal, catalog, store } =
    parts;
  return {
    logger,
    http,
    authenticator,
    listens: (address) => parts.ownPlace.listens(address),
    async start() {
      const recovered = await writes.recover({
        after: storage.walSequence,
        onProgress: replayReport(logger.child("wal"), clock),
        pressureBytes: config.storage.snapshotMemoryBytes / 2,
        onPressure: () => storage.relieve(),
      });
      logReplayed(logger.child("wal"), recovered);
      storage.start();
      await engine.start();
    },
    windDown: () => engine.windDown(),
    /** In the order of dependence: who writes, who is written to, who owns the files. */
    async close() {
      const failures: unknown[] = [];
      for (const end of [
        () => engine.stop(),
        () => query.close(),
        () => storage.close(),
        () => wal.close(),
        () => catalog.close(),
        () => store.close(),
      ]) {
        // Whatever fails to end, the log is still written and the directory given back.
        await end().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
      logger.info("backend shutdown completed");
    },
  };
}
