/** Bytes of all tables together. */
export interface MemoryTotal {
  bytes: number;
}

/** Hands out one table's shared memory and keeps account of it. */
export class TableMemory {
  #bytes = 0;
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

  /** The table is gone: what is still written to it by someone who does not know yet is no longer counted. */
  close(): void {
    this.#count(-this.#bytes);
    this.#closed = true;
  }

  #count(bytes: number): void {
    if (this.#closed) return;
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}
