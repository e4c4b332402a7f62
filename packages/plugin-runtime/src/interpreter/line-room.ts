import type { LineFrame, TaskFrame } from "../protocol/index.ts";

/** Both sides of a copy into shared memory must be aligned alike, or it goes byte by byte. */
const ALIGNMENT = 64;
const SMALLEST_BYTES = 2 ** 16;
/** A larger room is kept only as long as calls need it. */
const KEPT_BYTES = 2 ** 25;

/**
 * Memory through which an interpreter gets the lines of its runs, one run after the other. Sending every run a buffer
 * of its own would keep the garbage collectors of both threads busy: V8 counts such buffers as growth of the heap.
 */
export class LineRoom {
  #bytes = new Uint8Array(new SharedArrayBuffer(0));

  /** Puts the lines there. `room` is null when the interpreter has it already. */
  pack(frames: readonly LineFrame[]): { room: SharedArrayBuffer | null; frames: TaskFrame[] } {
    const sizeBytes = frames.reduce((sum, { bytes }) => sum + aligned(bytes.length), 0);
    const room = this.#make(sizeBytes);
    let offset = 0;
    const packed = frames.map(({ precision, defaultTimeNs, bytes }): TaskFrame => {
      this.#bytes.set(bytes, offset);
      const frame = { precision, defaultTimeNs, offset, sizeBytes: bytes.length };
      offset += aligned(bytes.length);
      return frame;
    });
    return { room, frames: packed };
  }

  #make(neededBytes: number): SharedArrayBuffer | null {
    const { length } = this.#bytes;
    const tooLarge = length > KEPT_BYTES && neededBytes < length / 2;
    if (neededBytes <= length && !tooLarge) return null;
    const sizeBytes = Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(neededBytes)));
    const room = new SharedArrayBuffer(sizeBytes);
    this.#bytes = new Uint8Array(room);
    return room;
  }
}

function aligned(sizeBytes: number): number {
  return Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
}
