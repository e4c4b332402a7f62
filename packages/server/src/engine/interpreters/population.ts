import { type Clock, type Logger, ServerError } from "../../foundation/index.ts";
import { Bell } from "./bell.ts";
import type { InterpreterFigures } from "./figures.ts";
import { patiently } from "./patiently.ts";
import type { EndReason, EngineInterpreter } from "./port.ts";
import type { Slot } from "./slot.ts";
import type { Slots } from "./slots.ts";
import type { WarmSpare } from "./spare.ts";
import { overloaded } from "./turnstile.ts";

export interface PopulationOptions {
  /** Interpreters that are alive at the same time. */
  readonly maxInterpreters: number;
  /** Make room even by losing caches that cannot be copied; only plugin tests may. */
  readonly mayLoseCaches: boolean;
  readonly spare: WarmSpare;
  readonly figures: InterpreterFigures;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An interpreter unused for this long is ended when nothing is lost by it. */
  readonly idleMs?: number;
}

/** Nothing that anybody would ask the log about. */
const EXPECTED_ENDS: ReadonlySet<EndReason> = new Set(["eviction", "idle", "unused", "shutdown"]);
const DEFAULT_IDLE_MS = 10 * 60_000;
/** No shorter where runs wait shortly for each other: Python starts as slowly for those. */
const START_DEADLINE_MS = 30_000;

/** The interpreters that live in the slots: how each begins, what ends it, and that there are not too many. */
export class Population {
  readonly #options: PopulationOptions;
  readonly #slots: Slots;
  /** Interpreters alive or starting. */
  #alive = 0;
  /** Rings when an interpreter may have become free to be ended. */
  readonly #roomMade: Bell;
  /** Grows when interpreters become stale: those that were starting then are stale too. */
  #generation = 0;
  #sweeping = false;
  #closed = false;

  constructor(options: PopulationOptions, slots: Slots) {
    this.#options = options;
    this.#slots = slots;
    this.#roomMade = new Bell(options.clock);
  }

  /** Interpreters that live or start here. */
  get alive(): number {
    return this.#alive;
  }

