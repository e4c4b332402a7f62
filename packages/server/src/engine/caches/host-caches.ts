import type { GlobalCache, RunContext } from "@millrace/plugin-runtime";
import type { Clock } from "../../foundation/index.ts";

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

/** What an entry takes beside its key and its value. */
const ENTRY_BYTES = 100;
/** Making room for a large value must not take long, however small the others are. */
const MAX_ENTRIES = 100_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

type Naming = (context: RunContext, key: string) => string;

/**
 * Cached values that live outside of the interpreters: what plugins put with `use_global=True`, and the local caches
 * of triggers whose runs may overlap. Past their common bound, the entries stored longest ago make room.
 */
export class HostCaches {
  /** One for all triggers of the server, and one for each `cache_name` of plugin tests. */
  readonly global: GlobalCache;
  /** One for each cache namespace. */
  readonly local: GlobalCache;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  /** In the order in which the values were stored. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(clock: Clock, maxBytes = DEFAULT_MAX_BYTES) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.global = this.#view(globalName);
    this.local = this.#view(localName);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#entries.size;
  }

  /** Forgets the local cache of a trigger that stopped. */
  drop(cacheNamespace: string): void {
    const prefix = localPrefix(cacheNamespace);
    for (const name of this.#entries.keys()) if (name.startsWith(prefix)) this.#remove(name);
  }

  #view(nameOf: Naming): GlobalCache {
    return {
      get: (context, key) => this.#get(nameOf(context, key)),
      put: (context, key, value, ttlMs) => this.#put(nameOf(context, key), value, ttlMs),
      delete: (context, key) => {
        const name = nameOf(context, key);
        const found = this.#get(name) !== undefined;
        this.#remove(name);
        return found;
      },
    };
  }

  #get(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs > this.#clock.monotonicMs()) return entry.value;
    this.#remove(name);
    return undefined;
  }

  #put(name: string, value: Uint8Array, ttlMs: number | null): void {
    const size = sizeOf(name, value);
    if (size > this.#maxBytes) {
      throw new Error(
        `the value and its key have ${size} bytes, and all cached values together may have ${this.#maxBytes}. ` +
          "Cache less, or raise --plugin-cache-size.",
      );
    }
    this.#remove(name);
    const expiresAtMs = ttlMs === null ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() + ttlMs;
    this.#entries.set(name, { value, expiresAtMs });
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#entries.size <= MAX_ENTRIES) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#bytes -= sizeOf(name, entry.value);
  }
}

/** Keys count too: many small entries fill memory like a few large ones. */
function sizeOf(name: string, value: Uint8Array): number {
  return value.length + name.length * 2 + ENTRY_BYTES;
}

/** Tests never meet production, nor a test with another cache name. */
function globalName({ test, cacheNamespace }: RunContext, key: string): string {
  return test ? `test\0${cacheNamespace}\0${key}` : `production\0${key}`;
}

function localName({ cacheNamespace }: RunContext, key: string): string {
  return localPrefix(cacheNamespace) + key;
}

function localPrefix(cacheNamespace: string): string {
  return `local\0${cacheNamespace}\0`;
}
