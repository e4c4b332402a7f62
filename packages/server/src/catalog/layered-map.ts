/** Marks a key of the base that is gone. */
const GONE = Symbol("gone");

/**
 * An immutable map whose changed copies share almost everything: a large base and a small layer of changes, merged
 * when the layer grows. Values keep the order in which their keys first came.
 */
export class LayeredMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  readonly #layer: ReadonlyMap<K, V | typeof GONE>;
  readonly size: number;

  private constructor(base: ReadonlyMap<K, V>, layer: ReadonlyMap<K, V | typeof GONE>, size: number) {
    this.#base = base;
    this.#layer = layer;
    this.size = size;
  }

  static empty<K, V>(): LayeredMap<K, V> {
    return new LayeredMap<K, V>(new Map(), new Map(), 0);
  }

  get(key: K): V | undefined {
    const changed = this.#layer.get(key);
    if (changed === undefined) return this.#base.get(key);
    return changed === GONE ? undefined : changed;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  set(key: K, value: V): LayeredMap<K, V> {
    return this.#changed(key, value, this.size + (this.has(key) ? 0 : 1));
  }

  delete(key: K): LayeredMap<K, V> {
    return this.has(key) ? this.#changed(key, GONE, this.size - 1) : this;
  }

  *values(): Generator<V> {
    for (const [key, value] of this.#base) {
      const changed = this.#layer.get(key);
      if (changed === undefined) yield value;
      else if (changed !== GONE) yield changed;
    }
    for (const [key, value] of this.#layer) {
      if (value !== GONE && !this.#base.has(key)) yield value;
    }
  }

  #changed(key: K, value: V | typeof GONE, size: number): LayeredMap<K, V> {
    const layer = new Map(this.#layer).set(key, value);
    // Between copying the layer for each change and copying the base now and then, the square root costs least.
    if (layer.size <= 16 + Math.sqrt(this.#base.size)) return new LayeredMap(this.#base, layer, size);
    const base = new Map(this.#base);
    for (const [changedKey, changed] of layer) {
      if (changed === GONE) base.delete(changedKey);
      else base.set(changedKey, changed);
    }
    return new LayeredMap(base, new Map(), size);
  }
}
