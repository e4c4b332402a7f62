import { ServerError } from "../foundation/index.ts";
import type { StagingSlice } from "./types.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;
/** Readable behind every slice, so that parsers may read words past its end. */
const SLACK_BYTES = 64;

interface Chunk {
  readonly buffer: SharedArrayBuffer;
  /** Where the next slice begins. */
  used: number;
  /** Slices that are not released yet. */
  live: number;
  /** Holds one body larger than a pooled chunk and is dropped with it. */
  readonly dedicated: boolean;
}

/** Shared memory for bodies between their arrival and their fsync; a bound on all of them together. */
export class StagingPool {
  readonly #boundBytes: number;
  readonly #chunks = new Map<SharedArrayBuffer, Chunk>();
  #current: Chunk | undefined;
  #allocatedBytes = 0;
  #onForget: (buffer: SharedArrayBuffer) => void = () => {};

  constructor(boundBytes: number) {
    this.#boundBytes = boundBytes;
  }

  /** Memory held, used or not. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Is told of buffers that are gone, so that nobody else keeps them alive. */
  onForget(listener: (buffer: SharedArrayBuffer) => void): void {
    this.#onForget = listener;
  }

  reserve(sizeBytes: number): StagingSlice {
    const neededBytes = (sizeBytes + SLACK_BYTES + 7) & ~7;
    const chunk = neededBytes > CHUNK_BYTES ? this.#allocate(neededBytes, true) : this.#withRoom(neededBytes);
    const offset = chunk.used;
    chunk.used += neededBytes;
    chunk.live++;
    return { buffer: chunk.buffer, offset, bytes: new Uint8Array(chunk.buffer, offset, sizeBytes) };
  }

  release(slice: StagingSlice): void {
    const chunk = this.#chunks.get(slice.buffer);
    if (chunk === undefined || chunk.live === 0) throw new Error("a staging slice was released twice");
    chunk.live--;
    if (chunk.live > 0) return;
    chunk.used = 0;
    if (chunk.dedicated) this.#forget(chunk);
  }

  #withRoom(neededBytes: number): Chunk {
    const current = this.#current;
    if (current !== undefined && current.used + neededBytes <= CHUNK_BYTES) return current;
    this.#current = this.#emptyChunk() ?? this.#allocate(CHUNK_BYTES, false);
    return this.#current;
  }

  #emptyChunk(): Chunk | undefined {
    for (const chunk of this.#chunks.values()) if (chunk.live === 0 && !chunk.dedicated) return chunk;
    return undefined;
  }

  #allocate(sizeBytes: number, dedicated: boolean): Chunk {
    if (this.#allocatedBytes + sizeBytes > this.#boundBytes) this.#makeRoom(sizeBytes);
    const chunk = { buffer: new SharedArrayBuffer(sizeBytes), used: 0, live: 0, dedicated };
    this.#chunks.set(chunk.buffer, chunk);
    this.#allocatedBytes += sizeBytes;
    return chunk;
  }

  /** Gives up idle chunks; what is in use decides whether there is room. One body always fits when nothing is. */
  #makeRoom(sizeBytes: number): void {
    for (const chunk of this.#chunks.values()) if (chunk.live === 0) this.#forget(chunk);
    if (this.#allocatedBytes === 0 || this.#allocatedBytes + sizeBytes <= this.#boundBytes) return;
    throw new ServerError("write_overloaded", {
      detail: `${this.#allocatedBytes} bytes wait for the disk (--wal-staging-size)`,
    });
  }

  #forget(chunk: Chunk): void {
    this.#chunks.delete(chunk.buffer);
    this.#allocatedBytes -= chunk.buffer.byteLength;
    if (this.#current === chunk) this.#current = undefined;
    this.#onForget(chunk.buffer);
  }
}
