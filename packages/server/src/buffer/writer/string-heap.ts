import { LARGEST_PIECE_BYTES, stringRefHigh, stringRefLow } from "../layout/index.ts";
import type { TableMemory } from "./table-memory.ts";

const LARGEST_REGULAR_PIECE_BYTES = 1 << 20;
const BYTEWISE_COPY_BYTES = 32;

/** Append-only bytes of strings, in pieces that double up to 1 MiB. A string lies within one piece. */
export class StringHeap {
  /** Where the last string went: the two words to store as its reference. */
  refLow = 0;
  refHigh = 0;
  #pieces: SharedArrayBuffer[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #nextPieceBytes: number;
  readonly #memory: TableMemory;
  readonly #announce: (piece: number, bytes: SharedArrayBuffer) => void;

  constructor(
    memory: TableMemory,
    firstPieceBytes: number,
    announce: (piece: number, bytes: SharedArrayBuffer) => void,
  ) {
    this.#memory = memory;
    this.#nextPieceBytes = Math.min(firstPieceBytes, LARGEST_REGULAR_PIECE_BYTES);
    this.#announce = announce;
  }

  /** Pieces in use and bytes used of the last one: what `truncate` goes back to. */
  get pieceCount(): number {
    return this.#pieces.length;
  }
  get offset(): number {
    return this.#offset;
  }

  append(source: Uint8Array, start: number, length: number): void {
    if (this.#offset + length > this.#bytes.length || this.#pieces.length === 0) this.#openPiece(length);
    const target = this.#bytes;
    const offset = this.#offset;
    if (length < BYTEWISE_COPY_BYTES) {
      for (let i = 0; i < length; i++) target[offset + i] = source[start + i]!;
    } else {
      target.set(source.subarray(start, start + length), offset);
    }
    this.#offset = offset + length;
    this.refLow = stringRefLow(this.#pieces.length - 1, offset);
    this.refHigh = stringRefHigh(this.#pieces.length - 1, length);
  }

  truncate(pieceCount: number, offset: number): void {
    while (this.#pieces.length > pieceCount) this.#memory.release(this.#pieces.pop()!);
    const last = this.#pieces.at(-1);
    this.#bytes = last === undefined ? new Uint8Array(0) : new Uint8Array(last);
    this.#offset = offset;
  }

  /** Takes all of its memory out of the account. */
  release(): void {
    this.truncate(0, 0);
  }

  describe(): void {
    this.#pieces.forEach((bytes, piece) => {
      this.#announce(piece, bytes);
    });
  }

  #openPiece(neededBytes: number): void {
    if (neededBytes > LARGEST_PIECE_BYTES)
      throw new RangeError(`a string of ${neededBytes} bytes is too long`);
    const memory = this.#memory.allocate(Math.max(this.#nextPieceBytes, neededBytes));
    this.#nextPieceBytes = Math.min(this.#nextPieceBytes * 2, LARGEST_REGULAR_PIECE_BYTES);
    this.#pieces.push(memory);
    this.#bytes = new Uint8Array(memory);
    this.#offset = 0;
    this.#announce(this.#pieces.length - 1, memory);
  }
}
