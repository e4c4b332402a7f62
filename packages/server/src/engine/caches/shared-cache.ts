import type { GlobalCache, RunContext } from "@millrace/plugin-runtime";
import type { Clock } from "../../foundation/index.ts";

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

const ENTRY_BYTES = 100;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * The cache that plugins reach with `use_global=True`: one for all triggers of the server, and one for each
 * `cache_name` of plugin tests. Past its bound, the entries stored longest ago make room.
 */
export class SharedCache implements GlobalCache {
  readonly #clock: Clock;
  readonly #maxBytes: number;
  /** In the order in which the values were stored. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(clock: Clock, maxBytes = DEFAULT_MAX_BYTES) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  get(context: RunContext, key: string): Uint8Array | undefined {
    const name = nameOf(context, key);
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs > this.#clock.monotonicMs()) return entry.value;
    this.#remove(name);
    return undefined;
  }

  put(context: RunContext, key: string, value: Uint8Array, ttlMs: number | null): void {
    const name = nameOf(context, key);
    if (value.length > this.#maxBytes) {
      throw new Error(`the value has ${value.length} bytes, the global cache holds ${this.#maxBytes}`);
    }
    this.#remove(name);
    const expiresAtMs = ttlMs === null ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() + ttlMs;
    this.#entries.set(name, { value, expiresAtMs });
    this.#bytes += sizeOf(name, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  delete(context: RunContext, key: string): boolean {
    const found = this.get(context, key) !== undefined;
    this.#remove(nameOf(context, key));
    return found;
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
function nameOf({ test, cacheNamespace }: RunContext, key: string): string {
  return test ? `test\0${cacheNamespace}\0${key}` : `production\0${key}`;
}
