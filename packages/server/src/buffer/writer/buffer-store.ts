import type { BufferBatch, BufferMessage, BufferPost } from "../layout/index.ts";
import { type FrozenGeneration, Generation } from "./generation.ts";
import { MemoryPool } from "./memory-pool.ts";
import { SeriesBook } from "./series-book.ts";
import { TableBuffer, type TablePosition } from "./table-buffer.ts";
import type { MemoryTotal } from "./table-memory.ts";

export interface BufferStoreOptions {
  /** Any 32 unpredictable bits. */
  hashSeed: number;
  /** Memory that is kept for later when its rows are gone. */
  maxIdleBytes?: number;
}

const DEFAULT_IDLE_BYTES = 256 * 2 ** 20;
/** Making and posting so many takes about 5 ms. */
const MESSAGES_A_PART = 400;

/**
 * All tables' rows in memory: the writer's side. Rows are written to the newest generation; older ones are frozen
 * until their rows are in files.
 */
export class BufferStore {
  #active = new Generation(1);
  /** Oldest first. */
  readonly #frozen = new Map<number, Generation>();
  /** Gone for new views; older views may still be in use. */
  #dropped: { readonly version: number; readonly generation: Generation }[] = [];
  readonly #books = { heapBytes: 0 };
  readonly #pool: MemoryPool;
  readonly #hashSeed: number;
  readonly #posts = new Set<BufferPost>();
  #pending: BufferMessage[] = [];
  #sequence = 0;

  constructor(options: BufferStoreOptions) {
    this.#hashSeed = options.hashSeed;
    this.#pool = new MemoryPool(options.maxIdleBytes ?? DEFAULT_IDLE_BYTES);
  }

  /** The generation that rows are written to now. */
  get generation(): number {
    return this.#active.number;
  }

  /** Memory of all tables that was not reclaimed yet; what readers keep alive of a dropped table is not counted. */
  get bytes(): number {
    return this.#sum("bytes");
  }

  /** The part of it that is not shared: objects, and the texts of tag values. Books of series come on top. */
  get heapBytes(): number {
    return this.#sum("heapBytes") + this.#books.heapBytes;
  }

  /** What the books of series take of it, which no rotation gives back. */
  get bookBytes(): number {
    return this.#books.heapBytes;
  }

  /** The part of `bytes` that a rotation would freeze. */
  get activeBytes(): number {
    return this.#active.total.bytes;
  }

  /** Memory kept for later, beside `bytes`. */
  get idleBytes(): number {
    return this.#pool.idleBytes;
  }

