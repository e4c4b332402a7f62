import { Distribution, DURATION_BOUNDS_MS } from "../../foundation/index.ts";

export const storeOperations = ["get", "get_range", "put", "list", "delete"] as const;
export type StoreOperation = (typeof storeOperations)[number];

const RESULTS = ["success", "error"] as const;
export type StoreResult = (typeof RESULTS)[number];

interface StoreSample<Value> {
  readonly labels: readonly [StoreOperation, StoreResult];
  readonly value: Value;
}

const BUCKETS = DURATION_BOUNDS_MS.length + 1;
// Of each operation and result: its duration's buckets, then these.
const MICROSECONDS = BUCKETS;
const BYTES = BUCKETS + 1;
const SLOTS = BUCKETS + 2;

/** Counts operations on the object store, of all threads in one piece of shared memory. */
export class StoreFigures {
  /** To be given to other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #slots: BigInt64Array;

  constructor(memory?: SharedArrayBuffer) {
    const sizeBytes = storeOperations.length * RESULTS.length * SLOTS * BigInt64Array.BYTES_PER_ELEMENT;
    this.memory = memory ?? new SharedArrayBuffer(sizeBytes);
    this.#slots = new BigInt64Array(this.memory);
  }

  add(operation: StoreOperation, result: StoreResult, durationMs: number, sizeBytes: number): void {
    const first = firstSlot(operation, result);
    const bound = DURATION_BOUNDS_MS.findIndex((boundMs) => durationMs <= boundMs);
    this.#add(first + (bound < 0 ? BUCKETS - 1 : bound), 1);
    this.#add(first + MICROSECONDS, Math.round(durationMs * 1000));
    this.#add(first + BYTES, sizeBytes);
  }

  durations(): StoreSample<Distribution>[] {
    return this.#samples((first) => {
      const counts = Array.from({ length: BUCKETS }, (_, i) => this.#at(first + i));
      return new Distribution(DURATION_BOUNDS_MS, counts, this.#at(first + MICROSECONDS) / 1000);
    });
  }

  transferredBytes(): StoreSample<number>[] {
    return this.#samples((first) => this.#at(first + BYTES)).filter(movesObjects);
  }

  transferredObjects(): StoreSample<number>[] {
    return this.durations()
      .filter(movesObjects)
      .map(({ labels, value }) => ({ labels, value: value.count }));
  }

  /** Of what has happened so far. */
  #samples<Value>(read: (first: number) => Value): StoreSample<Value>[] {
    const samples: StoreSample<Value>[] = [];
    for (const operation of storeOperations) {
      for (const result of RESULTS) {
        const first = firstSlot(operation, result);
        const happened = Array.from({ length: BUCKETS }, (_, i) => this.#at(first + i)).some((n) => n > 0);
        if (happened) samples.push({ labels: [operation, result], value: read(first) });
      }
    }
    return samples;
  }

  #add(slot: number, value: number): void {
    Atomics.add(this.#slots, slot, BigInt(value));
  }

  #at(slot: number): number {
    return Number(Atomics.load(this.#slots, slot));
  }
}

function firstSlot(operation: StoreOperation, result: StoreResult): number {
  return (storeOperations.indexOf(operation) * RESULTS.length + RESULTS.indexOf(result)) * SLOTS;
}

function movesObjects({
  labels: [operation],
}: {
  readonly labels: readonly [StoreOperation, StoreResult];
}): boolean {
  return operation === "get" || operation === "get_range" || operation === "put";
}
