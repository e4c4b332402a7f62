import type { BufferStore, FrozenGeneration } from "../buffer/index.ts";
import type { Catalog } from "../catalog/index.ts";
import type { Clock, Logger } from "../foundation/index.ts";
import type { ReplayProgress, ReplayResult, Wal } from "../wal/index.ts";
import { Admission, defaultWriteLimits, type WriteGate, type WriteLimits } from "./admission.ts";
import { ReceivedBody, stageBody } from "./body/index.ts";
import { CommitGroups, Deliveries } from "./durability/index.ts";
import { DatabaseStates } from "./lines/index.ts";
import { Replay, type ReplayCounts } from "./replay.ts";
import type { AcceptedWrite, IncomingBody, WritePath, WriteRequest, WriteResult } from "./types.ts";
import { WriteApplier } from "./write-applier.ts";
import { WriteFigures } from "./write-figures.ts";
import { WriteQueue } from "./write-queue.ts";

export interface WritePathOptions {
  readonly catalog: Catalog;
  readonly wal: Wal;
  readonly buffer: BufferStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<WriteLimits>;
  readonly admission?: WriteGate;
  /** Lets other work of the thread have a turn. */
  readonly yieldTurn?: () => Promise<void>;
}

export type RecoverySummary = ReplayResult & ReplayCounts;

export interface RecoverOptions {
  /** Rows of the WAL's groups up to this one are in files. */
  readonly after?: number;
  readonly onProgress?: (progress: ReplayProgress) => void;
  /**
   * Called between two groups while the buffer is larger than this, or takes half of what it may of the heap; replay goes
   * on when it is done.
   */
  readonly pressureBytes?: number;
  readonly onPressure?: () => Promise<void>;
}

export interface Rotation {
  /** What was written before; undefined when there was nothing. Its rows are final. */
  readonly frozen: FrozenGeneration | undefined;
  /** The rows of the WAL's groups up to this one are in what was frozen, now or before; later ones are not. */
  readonly walSequence: number;
}

/** The write path with what only its owner calls. */
export interface RecoverableWritePath extends WritePath {
  /** Brings back what the WAL holds, then opens the way for writes. Must be called once, first. */
  recover(options?: RecoverOptions): Promise<RecoverySummary>;
  /**
   * Draws a line between two writes: rows before it become a frozen generation of the buffer. When this is refused the
   * generation stays among `BufferStore.frozen`, and the WAL must not be trimmed before its rows are in files.
   */
  rotate(): Promise<Rotation>;
  readonly figures: WriteFigures;
  /** Writes that are under way. */
  readonly pendingWrites: number;
}

/** Short writes are applied one after the other for so long before other work gets a turn. */
const TURN_MS = 2;
const MAX_STATES = 256;
/**
 * No snapshot frees what is known of series: it must end well below the half of the heap's share at which snapshots begin,
 * or they would follow each other without end, and then all writes would be refused for good.
 */
const BOOKS_OF_HEAP = 0.25;
/** While memory that was freed is still in use, pressure must not freeze every few rows on their own. */
const LEAST_RELIEF = 4;

/** Parse, validate, put into the buffer, make durable, acknowledge: docs/formats/buffer.md says who sees what when. */
export function createWritePath(options: WritePathOptions): RecoverableWritePath {
  return new IngestWritePath(options);
}

class IngestWritePath implements RecoverableWritePath {
  readonly figures = new WriteFigures();
  readonly #options: WritePathOptions;
  readonly #states: DatabaseStates;
  readonly #deliveries: Deliveries;
  readonly #groups: CommitGroups;
  readonly #admission: Admission;
  readonly #queue: WriteQueue;
  readonly #applier: WriteApplier;
  #turnStartMs = 0;