  /** What was frozen and not dropped yet, oldest first. */
  get frozen(): readonly FrozenGeneration[] {
    return Array.from(this.#frozen.values(), (generation) => this.#asFrozen(generation));
  }

  /** The table's newest buffer, if it was written to since the last rotation. */
  table(tableId: number): TableBuffer | undefined {
    return this.#active.tables.get(tableId);
  }

  /** The table's buffer, made when it has none yet. */
  openTable(tableId: number): TableBuffer {
    const known = this.#active.tables.get(tableId);
    if (known !== undefined) return known;
    const table = new TableBuffer(tableId, {
      generation: this.#active.number,
      total: this.#active.total,
      pool: this.#pool,
      hashSeed: this.#hashSeed,
      announce: (message) => void this.#pending.push(message),
    });
    this.#active.tables.set(tableId, table);
    return table;
  }

  /** For the series keys of one table, whatever generation they are written to. Ends with its `close`. */
  openSeriesBook(): SeriesBook {
    return new SeriesBook(this.#books);
  }

  /** Of all generations that were not dropped. */
  *tables(): Iterable<TableBuffer> {
    for (const { tables } of this.#live()) yield* tables.values();
  }

  /** The table is deleted: its rows go, in all generations. */
  dropTable(tableId: number): void {
    let found = false;
    for (const { tables } of this.#live()) {
      const table = tables.get(tableId);
      if (table === undefined) continue;
      found = true;
      tables.delete(tableId);
      // Not reclaimed: whoever writes or reads it right now need not know yet.
      table.drop();
    }
    if (!found) return;
    this.#pending.push({ kind: "table-dropped", tableId });
    this.#flush();
  }

  /** Takes back that a table was opened; older generations of it stay. */
  withdrawTable(table: TableBuffer): void {
    const { generation, tableId } = table;
    if (this.#active.tables.get(tableId) !== table) return;
    this.#active.tables.delete(tableId);
    table.drop();
    this.#pending.push({ kind: "table-withdrawn", generation, tableId });
    this.#flush();
  }

  /** Freezes all rows as one generation and starts the next. Undefined: there are no rows. */
  rotate(): FrozenGeneration | undefined {
    const generation = this.#active;
    if (!generation.hasRows) return undefined;
    this.#flush();
    generation.lastBatch = this.#sequence;
    this.#frozen.set(generation.number, generation);
    this.#active = new Generation(generation.number + 1);
    return this.#asFrozen(generation);
  }

  /** Forgets a frozen generation, whose rows readers of view `version` find in files. Tells no reader. */
  dropGeneration(generation: number, version: number): void {
    const frozen = this.#frozen.get(generation);
    if (frozen === undefined) throw new RangeError(`generation ${generation} is not frozen`);
    this.#frozen.delete(generation);
    this.#dropped.push({ version, generation: frozen });
  }

  /** No reader uses a view older than `version`: what was dropped up to it may hold other rows now. */
  reclaim(version: number): void {
    const unused = this.#dropped.filter((dropped) => dropped.version <= version);
    this.#dropped = this.#dropped.filter((dropped) => dropped.version > version);
    for (const { generation } of unused) for (const table of generation.tables.values()) table.reclaim();
  }

  /** Makes the rows below the positions visible, after announcing the memory they are in. */
  publish(positions: Iterable<readonly [TableBuffer, TablePosition]>): void {
    this.#flush();
    for (const [table, position] of positions) {
      // Nothing was announced of a frozen table since: a reader of that generation alone needs no later mail.
      table.publish(position, this.#frozen.get(table.generation)?.lastBatch ?? this.#sequence);
    }
  }

  /** Takes back everything that was not published. */
  truncateToPublished(): void {
    for (const table of this.tables()) {
      if (table.rowCount > table.publishedRows) table.truncateToPublished();
    }
  }

  /** `post` is told everything that exists now and everything that comes; ends with the returned function. */
  onMessage(post: BufferPost): () => void {
    this.#flush();
    for (const table of this.tables()) for (const _part of table.describe());
    post(this.#takeBatch());
    this.#posts.add(post);
    return () => this.#posts.delete(post);
  }

  #asFrozen(generation: Generation): FrozenGeneration {
    return {
      generation: generation.number,
      get tables() {
        return [...generation.tables.values()].filter(({ rowCount }) => rowCount > 0);
      },
      describe: () => this.#describe(generation),
    };
  }

  *#describe({ tables }: Generation): Generator<BufferBatch> {
    // What was announced between two parts is for all readers, and not for this one.
    this.#flush();
    for (const table of [...tables.values()]) {
      for (const _part of table.describe()) {
        if (this.#pending.length < MESSAGES_A_PART) continue;
        yield this.#takeBatch();
        this.#flush();
      }
    }
    if (this.#pending.length > 0) yield this.#takeBatch();
  }

  *#live(): Iterable<Generation> {
    yield* this.#frozen.values();
    yield this.#active;
  }

  #sum(part: keyof MemoryTotal): number {
    let sum = this.#active.total[part];
    for (const { total } of this.#frozen.values()) sum += total[part];
    for (const { generation } of this.#dropped) sum += generation.total[part];
    return sum;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#sequence++;
    const batch = this.#takeBatch();
    for (const post of this.#posts) post(batch);
  }

  #takeBatch(): BufferBatch {
    const messages = this.#pending;
    this.#pending = [];
    return { sequence: this.#sequence, messages };
  }
}
