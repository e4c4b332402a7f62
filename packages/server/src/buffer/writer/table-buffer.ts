import {
  type Block,
  type BufferMessage,
  chunkOfRow,
  HEADER_BYTES,
  HeaderWord,
  type TableFact,
  wordsOf,
} from "../layout/index.ts";
import type { MemoryPool } from "./memory-pool.ts";
import { SeriesArena, type SeriesPosition } from "./series-arena.ts";
import { SharedInts } from "./shared-ints.ts";
import { StringHeap } from "./string-heap.ts";
import { TableChunk } from "./table-chunk.ts";
import { type MemoryTotal, TableMemory } from "./table-memory.ts";
import { TagColumn } from "./tag-column.ts";

const FIRST_TAG_PIECE_BYTES = 128;
/** A table's objects in the writing and in one reading thread, as measured. */
const HEAP_BYTES_PER_TABLE = 9000;

/** A state of the table that can be published or gone back to. */
export interface TablePosition {
  readonly rows: number;
  readonly lateRows: number;
  readonly series: SeriesPosition;
  /** The chunk written last and how far its strings reached. */
  readonly chunk: number;
  readonly stringPieces: number;
  readonly stringOffset: number;
}

export interface TableBufferOptions {
  generation: number;
  total: MemoryTotal;
  pool: MemoryPool;
  hashSeed: number;
  announce(message: BufferMessage): void;
}

/**
 * The rows of one table that are not in files yet: docs/formats/buffer.md. One writer appends rows here; readers see
 * those below the published count. A row is written by `beginRow`, any number of `setBits`, `setManyBits` and `setString`,
 * and `finishRow`; nothing of this allocates once the chunk has its columns.
 */
export class TableBuffer {
  readonly tableId: number;
  readonly generation: number;
  readonly series: SeriesArena;
  readonly #memory: TableMemory;
  readonly #announce: (fact: TableFact) => void;
  readonly #header: Int32Array;
  readonly #headerBlock: Block;
  readonly #tagStrings: StringHeap;
  readonly #lateRows: SharedInts;
  readonly #chunks: TableChunk[] = [];
  /** Dropped or reclaimed: its memory may be another table's. */
  #gone = false;
  #rowCount = 0;
  #lateCount = 0;
  #published: TablePosition;
  // The open chunk, spread out for the hot path.
  #chunk: TableChunk | undefined;
  #columns: readonly (Int32Array | undefined)[] = [];
  #validityStart = 0;
  #slot = 0;
  #firstRow = 0;
  #endRow = 0;

