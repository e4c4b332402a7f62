import type { BufferBatch, BufferMessage, BufferPost } from "../layout/index.ts";
import { TableBuffer, type TablePosition } from "./table-buffer.ts";

export interface BufferStoreOptions {
  /** Any 32 unpredictable bits. */
  hashSeed: number;
}

/** All tables' rows in memory: the writer's side. */
export class BufferStore {
  readonly #tables = new Map<number, TableBuffer>();
  readonly #total = { bytes: 0, heapBytes: 0 };
  readonly #hashSeed: number;
  readonly #posts = new Set<BufferPost>();
  #pending: BufferMessage[] = [];
  #sequence = 0;

  constructor(options: BufferStoreOptions) {
    this.#hashSeed = options.hashSeed;
  }

  /** Memory of all tables; what readers keep alive after a drop is not counted. */
  get bytes(): number {
    return this.#total.bytes;
  }

  /** The part of it that is not shared: the texts of tag values, by which series are found. */
  get heapBytes(): number {
    return this.#total.heapBytes;
  }

  table(tableId: number): TableBuffer | undefined {
    return this.#tables.get(tableId);
  }

  /** The table's buffer, made when it has none yet. */
  openTable(tableId: number): TableBuffer {
    const known = this.#tables.get(tableId);
    if (known !== undefined) return known;
    const options = {
      total: this.#total,
      hashSeed: this.#hashSeed,
      announce: (message: BufferMessage) => void this.#pending.push(message),
    };
    const table = new TableBuffer(tableId, options);
    this.#tables.set(tableId, table);
    return table;
  }

  tables(): Iterable<TableBuffer> {
    return this.#tables.values();
  }

  dropTable(tableId: number): void {
    const table = this.#tables.get(tableId);
    if (table === undefined) return;
    this.#tables.delete(tableId);
    table.release();
    this.#pending.push({ kind: "table-dropped", tableId });
    this.#flush();
  }

  /** Makes the rows below the positions visible, after announcing the memory they are in. */
  publish(positions: Iterable<readonly [TableBuffer, TablePosition]>): void {
    this.#flush();
    for (const [table, position] of positions) table.publish(position, this.#sequence);
  }

  /** Takes back everything that was not published. */
  truncateToPublished(): void {
    for (const table of this.#tables.values()) {
      if (table.rowCount > table.publishedRows) table.truncateToPublished();
    }
  }

  /** `post` is told everything that exists now and everything that comes; ends with the returned function. */
  onMessage(post: BufferPost): () => void {
    this.#flush();
    for (const table of this.#tables.values()) table.describe();
    post(this.#takeBatch());
    this.#posts.add(post);
    return () => this.#posts.delete(post);
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