  constructor(options: WritePathOptions) {
    const { catalog, wal, buffer, clock, logger } = options;
    const limits = { ...defaultWriteLimits, ...options.limits };
    this.#options = options;
    this.#states = new DatabaseStates({
      maxKeyBytes: limits.maxKeyBytes,
      maxStates: MAX_STATES,
      booksAreFull: () => buffer.bookBytes > limits.maxHeapBytes * BOOKS_OF_HEAP,
    });
    this.#deliveries = new Deliveries(logger);
    this.#groups = new CommitGroups({
      store: buffer,
      deliveries: this.#deliveries,
      onRowsLost: (error) => this.#forgetLostRows(error),
    });
    this.#admission = new Admission({
      limits,
      buffer,
      catalog,
      figures: this.figures,
      gate: options.admission,
    });
    const yieldTurn = (): Promise<void> => this.#rest();
    this.#queue = new WriteQueue({
      yieldTurn,
      turnIsOver: () => clock.monotonicMs() - this.#turnStartMs > TURN_MS,
    });
    this.#applier = new WriteApplier({
      catalog,
      wal,
      buffer,
      states: this.#states,
      groups: this.#groups,
      deliveries: this.#deliveries,
      figures: this.figures,
      sliceLines: limits.sliceLines,
      yieldTurn,
    });
    catalog.onChange(({ kind }) => {
      if (kind === "table-deleted" || kind === "database-deleted") this.#dropDeletedTables();
    });
  }

  get pendingWrites(): number {
    return this.#admission.pending;
  }

  subscribe(wanted: (databaseId: number) => boolean, listener: (write: AcceptedWrite) => void): void {
    this.#deliveries.subscribe(wanted, listener);
  }

  async recover(options: RecoverOptions = {}): Promise<RecoverySummary> {
    const { catalog, buffer, logger, wal } = this.#options;
    const { after = 0, onProgress, pressureBytes = Number.POSITIVE_INFINITY, onPressure } = options;
    const replay = new Replay({ catalog, store: buffer, states: this.#states, logger });
    const read = await wal.replay((entry) => replay.replay(entry), {
      after,
      ...(onProgress === undefined ? {} : { onProgress }),
      onGroup: () => (this.#isPressed(pressureBytes) ? onPressure?.() : undefined),
    });
    wal.start(this.#groups);
    return { ...read, ...replay.counts };
  }

  untilAdmitted(database: string, sizeBytes: number | undefined): Promise<boolean> | undefined {
    return this.#admission.untilAdmitted(database, sizeBytes);
  }

  receive(sizeBytes: number): IncomingBody | undefined {
    try {
      return ReceivedBody.open(this.#options.wal, sizeBytes);
    } catch {
      // The machine is out of memory. If it still is when the body is there, `write` says so.
      return undefined;
    }
  }

  write(request: WriteRequest): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      try {
        this.#admission.enter(request);
      } catch (error) {
        if (request.body instanceof ReceivedBody) request.body.discard();
        throw error;
      }
      const settled = (): void => this.#admission.leave();
      try {
        const body = stageBody(this.#options.wal, request);
        const defaultTimeNs = this.#options.clock.nowNs();
        this.#queue.add(() =>
          this.#applier.apply({ request, body, defaultTimeNs, resolve, reject, settled }),
        );
      } catch (error) {
        settled();
        throw error;
      }
    });
  }

  rotate(): Promise<Rotation> {
    const { buffer, wal } = this.#options;
    return new Promise((resolve, reject) => {
      this.#queue.add(() => {
        try {
          // One step without a pause: no row comes between the two lines.
          const frozen = buffer.rotate();
          wal.boundary().then((walSequence) => resolve({ frozen, walSequence }), reject);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** The log may come from a process with more memory, or a larger heap, than this one. */
  #isPressed(pressureBytes: number): boolean {
    const { buffer, limits } = this.#options;
    const pressureHeapBytes = (limits?.maxHeapBytes ?? Number.POSITIVE_INFINITY) / 2;
    const exceeds = (bytes: number, pressure: number): boolean =>
      bytes > pressure && buffer.activeBytes > pressure / LEAST_RELIEF;
    return exceeds(buffer.bytes, pressureBytes) || exceeds(buffer.heapBytes, pressureHeapBytes);
  }

  #forgetLostRows(error: Error): void {
    this.#states.forgetAll();
    this.#options.logger.error("writes could not be made durable and were answered with an error", {
      error: error.message,
    });
  }

  /** What was learned about any table may point to one that is gone: deletions are rare, learning is quick. */
  #dropDeletedTables(): void {
    const { buffer, catalog } = this.#options;
    this.#states.forgetAll();
    for (const { tableId } of [...buffer.tables()]) {
      const table = catalog.tableById(tableId);
      // Tables that the catalog does not know belong to a write whose schema is not committed yet.
      if (table === undefined) continue;
      if (table.deleted || catalog.databaseById(table.databaseId)?.deleted !== false)
        buffer.dropTable(tableId);
    }
  }

  async #rest(): Promise<void> {
    await (this.#options.yieldTurn ?? nextTurn)();
    this.#turnStartMs = this.#options.clock.monotonicMs();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