  constructor(tableId: number, options: TableBufferOptions) {
    const { generation } = options;
    this.tableId = tableId;
    this.generation = generation;
    this.#announce = (fact) => options.announce({ ...fact, generation, tableId });
    this.#memory = new TableMemory(options.total, options.pool);
    this.#memory.countHeap(HEAP_BYTES_PER_TABLE);
    this.#headerBlock = this.#memory.allocate(HEADER_BYTES);
    this.#header = wordsOf(this.#headerBlock).fill(0);
    this.#announce({ kind: "table", header: this.#headerBlock });
    this.#tagStrings = new StringHeap(this.#memory, FIRST_TAG_PIECE_BYTES, (piece, bytes) =>
      this.#announce({ kind: "tag-piece", piece, bytes }),
    );
    this.#lateRows = new SharedInts(this.#memory, (rows) => this.#announce({ kind: "late-rows", rows }));
    this.series = new SeriesArena({
      hashSeed: options.hashSeed,
      openTag: (tagIndex, seriesCount, capacity) => this.#openTag(tagIndex, seriesCount, capacity),
    });
    this.#published = this.position();
  }

  /** Rows written, whether readers see them or not. */
  get rowCount(): number {
    return this.#rowCount;
  }

  get publishedRows(): number {
    return this.#published.rows;
  }

  beginRow(): void {
    if (this.#rowCount === this.#endRow) this.#openChunk();
    this.#slot = this.#rowCount - this.#firstRow;
  }

  setBits(columnId: number, low: number, high: number): void {
    const column = this.#columns[columnId] ?? this.#chunk!.openColumn(columnId);
    const slot = this.#slot;
    column[slot * 2] = low;
    column[slot * 2 + 1] = high;
    column[this.#validityStart + (slot >> 5)]! |= 1 << (slot & 31);
  }

  /** Many `setBits` at once: value `i` goes to the column `columnIds[keys[i]]`. */
  setManyBits(columnIds: Int32Array, keys: Int32Array, values: Int32Array, count: number): void {
    const columns = this.#columns;
    const word = this.#slot * 2;
    const validityWord = this.#validityStart + (this.#slot >> 5);
    const validityBit = 1 << (this.#slot & 31);
    for (let i = 0; i < count; i++) {
      const columnId = columnIds[keys[i]!]!;
      const column = columns[columnId] ?? this.#chunk!.openColumn(columnId);
      column[word] = values[i * 2]!;
      column[word + 1] = values[i * 2 + 1]!;
      column[validityWord]! |= validityBit;
    }
  }

  setString(columnId: number, source: Uint8Array, start: number, length: number): void {
    const strings = this.#chunk!.strings ?? this.#chunk!.openStrings();
    strings.append(source, start, length);
    this.setBits(columnId, strings.refLow, strings.refHigh);
  }

  finishRow(series: number, timeLow: number, timeHigh: number): void {
    const chunk = this.#chunk!;
    const slot = this.#slot;
    chunk.timeWords[slot * 2] = timeLow;
    chunk.timeWords[slot * 2 + 1] = timeHigh;
    chunk.series[slot] = series;
    if (this.series.arrivesLate(series, timeLow, timeHigh)) {
      this.#lateRows.ensure(this.#lateCount + 1);
      this.#lateRows.words[this.#lateCount++] = this.#rowCount;
    }
    this.#rowCount++;
  }

  /** The state now, which `truncate` can come back to until something later is published. */
  position(): TablePosition {
    const strings = this.#chunk?.strings;
    return {
      rows: this.#rowCount,
      lateRows: this.#lateCount,
      series: this.series.position(),
      chunk: this.#chunk?.index ?? -1,
      stringPieces: strings?.pieceCount ?? 0,
      stringOffset: strings?.offset ?? 0,
    };
  }

  /** Takes back everything written since the position, a row in the making included. */
  truncate(position: TablePosition): void {
    if (this.#gone) return;
    const last = position.rows === 0 ? -1 : chunkOfRow(position.rows - 1);
    while (this.#chunks.length > last + 1) this.#chunks.pop()!.giveBack();
    this.#use(this.#chunks.at(-1));
    this.#chunk?.clearFrom(position.rows - this.#firstRow);
    if (position.chunk === last) this.#chunk?.strings?.truncate(position.stringPieces, position.stringOffset);
    this.series.truncate(position.series);
    this.#lateCount = position.lateRows;
    this.#rowCount = position.rows;
  }

  truncateToPublished(): void {
    if (this.#gone) return;
    this.truncate(this.#published);
  }

  /** Lets readers see the rows below the position; `batch` is the announcement that they need for it. */
  publish(position: TablePosition, batch: number): void {
    if (this.#gone) return;
    this.#published = position;
    this.series.settle(position.series);
    // Before the counts: whoever sees one of them must see that its memory needs this announcement.
    Atomics.store(this.#header, HeaderWord.batch, batch);
    Atomics.store(this.#header, HeaderWord.series, position.series.series);
    Atomics.store(this.#header, HeaderWord.lateRows, position.lateRows);
    Atomics.store(this.#header, HeaderWord.rows, position.rows);
  }

  /** Announces all of its memory again, for a reader that starts late: one part of it with each step. */
  *describe(): Generator<void> {
    this.#announce({ kind: "table", header: this.#headerBlock });
    this.series.describe();
    this.#tagStrings.describe();
    this.#lateRows.describe();
    yield;
    for (const chunk of this.#chunks) {
      chunk.describe();
      yield;
    }
  }

  /** Takes its memory out of the account; readers that hold a view keep it alive. */
  drop(): void {
    this.#gone = true;
    this.#memory.close();
  }

  /** Gives its memory to whoever needs some: for a table that nobody looks at any more. */
  reclaim(): void {
    this.#gone = true;
    this.#memory.reclaim();
    this.series.clear();
    this.#chunks.length = 0;
    this.#use(undefined);
  }

  #openChunk(): void {
    const chunk = new TableChunk(this.#chunks.length, this.#memory, this.#announce);
    this.#chunks.push(chunk);
    this.#use(chunk);
  }

  #use(chunk: TableChunk | undefined): void {
    this.#chunk = chunk;
    this.#columns = chunk?.columns ?? [];
    this.#validityStart = chunk?.validityStart ?? 0;
    this.#firstRow = chunk?.firstRow ?? 0;
    this.#endRow = chunk === undefined ? 0 : chunk.firstRow + chunk.capacity;
  }

  #openTag(tagIndex: number, seriesCount: number, seriesCapacity: number): TagColumn {
    const options = {
      memory: this.#memory,
      heap: this.#tagStrings,
      announceIds: (ids: Block) => this.#announce({ kind: "tag-ids", tagIndex, ids }),
      announceRefs: (refs: Block) => this.#announce({ kind: "tag-refs", tagIndex, refs }),
    };
    return new TagColumn(options, seriesCount, seriesCapacity);
  }
}
