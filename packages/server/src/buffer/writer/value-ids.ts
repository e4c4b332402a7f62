/** A map takes no more than 2^24 entries. */
const LARGEST_MAP = 2 ** 23;

/** The ids of a tag's values, also of more values than one map takes. */
export class ValueIds {
  /** All but the last are full. */
  readonly #maps: Map<string, number>[] = [new Map()];
  readonly #largestMap: number;

  constructor(largestMap = LARGEST_MAP) {
    this.#largestMap = largestMap;
  }

  get(value: string): number | undefined {
    for (const map of this.#maps) {
      const id = map.get(value);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  add(value: string, id: number): void {
    if (this.#maps.at(-1)!.size >= this.#largestMap) this.#maps.push(new Map());
    this.#maps.at(-1)!.set(value, id);
  }

  /** Takes back the value that was added last. */
  removeLast(value: string): void {
    this.#maps.at(-1)!.delete(value);
    if (this.#maps.at(-1)!.size === 0 && this.#maps.length > 1) this.#maps.pop();
  }
}
