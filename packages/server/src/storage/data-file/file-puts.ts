import type { ObjectStore } from "../../object-store/index.ts";

export interface FilePutsOptions {
  readonly store: ObjectStore;
  /** Called after each file that is stored. */
  onStored?: (sizeBytes: number) => void;
  maxUnderWay?: number;
  maxBytesUnderWay?: number;
}

/** Stores wait for disks and networks: that many files are on their way at once. */
const MOST_UNDER_WAY = 8;
const MOST_BYTES_UNDER_WAY = 67_108_864;

/** The files of one task on their way to the store: all of them get there, or none is left behind on purpose. */
export class FilePuts {
  readonly #store: ObjectStore;
  readonly #onStored: (sizeBytes: number) => void;
  readonly #maxUnderWay: number;
  readonly #maxBytesUnderWay: number;
  readonly #keys: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #bytesUnderWay = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: FilePutsOptions) {
    this.#store = options.store;
    this.#onStored = options.onStored ?? (() => {});
    this.#maxUnderWay = options.maxUnderWay ?? MOST_UNDER_WAY;
    this.#maxBytesUnderWay = options.maxBytesUnderWay ?? MOST_BYTES_UNDER_WAY;
  }

  /** Resolves when the next file may come; rejects when one of those before could not be stored. */
  async add(key: string, bytes: Uint8Array): Promise<void> {
    this.#keys.push(key);
    this.#bytesUnderWay += bytes.length;
    const put = this.#put(key, bytes).finally(() => {
      this.#underWay.delete(put);
      this.#bytesUnderWay -= bytes.length;
    });
    this.#underWay.add(put);
    while (this.#isFull() && this.#failure === undefined) await Promise.race(this.#underWay);
    this.#throwFailure();
  }

  /** Resolves when all files are stored durably. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  /** Removes what was stored, as far as the store lets it. */
  async undo(): Promise<void> {
    await Promise.all(this.#underWay);
    // One that failed may be stored nevertheless.
    await Promise.allSettled(this.#keys.map((key) => this.#store.delete(key)));
  }

  async #put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#store.put(key, bytes);
      this.#onStored(bytes.length);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #isFull(): boolean {
    if (this.#underWay.size === 0) return false;
    return this.#underWay.size >= this.#maxUnderWay || this.#bytesUnderWay >= this.#maxBytesUnderWay;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
