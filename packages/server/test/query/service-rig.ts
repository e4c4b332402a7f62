import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Precision } from "@millrace/line-protocol";
import { BufferStore, type TableBuffer } from "#src/buffer/index.js";
import { type FieldTypeName, NodeCatalog } from "#src/catalog/index.js";
import { silentLogger, systemClock } from "#src/foundation/index.js";
import { createWritePath, type RecoverableWritePath } from "#src/ingest/index.js";
import { MemoryStore, type StoreSetup } from "#src/object-store/index.js";
import {
  createQueryService,
  type ParamValue,
  type QueryFormat,
  QueryLog,
  type QueryService,
  type QueryServiceOptions,
  type WorkerOptions,
} from "#src/query/index.js";
import { createSystemTables, type SystemTablesOptions } from "#src/system-tables/index.js";
import { type WrittenRow, writeRow } from "../buffer/write-rows.ts";
import { FakeWal } from "../ingest/fake-wal.ts";
import { FakeFileViews } from "./fake-file-views.ts";
import { Persister } from "./persister.ts";

const workerOptions: WorkerOptions = {
  threads: 2,
  memoryLimitBytes: 512_000_000,
  permits: 2,
  mostOpenQueries: 100,
  fileLimit: undefined,
  timeoutMs: 60_000,
  stallTimeoutMs: 60_000,
};

export interface ServiceRigOptions extends Partial<QueryServiceOptions> {
  system?: Partial<SystemTablesOptions>;
  limits?: Partial<WorkerOptions>;
}

/** The query service with its worker, over a real catalog and buffer. */
export class ServiceRig {
  readonly catalog: NodeCatalog;
  readonly buffer: BufferStore;
  readonly queryLog: QueryLog;
  readonly service: QueryService;
  readonly files = new FakeFileViews((version) => this.buffer.reclaim(version));
  readonly persister: Persister;
  /** Of the object store. */
  readonly root = mkdtempSync(path.join(tmpdir(), "millrace-query-"));
  #writes: Promise<RecoverableWritePath> | undefined;

  private constructor(catalog: NodeCatalog, options: ServiceRigOptions) {
    const { system, limits, ...rest } = options;
    this.catalog = catalog;
    this.buffer = new BufferStore({ hashSeed: 3 });
    this.queryLog = new QueryLog(100);
    const setup: StoreSetup = { kind: "memory", nodeId: "n1", root: this.root, throttled: false };
    this.persister = new Persister({ catalog, buffer: this.buffer, files: this.files, setup });
    this.service = createQueryService({
      catalog,
      buffer: this.buffer,
      files: this.files,
      store: setup,
      queryLog: this.queryLog,
      systemTables: createSystemTables({
        catalog,
        queryLog: this.queryLog,
        filesOfTable: () => [],
        engine: () => undefined,
        node: () => ({
          nodeId: "n1",
          nodeCatalogId: 0,
          instanceId: "i1",
          modes: ["core"],
          coreCount: 2,
          state: "running",
          updatedAtMs: 1_700_000_000_000,
          cliParams: "{}",
        }),
        generationDurations: [{ level: 1, seconds: 600 }],
        authentication: true,
        ...system,
      }),
      clock: systemClock,
      logger: silentLogger,
      worker: { ...workerOptions, ...limits },
      ...rest,
    });
  }

  static async open(options: ServiceRigOptions = {}): Promise<ServiceRig> {
    const catalog = await NodeCatalog.open({ store: new MemoryStore(), nodeId: "n1", logger: silentLogger });
    return new ServiceRig(catalog, options);
  }

  /** Creates a table and gives the function that writes to it; rows are visible at once. */
  async table(
    database: string,
    name: string,
    tags: readonly string[],
    fields: readonly { name: string; type: FieldTypeName }[],
  ): Promise<(rows: readonly NamedRow[]) => void> {
    const info = await this.catalog.databaseCommands.createTable(database, name, tags, fields);
    const buffer: TableBuffer = this.buffer.openTable(info.id);
    return (rows) => {
      for (const row of rows) {
        const byId: WrittenRow["fields"] = {};
        for (const [field, value] of Object.entries(row.fields)) byId[info.column(field)!.id] = value;
        writeRow(buffer, { tags: tags.map((tag) => row.tags[tag] ?? null), time: row.time, fields: byId });
      }
      this.buffer.publish([[buffer, buffer.position()]]);
    };
  }

  /** Writes line protocol through the real write path, with a WAL in memory. */
  async write(
    database: string,
    lines: string,
    precision: keyof typeof Precision = "nanosecond",
  ): Promise<void> {
    const body = Buffer.from(lines);
    this.#writes ??= this.#openWrites();
    const result = await (await this.#writes).write({
      database,
      body: [body],
      sizeBytes: body.length,
      precision: Precision[precision],
      acceptPartial: false,
      noSync: false,
    });
    if (result.errors.length > 0) throw new Error(JSON.stringify(result.errors));
  }

  async #openWrites(): Promise<RecoverableWritePath> {
    const writes = createWritePath({
      catalog: this.catalog,
      wal: new FakeWal({ immediate: true }),
      buffer: this.buffer,
      clock: systemClock,
      logger: silentLogger,
    });
    await writes.recover();
    return writes;
  }

  async text(
    sql: string,
    options: {
      database?: string;
      params?: Record<string, ParamValue>;
      format?: QueryFormat;
      signal?: AbortSignal;
    } = {},
  ): Promise<string> {
    const { database = "db", params = {}, format = "json", signal } = options;
    const request = { database, sql, params, format, ...(signal === undefined ? {} : { signal }) };
    const stream = await this.service.sql(request);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream.chunks) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  async rows(
    sql: string,
    options: { database?: string; params?: Record<string, ParamValue> } = {},
  ): Promise<Record<string, unknown>[]> {
    return JSON.parse(await this.text(sql, options)) as Record<string, unknown>[];
  }

  async close(): Promise<void> {
    await this.service.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface NamedRow {
  tags: Record<string, string>;
  time: bigint;
  fields: Record<string, number | bigint | string>;
}
