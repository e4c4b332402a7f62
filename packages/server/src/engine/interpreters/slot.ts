import type { Clock } from "../../foundation/index.ts";
import type { EngineInterpreter } from "./port.ts";
import { Turnstile } from "./turnstile.ts";

/** Runs that may wait for one interpreter; request plugins fill this when they are slower than their callers. */
const MAX_WAITING_RUNS = 64;
/** A larger cache is not copied to the host: its interpreter stays. */
const MAX_PACKED_BYTES = 16 * 1024 * 1024;

/** A place for one interpreter of one database. The interpreter itself comes with the first run and may go again. */
export class Slot {
  readonly database: string;
  readonly turns: Turnstile;
  /** Caches of the triggers that run here. */
  readonly namespaces = new Set<string>();
  interpreter: EngineInterpreter | undefined;
  /** The interpreter must not serve another run. */
  outdated = false;
  lastUsedMs = 0;
  /** Caches that wait here for the next interpreter. */
  #packed = new Map<string, Uint8Array>();

  constructor(database: string, clock: Clock) {
    this.database = database;
    this.turns = new Turnstile(clock, MAX_WAITING_RUNS);
  }

  /** Copies the caches to the host. False when one of them can only live in the interpreter. */
  async packCaches(): Promise<boolean> {
    const packed = new Map<string, Uint8Array>();
    if (this.interpreter?.alive) {
      for (const namespace of this.namespaces) {
        const bytes = await this.interpreter.packCache(namespace);
        if (bytes === undefined || bytes.length > MAX_PACKED_BYTES) return false;
        packed.set(namespace, bytes);
      }
    }
    this.#packed = packed;
    return true;
  }

  async unpackCaches(interpreter: EngineInterpreter): Promise<void> {
    const packed = this.#packed;
    this.#packed = new Map();
    for (const [namespace, bytes] of packed) {
      if (this.namespaces.has(namespace)) await interpreter.unpackCache(namespace, bytes);
    }
  }
}
