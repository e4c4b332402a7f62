import type { BufferStore } from "../buffer/index.ts";
import type { NodeCatalog } from "../catalog/index.ts";
import { systemRandom } from "../foundation/index.ts";
import type { RecoverableWritePath } from "../ingest/index.ts";
import { planCompaction, Storage, TaskQueue, workerThreads } from "../storage/index.ts";
import type { Wal } from "../wal/index.ts";
import type { Foundations } from "./foundations.ts";

interface StorageParts {
  readonly catalog: NodeCatalog;
  readonly wal: Wal;
  readonly buffer: BufferStore;
  readonly writes: Pick<RecoverableWritePath, "rotate">;
  /** What tag values of buffered rows may take of the heap. */
  readonly maxHeapBytes: number;
}

/** Reads which data files there are, and gets ready to write more; nothing runs yet. */
export async function openStorage(foundations: Foundations, parts: StorageParts): Promise<Storage> {
  const { config, clock, store, onFatal } = foundations;
  const { catalog, wal, buffer, writes, maxHeapBytes } = parts;
  const logger = foundations.logger.child("storage");
  const storage = await Storage.open({
    nodeId: config.nodeId,
    store: store.store,
    catalog,
    deletions: catalog.databaseCommands,
    buffer,
    wal,
    rotate: () => writes.rotate(),
    worker: new TaskQueue({ startWorker: workerThreads({ setup: store.setup }), clock, logger }),
    planCompaction,
    limits: {
      walBytes: config.storage.snapshotWalBytes,
      bufferBytes: config.storage.snapshotMemoryBytes,
      heapBytes: maxHeapBytes,
      flushIntervalMs: config.wal.flushIntervalMs,
      flushesPerSnapshot: config.wal.flushesPerSnapshot,
    },
    retentionCheckIntervalMs: config.storage.retentionCheckIntervalMs,
    deleteGraceMs: config.storage.deleteGraceMs,
    clock,
    random: systemRandom,
    logger,
    onFatal,
  });
  await storage.takeOver();
  const { files, fileBytes } = storage.stats;
  logger.info("data files indexed", { files, bytes: fileBytes, wal_sequence: storage.walSequence });
  return storage;
}
