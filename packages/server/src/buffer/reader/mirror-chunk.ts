import {
  type Block,
  bytesOf,
  chunkCapacity,
  chunkFirstRow,
  stringRefLength,
  stringRefOffset,
  stringRefPiece,
} from "../layout/index.ts";
import type { ColumnView } from "../types.ts";

/** The reader's side of a column block. */
export class MirrorColumn implements ColumnView {
  readonly words: Int32Array;
  readonly validity: Uint8Array;
  readonly #pieces: readonly Uint8Array[];

  constructor({ memory, offset }: Block, capacity: number, pieces: readonly Uint8Array[]) {
    this.words = new Int32Array(memory, offset, capacity * 2);
    this.validity = new Uint8Array(memory, offset + capacity * 8, capacity >> 3);
    this.#pieces = pieces;
  }

  stringBytes(rowInChunk: number): Uint8Array {
    return stringAt(this.#pieces, this.words[rowInChunk * 2]!, this.words[rowInChunk * 2 + 1]!);
  }
}

/** The reader's side of a chunk, over its whole capacity. */
export class MirrorChunk {
  readonly firstRow: number;
  readonly capacity: number;
  readonly time: BigInt64Array;
  readonly timeWords: Int32Array;
  readonly series: Int32Array;
  /** By column id. Most columns of most tables are never read: their views are made when they are. */
  readonly #columns: (MirrorColumn | undefined)[] = [];
  readonly #blocks: (Block | undefined)[] = [];
  readonly #pieces: Uint8Array[] = [];

  constructor(index: number, { memory, offset }: Block) {
    this.firstRow = chunkFirstRow(index);
    this.capacity = chunkCapacity(index);
    this.time = new BigInt64Array(memory, offset, this.capacity);
    this.timeWords = new Int32Array(memory, offset, this.capacity * 2);
    this.series = new Int32Array(memory, offset + this.capacity * 8, this.capacity);
  }

  /** Undefined when no row of the chunk has a value. */
  column(columnId: number): MirrorColumn | undefined {
    const block = this.#blocks[columnId];
    if (block === undefined) return undefined;
    this.#columns[columnId] ??= new MirrorColumn(block, this.capacity, this.#pieces);
    return this.#columns[columnId];
  }

  columnIds(): number[] {
    return this.#blocks.flatMap((block, columnId) => (block === undefined ? [] : [columnId]));
  }

  setColumn(columnId: number, block: Block): void {
    this.#blocks[columnId] = block;
    this.#columns[columnId] = undefined;
  }

  setPiece(piece: number, bytes: Block): void {
    this.#pieces[piece] = bytesOf(bytes);
  }
}

/** The bytes that a string reference names. */
export function stringAt(pieces: readonly Uint8Array[], low: number, high: number): Uint8Array {
  const offset = stringRefOffset(low);
  return pieces[stringRefPiece(low, high)]!.subarray(offset, offset + stringRefLength(high));
}
