import {
  type Block,
  chunkCapacity,
  chunkFirstRow,
  columnBlockBytes,
  rowBlockBytes,
  type TableFact,
} from "../layout/index.ts";
import { StringHeap } from "./string-heap.ts";
import type { TableMemory } from "./table-memory.ts";

const FIRST_PIECE_BYTES_PER_ROW = 8;
/** A column block's objects in the writing and in one reading thread, as measured. */
const HEAP_BYTES_PER_COLUMN = 400;

/** One field's values for the rows of one chunk. */
export class ColumnBlock {
  readonly block: Block;
  /** Two words a row. */
  readonly words: Int32Array;
  readonly validity: Uint8Array;

  constructor(block: Block, capacity: number) {
    const { memory, offset } = block;
    this.block = block;
    this.words = new Int32Array(memory, offset, capacity * 2);
    this.validity = new Uint8Array(memory, offset + capacity * 8, capacity >> 3);
    // The memory may have held other rows before.
    this.validity.fill(0);
  }

  /** Makes the rows from `slot` on empty again. */
  clearFrom(slot: number): void {
    this.validity.fill(0, (slot + 7) >> 3);
    if ((slot & 7) !== 0) this.validity[slot >> 3]! &= (1 << (slot & 7)) - 1;
  }
}

/** Tells readers about memory of one generation of a table. */
export type AnnounceTable = (message: TableFact) => void;

/** A run of rows with fixed room; what its fields need is allocated when the first value arrives. */
export class TableChunk {
  readonly index: number;
  readonly firstRow: number;
  readonly capacity: number;
  readonly timeWords: Int32Array;
  readonly series: Int32Array;
  /** By column id. */
  readonly columns: (ColumnBlock | undefined)[] = [];
  #strings: StringHeap | undefined;
  readonly #block: Block;
  readonly #memory: TableMemory;
  readonly #announce: AnnounceTable;

  constructor(index: number, memory: TableMemory, announce: AnnounceTable) {
    this.index = index;
    this.firstRow = chunkFirstRow(index);
    this.capacity = chunkCapacity(index);
    this.#memory = memory;
    this.#announce = announce;
    this.#block = memory.allocate(rowBlockBytes(this.capacity));
    this.timeWords = new Int32Array(this.#block.memory, this.#block.offset, this.capacity * 2);
    const seriesOffset = this.#block.offset + this.capacity * 8;
    this.series = new Int32Array(this.#block.memory, seriesOffset, this.capacity);
    announce({ kind: "chunk", chunk: index, block: this.#block });
  }

  /** Undefined as long as no field of the chunk is a string. */
  get strings(): StringHeap | undefined {
    return this.#strings;
  }

  openStrings(): StringHeap {
    this.#strings ??= new StringHeap(
      this.#memory,
      this.capacity * FIRST_PIECE_BYTES_PER_ROW,
      (piece, bytes) => this.#announce({ kind: "string-piece", chunk: this.index, piece, bytes }),
    );
    return this.#strings;
  }

  openColumn(columnId: number): ColumnBlock {
    const block = this.#memory.allocate(columnBlockBytes(this.capacity));
    const column = new ColumnBlock(block, this.capacity);
    // Holes would turn the array into a slow one.
    while (this.columns.length < columnId) this.columns.push(undefined);
    this.columns[columnId] = column;
    this.#memory.countHeap(HEAP_BYTES_PER_COLUMN);
    this.#announce({ kind: "column", chunk: this.index, columnId, block });
    return column;
  }

  clearFrom(slot: number): void {
    for (const column of this.columns) column?.clearFrom(slot);
  }

  /** No reader was shown a row of it. */
  giveBack(): void {
    this.#strings?.giveBack();
    for (const column of this.columns) {
      if (column === undefined) continue;
      this.#memory.giveBack(column.block);
      this.#memory.countHeap(-HEAP_BYTES_PER_COLUMN);
    }
    this.#memory.giveBack(this.#block);
  }

  describe(): void {
    const chunk = this.index;
    this.#announce({ kind: "chunk", chunk, block: this.#block });
    this.columns.forEach((column, columnId) => {
      if (column !== undefined) this.#announce({ kind: "column", chunk, columnId, block: column.block });
    });
    this.#strings?.describe();
  }
}
