import { type CatalogChange, type CatalogOptions, NodeCatalog } from "#src/catalog/index.js";
import { ServerError, silentLogger } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";

/** 2026-01-02T03:04:05Z */
export const NOW_MS = 1_767_323_045_000;

export function clockAt(time = { ms: NOW_MS }) {
  return {
    nowNs: () => BigInt(time.ms) * 1_000_000n,
    nowMs: () => time.ms,
    monotonicMs: () => time.ms,
    schedule: () => ({ cancel() {} }),
  };
}

let randomCounter = 0;

/** Never the same bytes twice. */
export function countingRandom(sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUInt32LE(++randomCounter);
  return bytes;
}

export interface CatalogRig {
  readonly catalog: NodeCatalog;
  readonly store: ObjectStore;
  readonly changes: CatalogChange[];
  readonly time: { ms: number };
  /** Opens what is stored, as after a restart. */
  reopen(options?: Partial<CatalogOptions>): Promise<CatalogRig>;
}

export async function openCatalog(options: Partial<CatalogOptions> = {}): Promise<CatalogRig> {
  const store = options.store ?? new MemoryStore();
  const time = { ms: NOW_MS };
  const full: CatalogOptions = {
    nodeId: "node",
    logger: silentLogger,
    random: countingRandom,
    clock: clockAt(time),
    ...options,
    store,
  };
  const catalog = await NodeCatalog.open(full);
  const changes: CatalogChange[] = [];
  catalog.onChange((change) => changes.push(change));
  return { catalog, store, changes, time, reopen: (more) => openCatalog({ ...options, store, ...more }) };
}

export const hasCode =
  (code: string, text?: string | RegExp) =>
  (error: unknown): boolean =>
    error instanceof ServerError &&
    error.code === code &&
    (text === undefined || (typeof text === "string" ? error.message === text : text.test(error.message)));

/** Everything a catalog says about itself, to compare two of them. */
export function describeCatalog(catalog: NodeCatalog): unknown {
  return {
    uuid: catalog.uuid,
    sequence: catalog.sequence,
    databases: [...catalog.databases()].map((database) => ({
      id: database.id,
      name: database.name,
      deleted: database.deleted,
      hardDeleteAtMs: database.hardDeleteAtMs,
      retention: database.retentionPeriodNs,
      live: [...database.tables()].map(({ name }) => name),
      tables: [...database.allTables()].map((table) => ({
        id: table.id,
        databaseId: table.databaseId,
        name: table.name,
        deleted: table.deleted,
        hardDeleteAtMs: table.hardDeleteAtMs,
        createdSequence: table.createdSequence,
        columns: [...table.columns],
        tags: [...table.tags],
      })),
      triggers: [...database.triggers()],
    })),
    tokens: [...catalog.tokens()],
  };
}

/** A store that fails, or changes under the catalog, when told to. */
export class FaultyStore implements ObjectStore {
  readonly inner = new MemoryStore();
  onPut: (key: string, bytes: Uint8Array) => Promise<void> | void = () => {};

  get(key: string) {
    return this.inner.get(key);
  }
  async put(key: string, bytes: Uint8Array, options?: { ifNoneMatch?: boolean }) {
    await this.onPut(key, bytes);
    return this.inner.put(key, bytes, options);
  }
  list(prefix: string) {
    return this.inner.list(prefix);
  }
  delete(key: string) {
    return this.inner.delete(key);
  }
}
