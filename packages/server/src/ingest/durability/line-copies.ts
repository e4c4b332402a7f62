import { giveBack } from "../../foundation/index.ts";

/** Smaller copies are made and forgotten: their collection is cheap. */
const POOLED_MIN_BYTES = 2 ** 16;
/** What may lie here unused. */
const FREE_MAX_BYTES = 2 ** 26;
/** Sizes are rounded up to one of so many steps between two powers of two: at most a quarter is wasted. */
const STEPS = 4;

export interface LineCopy {
  readonly bytes: Uint8Array;
  /** Nobody reads the bytes any more. To be called once. */
  release(): void;
}

/**
 * Makes copies of written lines in memory that is used again and again. V8 takes every new buffer for growth of the
 * heap: a stream of them would have it mark all objects without end.
 */
export class LineCopies {
  readonly #free = new Map<number, Uint8Array[]>();
  #freeBytes = 0;

  copy(lines: Uint8Array): LineCopy {
    if (lines.length < POOLED_MIN_BYTES) return { bytes: new Uint8Array(lines), release: () => {} };
    const sizeBytes = roundUp(lines.length);
    const room = this.#take(sizeBytes);
    room.set(lines);
    return { bytes: room.subarray(0, lines.length), release: () => this.#put(room) };
  }

  #take(sizeBytes: number): Uint8Array {
    const room = this.#free.get(sizeBytes)?.pop();
    if (room === undefined) return new Uint8Array(sizeBytes);
    this.#freeBytes -= sizeBytes;
    return room;
  }

  #put(room: Uint8Array): void {
    const sizeBytes = room.length;
    if (this.#freeBytes + sizeBytes > FREE_MAX_BYTES) {
      giveBack(room);
      return;
    }
    const rooms = this.#free.get(sizeBytes);
    if (rooms === undefined) this.#free.set(sizeBytes, [room]);
    else rooms.push(room);
    this.#freeBytes += sizeBytes;
  }
}

function roundUp(sizeBytes: number): number {
  const step = 2 ** Math.floor(Math.log2(sizeBytes)) / STEPS;
  return Math.ceil(sizeBytes / step) * step;
}