  get full(): boolean {
    return this.#alive >= this.#options.maxInterpreters;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The slot's interpreter, fit for another run. Whoever asks has the slot's turn. */
  async interpreterOf(slot: Slot, giveUpAtMs: number, signal?: AbortSignal): Promise<EngineInterpreter> {
    const { clock } = this.#options;
    const interrupted = signal && { signal };
    for (;;) {
      if (slot.interpreter?.alive === false) await this.end(slot, slot.interpreter.death ?? "crash");
      if (slot.outdated !== undefined) await this.#retire(slot, slot.outdated);
      if (slot.interpreter === undefined) {
        if (slot.starting === undefined) await this.#makeRoom(giveUpAtMs, signal);
        slot.starting ??= this.#start(slot).finally(() => {
          slot.starting = undefined;
        });
        await patiently(slot.starting, { deadlineMs: START_DEADLINE_MS, ...interrupted }, clock);
      }
      if (slot.interpreter !== undefined && slot.outdated === undefined) return slot.interpreter;
    }
  }

  /** After a run: an interpreter that did not survive it, or that nobody needs any more, ends. */
  ranIn(slot: Slot): void {
    slot.lastUsedMs = this.#options.clock.monotonicMs();
    const { interpreter } = slot;
    if (interpreter?.alive === false) void this.end(slot, interpreter.death ?? "crash");
    else if (this.#unused(slot)) void this.end(slot, this.#closed ? "shutdown" : "unused");
    else slot.outdated ??= interpreter?.wornOut;
    this.pass(slot);
  }

  /** The next one in line may use the slot. */
  pass(slot: Slot): void {
    slot.turns.leave();
    this.#roomMade.ring();
  }

  /** Each interpreter is replaced before its next run, with its caches kept where they can be. */
  outdateAll(): void {
    this.#generation++;
    for (const slot of this.#slots) if (slot.interpreter !== undefined) slot.outdated = "renewal";
  }

  async end(slot: Slot, reason: EndReason): Promise<void> {
    const interpreter = slot.interpreter;
    if (interpreter === undefined) return;
    slot.interpreter = undefined;
    slot.outdated = undefined;
    this.#options.figures.countEnd(reason);
    const tell = EXPECTED_ENDS.has(reason) ? this.#options.logger.debug : this.#options.logger.info;
    tell.call(this.#options.logger, "a Python interpreter ends", { databaseId: slot.database, reason });
    try {
      await interpreter.dispose();
    } catch (error) {
      this.#options.logger.warn("a Python interpreter did not end cleanly", { error: String(error) });
    } finally {
      this.#alive--;
      this.#roomMade.ring();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#slots].map(async (slot) => {
        await slot.starting?.catch(() => {});
        await this.end(slot, "shutdown");
      }),
    );
  }

  async #start(slot: Slot): Promise<void> {
    this.#alive++;
    const generation = this.#generation;
    try {
      const interpreter = await this.#options.spare.take();
      if (this.#unused(slot)) {
        await interpreter.dispose();
        throw stopping();
      }
      await this.#unpackCaches(slot, interpreter);
      slot.interpreter = interpreter;
      slot.outdated = generation === this.#generation ? undefined : "renewal";
      slot.lastUsedMs = this.#options.clock.monotonicMs();
      this.#sweepLater();
    } catch (error) {
      this.#alive--;
      this.#roomMade.ring();
      throw error;
    }
  }

  /** A cache that cannot be read again is lost, and the trigger goes on without it. */
  async #unpackCaches(slot: Slot, interpreter: EngineInterpreter): Promise<void> {
    try {
      await slot.unpackCaches(interpreter);
    } catch (error) {
      this.#cacheLost(slot, String(error));
    }
  }

  #unused(slot: Slot): boolean {
    return this.#closed || !this.#slots.has(slot);
  }

  async #makeRoom(giveUpAtMs: number, signal: AbortSignal | undefined): Promise<void> {
    while (this.full && !(await this.#evictOne())) {
      const leftMs = giveUpAtMs - this.#options.clock.monotonicMs();
      if (leftMs <= 0) throw overloaded("every interpreter is taken by another database");
      await this.#roomMade.next(leftMs, signal);
      signal?.throwIfAborted();
    }
  }

  /** Ends the interpreter that has been unused longest and loses nothing by it. */
  async #evictOne(): Promise<boolean> {
    const idle = [...this.#slots].filter((slot) => slot.interpreter !== undefined && !slot.turns.held);
    for (const slot of idle.sort((a, b) => a.lastUsedMs - b.lastUsedMs)) {
      if (await this.#evict(slot, "eviction")) return true;
    }
    return false;
  }

  async #evict(slot: Slot, reason: EndReason): Promise<boolean> {
    if (slot.turns.held || slot.interpreter === undefined) return false;
    await slot.turns.enter({ deadlineMs: 0 });
    try {
      const complete = await slot.packCaches();
      if (!complete && !this.#options.mayLoseCaches) {
        slot.discardPacked();
        return false;
      }
      if (!complete) this.#options.figures.cachesLost++;
      await this.end(slot, reason);
      return true;
    } finally {
      slot.turns.leave();
    }
  }

  async #retire(slot: Slot, reason: EndReason): Promise<void> {
    if (!(await slot.packCaches())) this.#cacheLost(slot, reason);
    await this.end(slot, reason);
  }

  #cacheLost(slot: Slot, reason: string): void {
    const { figures, logger } = this.#options;
    figures.cachesLost++;
    logger.warn("a trigger's cache was lost with its interpreter", { databaseId: slot.database, reason });
  }

  #sweepLater(): void {
    if (this.#sweeping || this.#closed) return;
    this.#sweeping = true;
    const idleMs = this.#options.idleMs ?? DEFAULT_IDLE_MS;
    this.#options.clock.schedule(idleMs / 2, () => {
      this.#sweeping = false;
      const before = this.#options.clock.monotonicMs() - idleMs;
      for (const slot of this.#slots) if (slot.lastUsedMs <= before) void this.#evict(slot, "idle");
      if (this.#alive > 0) this.#sweepLater();
    });
  }
}

export function stopping(): ServerError {
  return new ServerError("engine_overloaded", { detail: "the server is stopping" });
}
