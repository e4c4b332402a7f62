import { setTimeout as delay } from "node:timers/promises";
import type { ObjectInfo, ObjectStore, PutAnswer, PutOptions } from "./types.ts";

/** Objects that end with the process. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async get(key: string): Promise<Uint8Array | undefined> {
    const bytes = this.#objects.get(key);
    return bytes && new Uint8Array(bytes);
  }

  async put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<PutAnswer> {
    if (options?.ifNoneMatch && this.#objects.has(key)) return "exists";
    if (options?.ifUnchanged && !isSame(this.#objects.get(key), options.ifUnchanged)) return "changed";
    // Not slice(): a Buffer's shares its memory.
    this.#objects.set(key, new Uint8Array(bytes));
    return "written";
  }

  async list(prefix: string): Promise<ObjectInfo[]> {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, bytes]) => ({ key, sizeBytes: bytes.length }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(key);
  }
}

function isSame(present: Uint8Array | undefined, expected: Uint8Array): boolean {
  return present !== undefined && Buffer.compare(present, expected) === 0;
}

/** Simulated distance to a remote store: docs/reference/configuration.md, `--object-store`. */
const CALL_MS = 100;
const LISTED_ENTRY_MS = 0.1;
const READ_BYTE_MS = 1e-6;

/** A store that answers as slowly as one far away. */
export function throttled(store: ObjectStore, wait: (delayMs: number) => Promise<void>): ObjectStore {
  return {
    async get(key) {
      const bytes = await store.get(key);
      await wait(CALL_MS + (bytes?.length ?? 0) * READ_BYTE_MS);
      return bytes;
    },
    async put(key, bytes, options) {
      await wait(CALL_MS);
      return store.put(key, bytes, options);
    },
    async list(prefix) {
      const found = await store.list(prefix);
      await wait(CALL_MS + found.length * LISTED_ENTRY_MS);
      return found;
    },
    async delete(key) {
      await wait(CALL_MS);
      await store.delete(key);
    },
  };
}

export const realWait = async (delayMs: number): Promise<void> => {
  await delay(delayMs);
};
