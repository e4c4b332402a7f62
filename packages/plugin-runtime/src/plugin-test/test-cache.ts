import type { GlobalCache, RunContext } from "../interpreter/index.ts";

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

const MAX_BYTES = 64 * 1024 * 1024;

/** The global cache of tests in one process: each cache name has its own. */
export class TestCache implements GlobalCache {
  readonly #monotonicMs: () => number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  get(context: RunContext, key: string): Uint8Array | undefined {
    const name = nameOf(context, key);
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.expiresAtMs > this.#monotonicMs()) return entry?.value;
    this.#remove(name);
    return undefined;
  }

  put(context: RunContext, key: string, value: Uint8Array, ttlMs: number | null): void {
    const name = nameOf(context, key);
    this.#remove(name);
    if (this.#bytes + value.length > MAX_BYTES) {
      throw new Error(`the global cache of tests is full: it holds ${MAX_BYTES} bytes`);
    }
    const expiresAtMs = ttlMs === null ? Number.POSITIVE_INFINITY : this.#monotonicMs() + ttlMs;
    this.#entries.set(name, { value, expiresAtMs });
    this.#bytes += value.length;
  }

  delete(context: RunContext, key: string): boolean {
    const found = this.get(context, key) !== undefined;
    this.#remove(nameOf(context, key));
    return found;
  }

  #remove(name: string): void {
    this.#bytes -= this.#entries.get(name)?.value.length ?? 0;
    this.#entries.delete(name);
  }
}

function nameOf({ cacheNamespace }: RunContext, key: string): string {
  return `${cacheNamespace}\0${key}`;
}
