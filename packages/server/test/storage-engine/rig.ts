import { NodeCatalog } from "#src/catalog/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore, type ObjectStore } from "#src/object-store/index.js";
import {
  type CompactionTask,
  DAY_NS,
  type DataFile,
  dataFileKey,
  type FileNaming,
  type NewFile,
  type SnapshotTask,
  Storage,
  type StorageOptions,
  type ViewSwitch,
} from "#src/storage/index.js";
import { SteppedClock } from "./clock.ts";

export interface Row {
  readonly id: number;
  readonly tableId: number;
  readonly day: number;
}

interface Generation {
  readonly generation: number;
  rows: Row[];
}

let randomCounter = 0;

/** Never the same bytes twice. */
export function countingRandom(sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUInt32LE(++randomCounter);
  return bytes;
}

/** What survives the end of a process: the object store, and the write-ahead log. */
export class Disk {
  readonly store = new MemoryStore();
  readonly log: { readonly sequence: number; readonly row: Row }[] = [];
  trimmedTo = 0;
}

/** A buffer and a log that know nothing but which rows are where. */
export class ModelWriter {
  readonly events: string[];
  readonly disk: Disk;
  active: Generation;
  frozen: Generation[] = [];
  dropped: { version: number; generation: Generation }[] = [];
  refuseRotation = false;
  trimError: Error | undefined;
  bytesARow = 1;
  #boundary = 0;

  constructor(disk: Disk, events: string[]) {
    this.disk = disk;
    this.events = events;
    this.active = { generation: 1, rows: [] };
  }

