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

/** Below this a loop is faster than a view and a call. */
const SHORT_COPY = 64;

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

  stringLength(rowInChunk: number): number {
    return stringRefLength(this.words[rowInChunk * 2 + 1]!);
  }

  copyString(rowInChunk: number, to: Uint8Array, at: number): void {
    const low = this.words[rowInChunk * 2]!;
    const high = this.words[rowInChunk * 2 + 1]!;
    const piece = this.#pieces[stringRefPiece(low, high)]!;
    const offset = stringRefOffset(low);
    const length = stringRefLength(high);
    if (length > SHORT_COPY) to.set(piece.subarray(offset, offset + length), at);
    else for (let i = 0; i < length; i++) to[at + i] = piece[offset + i]!;
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
