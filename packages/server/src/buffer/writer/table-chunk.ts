import {
  type Block,
  chunkCapacity,
  chunkFirstRow,
  columnBlockBytes,
  rowBlockBytes,
  type TableFact,
  wordsOf,
} from "../layout/index.ts";
import { StringHeap } from "./string-heap.ts";
import type { TableMemory } from "./table-memory.ts";

const FIRST_PIECE_BYTES_PER_ROW = 8;
/** A column block's objects in the writing and in one reading thread, as measured. */
const HEAP_BYTES_PER_COLUMN = 350;

/** Tells readers about memory of one generation of a table. */
export type AnnounceTable = (message: TableFact) => void;

/** A run of rows with fixed room; what its fields need is allocated when the first value arrives. */
export class TableChunk {
  readonly index: number;
  readonly firstRow: number;
  readonly capacity: number;
  readonly timeWords: Int32Array;
  readonly series: Int32Array;
  /** By column id: two words a row, and from word `validityStart` on a bit a row. */
  readonly columns: (Int32Array | undefined)[] = [];
  readonly validityStart: number;
  #strings: StringHeap | undefined;
  readonly #block: Block;
  readonly #memory: TableMemory;
  readonly #announce: AnnounceTable;

  constructor(index: number, memory: TableMemory, announce: AnnounceTable) {
    this.index = index;
    this.firstRow = chunkFirstRow(index);
    this.capacity = chunkCapacity(index);
    this.validityStart = this.capacity * 2;
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

  openColumn(columnId: number): Int32Array {
    const block = this.#memory.allocate(columnBlockBytes(this.capacity));
    const column = wordsOf(block);
    // The memory may have held other rows before.
    column.fill(0, this.validityStart);
    // Holes would turn the array into a slow one.
    while (this.columns.length < columnId) this.columns.push(undefined);
    this.columns[columnId] = column;
    this.#memory.countHeap(HEAP_BYTES_PER_COLUMN);
    this.#announce({ kind: "column", chunk: this.index, columnId, block });
    return column;
  }

  /** Makes the rows from `slot` on empty again. */
  clearFrom(slot: number): void {
    const word = this.validityStart + (slot >> 5);
    for (const column of this.columns) {
      if (column === undefined || word >= column.length) continue;
      column[word]! &= (1 << (slot & 31)) - 1;
      column.fill(0, word + 1);
    }
  }

  /** No reader was shown a row of it. */
  giveBack(): void {
    this.#strings?.giveBack();
    for (const column of this.columns) {
      if (column === undefined) continue;
      this.#memory.giveBack(blockOf(column));
      this.#memory.countHeap(-HEAP_BYTES_PER_COLUMN);
    }
    this.#memory.giveBack(this.#block);
  }

  describe(): void {
    const chunk = this.index;
    this.#announce({ kind: "chunk", chunk, block: this.#block });
    this.columns.forEach((column, columnId) => {
      if (column !== undefined) this.#announce({ kind: "column", chunk, columnId, block: blockOf(column) });
    });
    this.#strings?.describe();
  }
}

function blockOf({ buffer, byteOffset, byteLength }: Int32Array): Block {
  return { memory: buffer as SharedArrayBuffer, offset: byteOffset, sizeBytes: byteLength };
}
