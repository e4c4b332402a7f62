import {
  chunkCapacity,
  chunkFirstRow,
  stringRefLength,
  stringRefOffset,
  stringRefPiece,
} from "../layout/index.ts";
import type { ColumnView } from "../types.ts";

/** The reader's side of a column block. */
export class MirrorColumn implements ColumnView {
  readonly values: SharedArrayBuffer;
  readonly validity: Uint8Array;
  readonly #words: Int32Array;
  readonly #pieces: readonly Uint8Array[];

  constructor(block: SharedArrayBuffer, capacity: number, pieces: readonly Uint8Array[]) {
    this.values = block;
    this.#words = new Int32Array(block, 0, capacity * 2);
    this.validity = new Uint8Array(block, capacity * 8, capacity >> 3);
    this.#pieces = pieces;
  }

  stringBytes(rowInChunk: number): Uint8Array {
    return stringAt(this.#pieces, this.#words[rowInChunk * 2]!, this.#words[rowInChunk * 2 + 1]!);
  }
}

/** The reader's side of a chunk, over its whole capacity. */
export class MirrorChunk {
  readonly firstRow: number;
  readonly capacity: number;
  readonly time: BigInt64Array;
  readonly timeWords: Int32Array;
  readonly series: Int32Array;
  /** By column id. */
  readonly columns = new Map<number, MirrorColumn>();
  readonly #pieces: Uint8Array[] = [];

  constructor(index: number, block: SharedArrayBuffer) {
    this.firstRow = chunkFirstRow(index);
    this.capacity = chunkCapacity(index);
    this.time = new BigInt64Array(block, 0, this.capacity);
    this.timeWords = new Int32Array(block, 0, this.capacity * 2);
    this.series = new Int32Array(block, this.capacity * 8, this.capacity);
  }

  setColumn(columnId: number, block: SharedArrayBuffer): void {
    this.columns.set(columnId, new MirrorColumn(block, this.capacity, this.#pieces));
  }

  setPiece(piece: number, bytes: SharedArrayBuffer): void {
    this.#pieces[piece] = new Uint8Array(bytes);
  }
}

/** The bytes that a string reference names. */
export function stringAt(pieces: readonly Uint8Array[], low: number, high: number): Uint8Array {
  const offset = stringRefOffset(low);
  return pieces[stringRefPiece(low, high)]!.subarray(offset, offset + stringRefLength(high));
}
