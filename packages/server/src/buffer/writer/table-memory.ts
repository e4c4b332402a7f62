/** Bytes of all tables together. */
export interface MemoryTotal {
  bytes: number;
  /** The part of them that lies in the thread's own heap, which has a limit of its own. */
  heapBytes: number;
}

/** Hands out one table's shared memory and keeps account of it. */
export class TableMemory {
  #bytes = 0;
  #heapBytes = 0;
  #closed = false;
  readonly #total: MemoryTotal;

  constructor(total: MemoryTotal) {
    this.#total = total;
  }

  allocate(sizeBytes: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(sizeBytes);
    this.#count(sizeBytes);
    return memory;
  }

  /** The memory itself goes when its last reader lets go of it. */
  release(memory: SharedArrayBuffer): void {
    this.#count(-memory.byteLength);
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
    this.#total.heapBytes -= this.#heapBytes;
    this.#count(-this.#bytes);
    this.#closed = true;
  }

  #count(bytes: number): void {
    if (this.#closed) return;
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}
