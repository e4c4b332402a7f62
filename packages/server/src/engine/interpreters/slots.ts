import type { Clock } from "../../foundation/index.ts";
import { PackedBytes, Slot } from "./slot.ts";

/** Of all caches that wait for their next interpreter. */
const MAX_PACKED_BYTES = 128 * 1024 * 1024;

/**
 * The places for interpreters. Each seat has one of its own as long as there are enough; after that, seats of the same
 * database share one. Two databases never share: an interpreter is one domain of trust.
 */
export class Slots {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #slots = new Set<Slot>();
  readonly #packed = new PackedBytes(MAX_PACKED_BYTES);

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  [Symbol.iterator](): Iterator<Slot> {
    return this.#slots[Symbol.iterator]();
  }

  has(slot: Slot): boolean {
    return this.#slots.has(slot);
  }

  /** An own one for a cache namespace, or the one that the fewest others use. */
  assign(database: string, cacheNamespace: string): Slot {
    const shared = this.#slots.size >= this.#max ? this.#leastShared(database) : undefined;
    if (shared === undefined) return this.add(database, cacheNamespace);
    shared.namespaces.add(cacheNamespace);
    return shared;
  }

  /** Also beyond the bound: what counts is how many have an interpreter. */
  add(database: string, cacheNamespace: string): Slot {
    const slot = new Slot(database, this.#clock, this.#packed);
    slot.namespaces.add(cacheNamespace);
    this.#slots.add(slot);
    return slot;
  }

  remove(slot: Slot): void {
    this.#slots.delete(slot);
    slot.discardPacked();
  }

  clear(): void {
    this.#slots.clear();
  }

  #leastShared(database: string): Slot | undefined {
    const shared = [...this.#slots].filter((slot) => slot.database === database);
    return shared.sort((a, b) => a.namespaces.size - b.namespaces.size)[0];
  }
}
