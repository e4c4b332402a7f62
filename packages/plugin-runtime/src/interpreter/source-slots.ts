import type { SourceSlot } from "../protocol/index.ts";

const SLOTS = 32;

/** Which plugins' texts an interpreter has: each is sent once, not with every run. */
export class SourceSlots {
  /** The one used longest ago comes first. */
  readonly #slots = new Map<string, number>();

  choose(source: string): SourceSlot {
    const known = this.#slots.get(source);
    this.#slots.delete(source);
    const slot = known ?? this.#free();
    this.#slots.set(source, slot);
    return { slot, text: known === undefined ? source : null };
  }

  #free(): number {
    if (this.#slots.size < SLOTS) return this.#slots.size;
    const [[source, slot]] = this.#slots as unknown as [[string, number]];
    this.#slots.delete(source);
    return slot;
  }
}