  write(row: Row): void {
    this.disk.log.push({ sequence: this.#lastSequence + 1, row });
    this.active.rows.push(row);
  }

  replay(after: number): void {
    for (const { sequence, row } of this.disk.log) if (sequence > after) this.active.rows.push(row);
  }

  async rotate(): Promise<{ walSequence: number }> {
    this.events.push("rotate");
    if (this.active.rows.length > 0) {
      this.frozen.push(this.active);
      this.active = { generation: this.active.generation + 1, rows: [] };
    }
    if (this.refuseRotation) throw new Error("the log takes nothing");
    this.#boundary = this.#lastSequence;
    return { walSequence: this.#lastSequence };
  }

  get #lastSequence(): number {
    return this.disk.log.at(-1)?.sequence ?? this.disk.trimmedTo;
  }

  readonly wal = ((writer: ModelWriter) => ({
    async trim(sequence: number): Promise<void> {
      writer.events.push(`trim ${sequence}`);
      if (writer.trimError !== undefined) throw writer.trimError;
      writer.disk.trimmedTo = Math.max(writer.disk.trimmedTo, sequence);
      while (writer.disk.log[0] !== undefined && writer.disk.log[0].sequence <= sequence)
        writer.disk.log.shift();
    },
    get bytesSinceBoundary(): number {
      return writer.disk.log.filter(({ sequence }) => sequence > writer.#boundary).length;
    },
  }))(this);

  readonly buffer = ((writer: ModelWriter) => ({
    heapBytes: 0,
    get activeBytes(): number {
      return writer.active.rows.length * writer.bytesARow;
    },
    get bytes(): number {
      const all = [...writer.frozen, ...writer.dropped.map(({ generation }) => generation), writer.active];
      return all.reduce((sum, { rows }) => sum + rows.length, 0) * writer.bytesARow;
    },
    get frozen() {
      return writer.frozen.map((generation) => ({
        generation: generation.generation,
        get tables() {
          return [...new Set(generation.rows.map(({ tableId }) => tableId))].map((tableId) => ({ tableId }));
        },
        describe: () => [{ sequence: 0, messages: [generation.rows] }],
      }));
    },
    dropGeneration(generation: number, version: number): void {
      const found = writer.frozen.find((frozen) => frozen.generation === generation)!;
      writer.frozen = writer.frozen.filter((frozen) => frozen !== found);
      writer.dropped.push({ version, generation: found });
      writer.events.push(`drop ${generation} at ${version}`);
    },
    reclaim(version: number): void {
      writer.dropped = writer.dropped.filter((dropped) => dropped.version > version);
      writer.events.push(`reclaim ${version}`);
    },
  }))(this);

  bufferedRows(): Row[] {
    return [...this.frozen, this.active].flatMap(({ rows }) => rows);
  }
}

/** Writes rows as JSON, when it is told to go on. */
export class ModelWorker {
  readonly tasks: (SnapshotTask | CompactionTask)[] = [];
  readonly #store: ObjectStore;
  readonly #events: string[];
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  /** How many of the next tasks fail. */
  failures = 0;
  /** How many files a failing task writes before it fails. */
  filesBeforeFailure = 0;

  constructor(store: ObjectStore, events: string[]) {
    this.#store = store;
    this.#events = events;
  }

  /** Tasks wait until the returned function is called. */
  hold(): () => void {
    this.#gate = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#reject = reject;
    });
    this.#gate.catch(() => {});
    return () => this.#open();
  }

  async snapshot(task: SnapshotTask): Promise<NewFile[]> {
    this.tasks.push(task);
    this.#events.push("snapshot");
    await this.#gate;
    const rows = [...task.buffer]
      .flatMap(({ messages }) => messages as unknown as Row[][])
      .flat()
      .filter(({ tableId }) => task.tables.some((table) => table.tableId === tableId));
    const places = new Map<string, Row[]>();
    for (const row of rows) {
      const place = `${row.tableId}/${row.day}`;
      places.set(place, [...(places.get(place) ?? []), row]);
    }
    const files: NewFile[] = [];
    for (const some of places.values()) {
      if (this.failures > 0 && files.length >= this.filesBeforeFailure) break;
      const table = task.tables.find(({ tableId }) => tableId === some[0]!.tableId)!;
      files.push(await this.#put(task.naming, some, table.databaseId, [task.snapshot, task.snapshot]));
    }
    this.#failIfTold();
    return files;
  }

  async compact(task: CompactionTask): Promise<NewFile> {
    this.tasks.push(task);
    this.#events.push("compact");
    await this.#gate;
    this.#failIfTold();
    const rows: Row[] = [];
    for (const { key } of task.inputs) rows.push(...(await rowsOf(this.#store, key)));
    const range = [task.inputs[0]!.firstSnapshot, task.inputs.at(-1)!.lastSnapshot] as const;
    return await this.#put(task.naming, rows, task.table.databaseId, range);
  }

  async close(): Promise<void> {
    this.#reject(new Error("the worker was ended"));
  }

  #failIfTold(): void {
    if (this.failures === 0) return;
    this.failures--;
    throw new Error("no space left");
  }

  async #put(
    naming: FileNaming,
    rows: readonly Row[],
    databaseId: number,
    [firstSnapshot, lastSnapshot]: readonly [number, number],
  ): Promise<NewFile> {
    const { tableId, day } = rows[0]!;
    const key = dataFileKey(naming, { databaseId, tableId, day });
    const bytes = Buffer.from(JSON.stringify(rows));
    await this.#store.put(key, bytes);
    const timeNs = BigInt(day) * DAY_NS;
    return {
      key,
      databaseId,
      tableId,
      day,
      sizeBytes: bytes.length,
      rowCount: rows.length,
      minTimeNs: timeNs,
      maxTimeNs: timeNs + 5n,
      firstSnapshot,
      lastSnapshot,
      columnIds: [0, 1],
      createdAtMs: 0,
    };
  }
}

export async function rowsOf(store: ObjectStore, key: string): Promise<Row[]> {
  const bytes = await store.get(key);
  if (bytes === undefined) throw new Error(`${key} is missing`);
  return JSON.parse(Buffer.from(bytes).toString()) as Row[];
}

export interface NodeOptions extends Partial<Omit<StorageOptions, "limits">> {
  readonly limits?: Partial<StorageOptions["limits"]>;
  readonly disk?: Disk;
  /** What stands between the node and its disk. */
  readonly through?: (store: ObjectStore) => ObjectStore;
  /** A reader that holds every view until the test releases it. */
  readonly reader?: boolean;
}

/** A node of catalog, model writer, model worker and the storage under test, in one thread. */
export class ModelNode {
  readonly disk: Disk;
  readonly events: string[] = [];
  readonly clock: SteppedClock;
  readonly catalog: NodeCatalog;
  readonly writer: ModelWriter;
  readonly worker: ModelWorker;
  readonly storage: Storage;
  readonly switches: ViewSwitch[] = [];
  readonly fatal: Error[] = [];
  #nextRow = 1;

  private constructor(
    parts: Pick<ModelNode, "disk" | "clock" | "catalog" | "writer" | "worker" | "storage">,
    events: string[],
    fatal: Error[],
  ) {
    this.disk = parts.disk;
    this.clock = parts.clock;
    this.catalog = parts.catalog;
    this.writer = parts.writer;
    this.worker = parts.worker;
    this.storage = parts.storage;
    this.events = events;
    this.fatal = fatal;
  }

  static async open(options: NodeOptions = {}): Promise<ModelNode> {
    const disk = options.disk ?? new Disk();
    const store = options.through?.(disk.store) ?? disk.store;
    const clock = (options.clock as SteppedClock | undefined) ?? new SteppedClock();
    const events: string[] = [];
    const fatal: Error[] = [];
    const onFatal = (error: Error): void => void fatal.push(error);
    const logger = options.logger ?? silentLogger;
    const catalog = await NodeCatalog.open({
      store,
      nodeId: "node",
      logger,
      clock,
      random: countingRandom,
      onFatal,
    });
    const writer = new ModelWriter(disk, events);
    const worker = new ModelWorker(store, events);
    const limits = {
      walBytes: 1e9,
      bufferBytes: 1e9,
      heapBytes: 1e9,
      flushIntervalMs: 1000,
      flushesPerSnapshot: 600,
      ...options.limits,
    };
    const storage = await Storage.open({
      nodeId: "node",
      store,
      catalog,
      deletions: catalog.databaseCommands,
      buffer: writer.buffer as unknown as StorageOptions["buffer"],
      wal: writer.wal,
      rotate: () => writer.rotate(),
      worker,
      planCompaction: () => undefined,
      retentionCheckIntervalMs: 30 * 60_000,
      deleteGraceMs: 24 * 3_600_000,
      clock,
      random: countingRandom,
      logger,
      onFatal,
      ...withoutOwn(options),
      limits,
    });
    const node = new ModelNode({ disk, clock, catalog, writer, worker, storage }, events, fatal);
    if (options.reader) storage.views.onSwitch((change) => node.#seen(change));
    writer.replay(storage.walSequence);
    return node;
  }

  #seen(change: ViewSwitch): void {
    this.switches.push(change);
    this.events.push(`switch ${change.version}`);
  }

  async createTable(database: string, table: string): Promise<number> {
    const { id } = await this.catalog.databaseCommands.createTable(
      database,
      table,
      [],
      [{ name: "f", type: "int64" }],
    );
    return id;
  }

  write(tableId: number, day = 20_000): Row {
    const row = { id: this.#nextRow++, tableId, day };
    this.writer.write(row);
    return row;
  }

  files(): readonly DataFile[] {
    return this.storage.views.current().files;
  }

  /** Ids of all rows that a query would find, with repetitions, ascending. */
  async visibleRows(): Promise<number[]> {
    const found = this.writer.bufferedRows().map(({ id }) => id);
    for (const { key } of this.files())
      found.push(...(await rowsOf(this.disk.store, key)).map(({ id }) => id));
    return found.sort((a, b) => a - b);
  }

  async dataKeys(): Promise<string[]> {
    return (await this.disk.store.list("node/dbs/")).map(({ key }) => key);
  }
}

function withoutOwn(options: NodeOptions): Partial<StorageOptions> {
  const { disk: _disk, through: _through, reader: _reader, limits: _limits, ...rest } = options;
  return rest;
}
