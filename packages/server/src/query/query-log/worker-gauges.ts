const names = [
  "permitsAcquired",
  "permitsPending",
  "cachedFiles",
  "cachedBytes",
  "cacheHits",
  "cacheMisses",
] as const;
type GaugeName = (typeof names)[number];

/** How the query worker is doing, in shared memory: it writes, and whoever wants to know looks, without a message. */
export class WorkerGauges {
  readonly memory: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(names.length * Float64Array.BYTES_PER_ELEMENT);
    this.#values = new Float64Array(this.memory);
  }

  get(name: GaugeName): number {
    return this.#values[names.indexOf(name)]!;
  }

  set(name: GaugeName, value: number): void {
    this.#values[names.indexOf(name)] = value;
  }
}
