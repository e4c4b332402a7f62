import { type Block, bytesOf, LARGEST_PIECE_BYTES, stringRefHigh, stringRefLow } from "../layout/index.ts";
import type { TableMemory } from "./table-memory.ts";

const LARGEST_REGULAR_PIECE_BYTES = 1 << 20;
const BYTEWISE_COPY_BYTES = 32;
const NONE = new Uint8Array(0);

/** Append-only bytes of strings, in pieces that double up to 1 MiB. A string lies within one piece. */
export class StringHeap {
  /** Where the last string went: the two words to store as its reference. */
  refLow = 0;
  refHigh = 0;
  readonly #pieces: Block[] = [];
  #bytes: Uint8Array = NONE;
  #offset = 0;
  #nextPieceBytes: number;
  readonly #memory: TableMemory;
  readonly #announce: (piece: number, bytes: Block) => void;

  constructor(memory: TableMemory, firstPieceBytes: number, announce: (piece: number, bytes: Block) => void) {
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
    while (this.#pieces.length > pieceCount) this.#memory.giveBack(this.#pieces.pop()!);
    const last = this.#pieces.at(-1);
    this.#bytes = last === undefined ? NONE : bytesOf(last);
    this.#offset = offset;
  }

  /** Its memory held nothing that a reader was shown. */
  giveBack(): void {
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
    const block = this.#memory.allocate(Math.max(this.#nextPieceBytes, powerOfTwo(neededBytes)));
    this.#nextPieceBytes = Math.min(this.#nextPieceBytes * 2, LARGEST_REGULAR_PIECE_BYTES);
    this.#pieces.push(block);
    this.#bytes = bytesOf(block);
    this.#offset = 0;
    this.#announce(this.#pieces.length - 1, block);
  }
}

/** Few sizes, so that memory finds another use. */
function powerOfTwo(sizeBytes: number): number {
  return sizeBytes === 0 ? 0 : 2 ** Math.ceil(Math.log2(sizeBytes));
}
