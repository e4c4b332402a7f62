import { ServerError } from "../foundation/index.ts";
import type { StagingSlice } from "./types.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;
/** A chunk must hold several large bodies, or half of it would lie idle beside one of them. */
const LARGE_BODY_BYTES = 4 * 1024 * 1024;
const LARGE_CHUNK_BYTES = 32 * 1024 * 1024;
/** Readable behind every slice, so that parsers may read words past its end. */
const SLACK_BYTES = 64;

/**
 * Slices lie together by how long they live: a client that sends slowly must not keep a chunk from being used anew
 * that else holds finished bodies.
 */
type Use = "finished" | "arriving";

/** Chunks for slices of one kind. */
interface Lane {
  readonly use: Use;
  readonly chunkBytes: number;
  /** The chunk that slices are taken from. */
  current: Chunk | undefined;
}

interface Chunk {
  readonly buffer: SharedArrayBuffer;
  readonly lane: Lane;
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
  readonly #lanes: Record<Use, { readonly small: Lane; readonly large: Lane }>;
  readonly #allocatedBytes: Record<Use, number> = { finished: 0, arriving: 0 };
  #onForget: (buffer: SharedArrayBuffer) => void = () => {};

  constructor(boundBytes: number) {
    this.#boundBytes = boundBytes;
    const largeChunkBytes = Math.max(CHUNK_BYTES, Math.min(LARGE_CHUNK_BYTES, boundBytes / 4));
    this.#lanes = {
      finished: lanes("finished", largeChunkBytes),
      arriving: lanes("arriving", largeChunkBytes),
    };
  }

  /** Memory held, used or not. */
  get allocatedBytes(): number {
    return this.#allocatedBytes.finished + this.#allocatedBytes.arriving;
  }

  /** Is told of buffers that are gone, so that nobody else keeps them alive. */
  onForget(listener: (buffer: SharedArrayBuffer) => void): void {
    this.#onForget = listener;
  }

  /** Room for a body that is there. Throws ServerError (503) when there is none. */
  reserve(sizeBytes: number): StagingSlice {
    const slice = this.#reserve(sizeBytes, "finished", this.#boundBytes);
    if (slice !== undefined) return slice;
    throw new ServerError("write_overloaded", {
      detail: `${this.allocatedBytes} bytes wait for the disk (--wal-staging-size)`,
    });
  }

  /**
   * Room for a body that has begun to arrive; undefined when such bodies hold half of all room: announcing much and
   * sending little must not keep the others out.
   */
  reserveAhead(sizeBytes: number): StagingSlice | undefined {
    return this.#reserve(sizeBytes, "arriving", this.#boundBytes / 2);
  }

  release(slice: StagingSlice): void {
    const chunk = this.#chunks.get(slice.buffer);
    if (chunk === undefined || chunk.live === 0) throw new Error("a staging slice was released twice");
    chunk.live--;
    if (chunk.live > 0) return;
    chunk.used = 0;
    if (chunk.dedicated) this.#forget(chunk);
  }

  #reserve(sizeBytes: number, use: Use, boundBytes: number): StagingSlice | undefined {
    const neededBytes = (sizeBytes + SLACK_BYTES + 7) & ~7;
    const lane = this.#lanes[use][neededBytes > LARGE_BODY_BYTES ? "large" : "small"];
    const chunk =
      neededBytes > lane.chunkBytes
        ? this.#allocate(neededBytes, lane, boundBytes)
        : this.#withRoom(neededBytes, lane, boundBytes);
    if (chunk === undefined) return undefined;
    const offset = chunk.used;
    chunk.used += neededBytes;
    chunk.live++;
    return { buffer: chunk.buffer, offset, bytes: new Uint8Array(chunk.buffer, offset, sizeBytes) };
  }

  #withRoom(neededBytes: number, lane: Lane, boundBytes: number): Chunk | undefined {
    const { current, chunkBytes } = lane;
    if (current !== undefined && current.used + neededBytes <= chunkBytes) return current;
    const next = this.#emptyChunk(lane) ?? this.#allocate(chunkBytes, lane, boundBytes);
    if (next !== undefined) lane.current = next;
    return next;
  }

  /** The oldest one: memory that was touched before is used again rather than fresh memory. */
  #emptyChunk(lane: Lane): Chunk | undefined {
    for (const chunk of this.#chunks.values()) {
      if (chunk.live === 0 && chunk.lane === lane && !chunk.dedicated) return chunk;
    }
    return undefined;
  }

  /** One finished body always fits when nothing else is there. */
  #allocate(sizeBytes: number, lane: Lane, boundBytes: number): Chunk | undefined {
    const { use, chunkBytes } = lane;
    if (use === "arriving" && this.#allocatedBytes.arriving + sizeBytes > boundBytes) return undefined;
    if (this.allocatedBytes + sizeBytes > this.#boundBytes) {
      this.#giveUpIdleChunks();
      const { allocatedBytes } = this;
      const isAlone = allocatedBytes === 0 && use === "finished";
      if (!isAlone && allocatedBytes + sizeBytes > this.#boundBytes) return undefined;
    }
    const dedicated = sizeBytes > chunkBytes;
    const chunk = { buffer: new SharedArrayBuffer(sizeBytes), lane, used: 0, live: 0, dedicated };
    this.#chunks.set(chunk.buffer, chunk);
    this.#allocatedBytes[use] += sizeBytes;
    return chunk;
  }

  #giveUpIdleChunks(): void {
    for (const chunk of this.#chunks.values()) if (chunk.live === 0) this.#forget(chunk);
  }

  #forget(chunk: Chunk): void {
    const { lane, buffer } = chunk;
    this.#chunks.delete(buffer);
    this.#allocatedBytes[lane.use] -= buffer.byteLength;
    if (lane.current === chunk) lane.current = undefined;
    this.#onForget(buffer);
  }
}

function lanes(use: Use, largeChunkBytes: number): { small: Lane; large: Lane } {
  return {
    small: { use, chunkBytes: CHUNK_BYTES, current: undefined },
    large: { use, chunkBytes: largeChunkBytes, current: undefined },
  };
}
