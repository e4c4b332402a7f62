import type { Block } from "../layout/index.ts";
import type { MemoryPool } from "./memory-pool.ts";

/** Bytes of many tables together. */
export interface MemoryTotal {
  bytes: number;
  /** The part of them that lies in the thread's own heap, which has a limit of its own. */
  heapBytes: number;
}

/** What a piece of shared memory takes beside its bytes, in the writing and in one reading thread, as measured. */
const OBJECT_BYTES_PER_PIECE = 600;
const ALIGNMENT_BYTES = 8;
const FIRST_SLAB_BYTES = 4096;
const LARGEST_SLAB_BYTES = 65_536;
/** Smaller blocks lie together in slabs. */
const OWN_MEMORY_BYTES = 8192;

/** Hands out one table's shared memory and keeps account of it. */
export class TableMemory {
  #bytes = 0;
  #heapBytes = 0;
  #closed = false;
  #slab: SharedArrayBuffer | undefined;
  #slabOffset = 0;
  #nextSlabBytes = FIRST_SLAB_BYTES;
  /** All shared memory that the table's rows are in. */
  readonly #pieces: SharedArrayBuffer[] = [];
  /** Blocks of slabs to be used again, by size. */
  #spare: Map<number, Block[]> | undefined;
  readonly #total: MemoryTotal;
  readonly #pool: MemoryPool;

  constructor(total: MemoryTotal, pool: MemoryPool) {
    this.#total = total;
    this.#pool = pool;
  }

  /** The block may hold anything. */
  allocate(sizeBytes: number): Block {
    if (sizeBytes >= OWN_MEMORY_BYTES) return { memory: this.#take(sizeBytes), offset: 0, sizeBytes };
    return this.#spare?.get(sizeBytes)?.pop() ?? this.#carve(sizeBytes);
  }

  /** For a block in which readers were never shown anything. */
  giveBack(block: Block): void {
    if (this.#closed) return;
    if (block.sizeBytes >= OWN_MEMORY_BYTES) {
      this.#forget(block);
      this.#pool.give(block.memory);
      return;
    }
    this.#spare ??= new Map();
    const spare = this.#spare.get(block.sizeBytes);
    if (spare === undefined) this.#spare.set(block.sizeBytes, [block]);
    else spare.push(block);
  }

  /** For a block that others took the place of: readers may still look at it, and it goes with the last of them. */
  retire(block: Block): void {
    if (!this.#closed && block.sizeBytes >= OWN_MEMORY_BYTES) this.#forget(block);
  }

  /** What objects beside the shared memory take, by estimate; negative when they go. */
  countHeap(bytes: number): void {
    if (this.#closed) return;
    this.#heapBytes += bytes;
    this.#total.heapBytes += bytes;
    this.#count(bytes);
  }

  /** The table is gone: what is still written to it by someone who does not know yet is no longer counted. */
  close(): void {
    if (this.#closed) return;
    this.#total.heapBytes -= this.#heapBytes;
    this.#count(-this.#bytes);
    this.#closed = true;
  }

  /** The table is gone and nobody reads or writes it any more: its memory may hold other rows now. */
  reclaim(): void {
    if (this.#closed) return;
    this.close();
    for (const piece of this.#pieces) this.#pool.give(piece);
    this.#pieces.length = 0;
  }

  #carve(sizeBytes: number): Block {
    const end = this.#slabOffset + sizeBytes;
    if (this.#slab === undefined || end > this.#slab.byteLength) {
      this.#slab = this.#take(Math.max(this.#nextSlabBytes, sizeBytes));
      this.#slabOffset = 0;
      this.#nextSlabBytes = Math.min(this.#nextSlabBytes * 2, LARGEST_SLAB_BYTES);
    }
    const block = { memory: this.#slab, offset: this.#slabOffset, sizeBytes };
    this.#slabOffset = (this.#slabOffset + sizeBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    return block;
  }

  #take(sizeBytes: number): SharedArrayBuffer {
    const memory = this.#pool.take(sizeBytes);
    this.#pieces.push(memory);
    this.#count(sizeBytes + OBJECT_BYTES_PER_PIECE);
    return memory;
  }

  #forget({ memory, sizeBytes }: Block): void {
    // What was allocated last goes first.
    this.#pieces.splice(this.#pieces.lastIndexOf(memory), 1);
    this.#count(-sizeBytes - OBJECT_BYTES_PER_PIECE);
  }

  #count(bytes: number): void {
    if (this.#closed) return;
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}
