import {
  type BufferMessage,
  chunkCapacity,
  chunkFirstRow,
  columnBlockBytes,
  rowBlockBytes,
} from "../layout/index.ts";
import { StringHeap } from "./string-heap.ts";
import type { TableMemory } from "./table-memory.ts";

const FIRST_PIECE_BYTES_PER_ROW = 8;

/** One field's values for the rows of one chunk. */
export class ColumnBlock {
  readonly memory: SharedArrayBuffer;
  /** Two words a row. */
  readonly words: Int32Array;
  readonly validity: Uint8Array;

  constructor(memory: SharedArrayBuffer, capacity: number) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, capacity * 2);
    this.validity = new Uint8Array(memory, capacity * 8, capacity >> 3);
  }

  /** Makes the rows from `slot` on empty again. */
  clearFrom(slot: number): void {
    this.validity.fill(0, (slot + 7) >> 3);
    if ((slot & 7) !== 0) this.validity[slot >> 3]! &= (1 << (slot & 7)) - 1;
  }
}

/** A run of rows with fixed room; what its fields need is allocated when the first value arrives. */
export class TableChunk {
  readonly index: number;
  readonly firstRow: number;
  readonly capacity: number;
  readonly timeWords: Int32Array;
  readonly series: Int32Array;
  /** By column id. */
  readonly columns: (ColumnBlock | undefined)[] = [];
  readonly strings: StringHeap;
  readonly #block: SharedArrayBuffer;
  readonly #tableId: number;
  readonly #memory: TableMemory;
  readonly #announce: (message: BufferMessage) => void;

  constructor(
    tableId: number,
    index: number,
    memory: TableMemory,
    announce: (message: BufferMessage) => void,
  ) {
    this.index = index;
    this.firstRow = chunkFirstRow(index);
    this.capacity = chunkCapacity(index);
    this.#tableId = tableId;
    this.#memory = memory;
    this.#announce = announce;
    this.#block = memory.allocate(rowBlockBytes(this.capacity));
    this.timeWords = new Int32Array(this.#block, 0, this.capacity * 2);
    this.series = new Int32Array(this.#block, this.capacity * 8, this.capacity);
    this.#announceBlock();
    this.strings = new StringHeap(memory, this.capacity * FIRST_PIECE_BYTES_PER_ROW, (piece, bytes) =>
      announce({ kind: "string-piece", tableId, chunk: index, piece, bytes }),
    );
  }

  openColumn(columnId: number): ColumnBlock {
    const block = new ColumnBlock(this.#memory.allocate(columnBlockBytes(this.capacity)), this.capacity);
    // Holes would turn the array into a slow one.
    while (this.columns.length < columnId) this.columns.push(undefined);
    this.columns[columnId] = block;
    this.#announceColumn(columnId, block);
    return block;
  }

  clearFrom(slot: number): void {
    for (const column of this.columns) column?.clearFrom(slot);
  }

  release(): void {
    this.strings.release();
    for (const column of this.columns) if (column !== undefined) this.#memory.release(column.memory);
    this.#memory.release(this.#block);
  }

  describe(): void {
    this.#announceBlock();
    this.columns.forEach((column, columnId) => {
      if (column !== undefined) this.#announceColumn(columnId, column);
    });
    this.strings.describe();
  }

  #announceBlock(): void {
    this.#announce({ kind: "chunk", tableId: this.#tableId, chunk: this.index, block: this.#block });
  }

  #announceColumn(columnId: number, column: ColumnBlock): void {
    const { memory } = column;
    this.#announce({ kind: "column", tableId: this.#tableId, chunk: this.index, columnId, block: memory });
  }
}
