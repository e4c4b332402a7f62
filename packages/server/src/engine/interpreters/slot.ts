import type { Clock } from "../../foundation/index.ts";
import type { EndReason, EngineInterpreter } from "./port.ts";
import { Turnstile } from "./turnstile.ts";

/** Runs that may wait for one interpreter; request plugins fill this when they are slower than their callers. */
const MAX_WAITING_RUNS = 64;
/** A larger cache is not copied to the host: its interpreter stays. */
const MAX_PACKED_CACHE_BYTES = 16 * 1024 * 1024;

/** Bounds what all slots keep for interpreters to come. */
export class PackedBytes {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.#max) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

/** A place for one interpreter of one database. The interpreter itself comes with the first run and may go again. */
export class Slot {
  readonly database: string;
  readonly turns: Turnstile;
  /** Caches of the triggers that run here. */
  readonly namespaces = new Set<string>();
  interpreter: EngineInterpreter | undefined;
  /** The interpreter to be; it goes on starting when the run that wanted it has given up. */
  starting: Promise<void> | undefined;
  /** The run that is at work here. */
  heldBy: string | undefined;
  /** Why the interpreter must not serve another run. */
  outdated: EndReason | undefined;
  lastUsedMs = 0;
  /** Caches that wait here for the next interpreter. */
  readonly #packed = new Map<string, Uint8Array>();
  readonly #packedBytes: PackedBytes;

  constructor(database: string, clock: Clock, packedBytes: PackedBytes) {
    this.#packedBytes = packedBytes;
    this.database = database;
    this.turns = new Turnstile(clock, MAX_WAITING_RUNS);
  }

  /** Copies the caches to the host. False when one of them can only live in the interpreter. */
  async packCaches(): Promise<boolean> {
    this.discardPacked();
    let complete = true;
    for (const namespace of this.namespaces) {
      const bytes = await this.#packOne(namespace);
      if (
        bytes !== undefined &&
        bytes.length <= MAX_PACKED_CACHE_BYTES &&
        this.#packedBytes.take(bytes.length)
      ) {
        this.#packed.set(namespace, bytes);
      } else complete = false;
    }
    return complete;
  }

  async unpackCaches(interpreter: EngineInterpreter): Promise<void> {
    const packed = [...this.#packed];
    this.discardPacked();
    for (const [namespace, bytes] of packed) {
      if (this.namespaces.has(namespace)) await interpreter.unpackCache(namespace, bytes);
    }
  }

  /** Nobody will want what is kept here. */
  discardPacked(): void {
    for (const bytes of this.#packed.values()) this.#packedBytes.giveBack(bytes.length);
    this.#packed.clear();
  }

  async #packOne(namespace: string): Promise<Uint8Array | undefined> {
    try {
      return await this.interpreter?.packCache(namespace);
    } catch {
      // It died over it, and its caches with it.
      return undefined;
    }
  }
}
