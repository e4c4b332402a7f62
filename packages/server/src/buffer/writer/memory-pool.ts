/**
 * Keeps memory that nobody looks at any more for those who need some of the same size: memory that the system has to
 * deliver first takes seconds per gigabyte. What lies here idle is bounded; the sizes asked for least recently go first.
 */
export class MemoryPool {
  /** By size, least recently asked for first. */
  readonly #idle = new Map<number, SharedArrayBuffer[]>();
  readonly #maxIdleBytes: number;
  #idleBytes = 0;

  constructor(maxIdleBytes: number) {
    this.#maxIdleBytes = maxIdleBytes;
  }

  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** Memory with anything in it. */
  take(sizeBytes: number): SharedArrayBuffer {
    const idle = this.#idle.get(sizeBytes);
    if (idle === undefined) return new SharedArrayBuffer(sizeBytes);
    this.#idle.delete(sizeBytes);
    const memory = idle.pop()!;
    if (idle.length > 0) this.#idle.set(sizeBytes, idle);
    this.#idleBytes -= sizeBytes;
    return memory;
  }

  give(memory: SharedArrayBuffer): void {
    const sizeBytes = memory.byteLength;
    if (sizeBytes > this.#maxIdleBytes) return;
    const idle = this.#idle.get(sizeBytes);
    if (idle === undefined) this.#idle.set(sizeBytes, [memory]);
    else idle.push(memory);
    this.#idleBytes += sizeBytes;
    while (this.#idleBytes > this.#maxIdleBytes) this.#letGo();
  }

  #letGo(): void {
    const [sizeBytes, idle] = this.#idle.entries().next().value!;
    idle.pop();
    if (idle.length === 0) this.#idle.delete(sizeBytes);
    this.#idleBytes -= sizeBytes;
  }
}
