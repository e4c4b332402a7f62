import { setImmediate as pause } from "node:timers/promises";
import { Precision } from "@millrace/line-protocol";
import { BufferMirror, BufferStore } from "#src/buffer/index.js";
import { NodeCatalog } from "#src/catalog/index.js";
import { type Clock, type Logger, silentLogger } from "#src/foundation/index.js";
import { createWritePath, type RecoverableWritePath } from "#src/ingest/index.js";
import type { LocalFiles, ObjectStore } from "#src/object-store/index.js";
import type { OpenSource } from "#src/storage/data-file/index.js";
import { type CompactionPlanner, Storage, TaskQueue } from "#src/storage/index.js";
import { inThreadWorker } from "#src/storage/worker/index.js";
import { type OpenWalOptions, openWal, type Wal } from "#src/wal/index.js";
import { SteppedClock } from "../storage-engine/clock.ts";
import { countingRandom } from "../storage-engine/rig.ts";

export const NODE_ID = "node";

/** Where a node keeps what outlives it. */
export interface Place {
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  openFile(path: string): OpenSource;
  readonly wal: Pick<OpenWalOptions, "nodeDirectory" | "fs" | "objects" | "startWorker" | "wait">;
}

/** A clock that a test moves. */
export interface TestClock extends Clock {
  advance(ms: number): Promise<void>;
}

export interface NodeOptions {
  readonly clock?: TestClock;
  /** Start without damaged parts of the log. */
  readonly recover?: boolean;
  /** Bytes of log that start a snapshot by themselves. */
  readonly snapshotWalBytes?: number;
}

export interface Message {
  readonly level: "warn" | "error";
  readonly text: string;
}

/** Small enough that every run meets the ends of segments and uses some of them again. */
const SEGMENT_BYTES = 2048;
const MAX_SPARES = 2;

/** As soon as there are three files of a table and day, the oldest three. */
const planThree: CompactionPlanner = (files) => (files.length < 3 ? undefined : files.slice(0, 3));

/** All that makes data last, of one node, in one thread: queries are missing, and what they read is here. */
export class FaultNode {
  readonly clock: TestClock;
  readonly place: Place;
  readonly catalog: NodeCatalog;
  readonly wal: Wal;
  readonly buffer: BufferStore;
  readonly mirror: BufferMirror;
  readonly writes: RecoverableWritePath;
  readonly storage: Storage;
  readonly messages: Message[];
  readonly fatal: Error[];
  #version = 0;
  #readers = 0;

  private constructor(
    parts: Pick<
      FaultNode,
      | "clock"
      | "place"
      | "catalog"
      | "wal"
      | "buffer"
      | "mirror"
      | "writes"
      | "storage"
      | "messages"
      | "fatal"
    >,
  ) {
    this.clock = parts.clock;
    this.place = parts.place;
    this.catalog = parts.catalog;
    this.wal = parts.wal;
    this.buffer = parts.buffer;
    this.mirror = parts.mirror;
    this.writes = parts.writes;
    this.storage = parts.storage;
    this.messages = parts.messages;
    this.fatal = parts.fatal;
  }

  /** Starts a node as the server does, in the same order. */
  static async open(place: Place, options: NodeOptions = {}): Promise<FaultNode> {
    const { clock = new SteppedClock(), recover = false, snapshotWalBytes = 1e9 } = options;
    const messages: Message[] = [];
    const fatal: Error[] = [];
    const logger = loggerTo(messages);
    const onFatal = (error: Error): void => void fatal.push(error);
    const { store } = place;
    const shared = { store, nodeId: NODE_ID, logger, clock, random: countingRandom, onFatal };
    const catalog = await NodeCatalog.open(shared);
    const wal = openWal({
      config: {
        flushIntervalMs: 10,
        maxBufferedWrites: 1000,
        stagingBytes: 2 ** 18,
        recover,
        flushesPerSnapshot: 600,
      },
      segmentBytes: SEGMENT_BYTES,
      maxSpares: MAX_SPARES,
      logger,
      clock,
      onFatal,
      ...place.wal,
    });
    const buffer = new BufferStore({ hashSeed: 5 });
    const mirror = new BufferMirror();
    buffer.onMessage((batch) => mirror.apply(batch));
    const writes = createWritePath({
      catalog,
      wal,
      buffer,
      clock,
      logger,
      admission: { refusal: (databaseId) => catalog.refusal(databaseId) },
    });
    const deps = { store, files: place.files, openFile: place.openFile, clock, pause: () => pause() };
    const storage = await Storage.open({
      ...shared,
      catalog,
      deletions: catalog.databaseCommands,
      buffer,
      wal,
      rotate: () => writes.rotate(),
      worker: new TaskQueue({ startWorker: inThreadWorker(deps), clock, logger }),
      planCompaction: planThree,
      limits: {
        walBytes: snapshotWalBytes,
        bufferBytes: 1e9,
        heapBytes: 1e9,
        flushIntervalMs: 1000,
        flushesPerSnapshot: 600,
      },
      retentionCheckIntervalMs: 10_000,
      deleteGraceMs: 1000,
    });
    const parts = { clock, place, catalog, wal, buffer, mirror, writes, storage, messages, fatal };
    const node = new FaultNode(parts);
    storage.views.onSwitch(({ version, droppedGeneration }) => {
      if (droppedGeneration !== undefined) mirror.dropGeneration(droppedGeneration);
      node.#version = version;
      setImmediate(() => node.#releaseViews());
    });
    await writes.recover({ after: storage.walSequence });
    storage.start();
    return node;
  }

  /** What is read now stays readable until the returned function is called. */
  holdView(): () => void {
    this.#readers++;
    return () => {
      this.#readers--;
      this.#releaseViews();
    };
  }

  #releaseViews(): void {
    if (this.#readers === 0) this.storage.views.released(this.#version);
  }

  /** Resolves when the lines are acknowledged. */
  async write(database: string, lines: string): Promise<void> {
    const body = Buffer.from(lines);
    await this.writes.write({
      database,
      body: [body],
      sizeBytes: body.length,
      precision: Precision.nanosecond,
      acceptPartial: false,
      noSync: false,
    });
  }

  /** In the order of the server's. */
  async close(): Promise<void> {
    await this.storage.close();
    await this.wal.close();
    await this.catalog.close();
  }
}

function loggerTo(messages: Message[]): Logger {
  const take =
    (level: Message["level"]) =>
    (text: string, fields?: object): void =>
      void messages.push({ level, text: `${text} ${JSON.stringify(fields ?? {})}` });
  const logger: Logger = {
    ...silentLogger,
    warn: take("warn"),
    error: take("error"),
    child: () => logger,
  };
  return logger;
}
