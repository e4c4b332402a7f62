import { type Clock, type Logger, ServerError } from "../../foundation/index.ts";
import { Bell } from "./bell.ts";
import { CallChains } from "./call-chains.ts";
import type { InterpreterFigures } from "./figures.ts";
import { Lease } from "./lease.ts";
import { patiently } from "./patiently.ts";
import type { EndReason, EngineInterpreter } from "./port.ts";
import { PackedBytes, Slot } from "./slot.ts";
import type { WarmSpare } from "./spare.ts";
import { overloaded, type WaitOptions } from "./turnstile.ts";

export interface InterpreterPoolOptions {
  /** Interpreters that are alive at the same time. */
  readonly maxInterpreters: number;
  /** Make room even by losing caches that cannot be copied; only plugin tests may. */
  readonly mayLoseCaches: boolean;
  readonly spare: WarmSpare;
  readonly figures: InterpreterFigures;
  /** Forgets a local cache that lives outside of the interpreters. */
  readonly dropHostCache?: (cacheNamespace: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An interpreter unused for this long is ended when nothing is lost by it. */
  readonly idleMs?: number;
}

export interface SeatOptions {
  readonly database: string;
  readonly cacheNamespace: string;
  /** More than one only for triggers whose runs may overlap. */
  readonly maxLanes?: number;
}

export interface AcquireOptions extends WaitOptions {
  /** Name of the run that the interpreter is for. */
  readonly run: string;
  /** The run that asked the server for this one and waits for it. */
  readonly caller?: string | undefined;
}

/** What a trigger holds: the right to run in certain slots. */
export interface Seat extends SeatOptions {
  readonly lanes: Slot[];
  /** Where its local cache is: several interpreters can share only what lies outside of them. */
  readonly cache: "interpreter" | "host";
}

/** Nothing that anybody would ask the log about. */
const EXPECTED_ENDS: ReadonlySet<EndReason> = new Set(["eviction", "idle", "unused", "shutdown"]);
const DEFAULT_IDLE_MS = 10 * 60_000;
/** Of all caches that wait for their next interpreter. */
const MAX_PACKED_BYTES = 128 * 1024 * 1024;
const FORGET_DEADLINE_MS = 60_000;
/** No shorter where runs wait shortly for each other: Python starts as slowly for those. */
const START_DEADLINE_MS = 30_000;

/**
 * Which interpreter runs what. Each seat has a slot of its own as long as there are enough; after that, seats of
 * the same database share one. Two databases never share: an interpreter is one domain of trust.
 */
export class InterpreterPool {
  readonly #options: InterpreterPoolOptions;
  readonly #slots = new Set<Slot>();
  /** Interpreters alive or starting. */
  #alive = 0;
  /** Rings when an interpreter may have become free to be ended. */
  readonly #roomMade: Bell;
  readonly #packed = new PackedBytes(MAX_PACKED_BYTES);
  /** Grows when interpreters become stale: those that were starting then are stale too. */
  #generation = 0;
  #sweeping = false;
  #closed = false;

  readonly #chains = new CallChains();

  constructor(options: InterpreterPoolOptions) {
    this.#options = options;
    this.#roomMade = new Bell(options.clock);
  }

  seat(options: SeatOptions): Seat {
    const crowded = this.#slots.size >= this.#options.maxInterpreters;
    const slot = (crowded && this.#leastShared(options.database)) || this.#newSlot(options.database);
    slot.namespaces.add(options.cacheNamespace);
    return { ...options, lanes: [slot], cache: (options.maxLanes ?? 1) > 1 ? "host" : "interpreter" };
  }

  /** Interpreters that live or start here. */
  get alive(): number {
    return this.#alive;
  }

  /** Interpreters that are at work. */
  get busy(): number {
    let busy = 0;
    for (const slot of this.#slots) if (slot.interpreter !== undefined && slot.turns.held) busy++;
    return busy;
  }

  /** Runs that wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const slot of this.#slots) waiting += slot.turns.waiting;
    return waiting;
  }

  /** Gives the seat's slots back. An interpreter that nobody else uses ends; others forget the seat's cache. */
  async leave(seat: Seat): Promise<void> {
    if (seat.cache === "host") this.#options.dropHostCache?.(seat.cacheNamespace);
    await Promise.all(
      seat.lanes.splice(0).map(async (slot) => {
        slot.namespaces.delete(seat.cacheNamespace);
        if (slot.namespaces.size > 0) return void this.#forget(slot, seat.cacheNamespace);
        this.#slots.delete(slot);
        slot.discardPacked();
        await this.#end(slot, "unused");
      }),
    );
  }

  /**
   * Waits for the seat's turn and for a living interpreter. The lease must be released. Refuses at once when the run
   * that is at work there waits for this one.
   */
  async acquire(seat: Seat, options: AcquireOptions): Promise<Lease> {
    if (this.#closed) throw stopping();
    const { run, caller } = options;
    const slot = this.#lane(seat, caller);
    if (this.#chains.waits(slot.heldBy, caller)) throw new ServerError("engine_call_cycle");
    const giveUpAtMs = this.#options.clock.monotonicMs() + options.deadlineMs;
    await slot.turns.enter(options);
    try {
      const interpreter = await this.#interpreterOf(slot, giveUpAtMs, options.signal);
      slot.heldBy = run;
      this.#chains.began(run, { seat, caller });
      return new Lease(interpreter, () => {
        slot.heldBy = undefined;
        this.#chains.ended(run);
        this.#release(slot);
      });
    } catch (error) {
      this.#pass(slot);
      throw error;
    }
  }

  /** Whether the run that asks would wait for itself if it waited for the seat's runs. */
  isAskedBy(seat: Seat, run: string | undefined): boolean {
    return this.#chains.waitsOn(seat, run);
  }

  async #interpreterOf(slot: Slot, giveUpAtMs: number, signal?: AbortSignal): Promise<EngineInterpreter> {
    const { clock } = this.#options;
    const interrupted = signal && { signal };
    for (;;) {
      if (slot.interpreter?.alive === false) await this.#end(slot, slot.interpreter.death ?? "crash");
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

  /** Each interpreter is replaced before its next run, with its caches kept where they can be. */
  async renew(): Promise<void> {
    this.#generation++;
    for (const slot of this.#slots) if (slot.interpreter !== undefined) slot.outdated = "renewal";
    await this.#options.spare.renew();
  }

  /** Asks every plugin that is running to stop. */
  interruptAll(): void {
    for (const slot of this.#slots) if (slot.turns.held) slot.interpreter?.interrupt();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#slots].map(async (slot) => {
        await slot.starting?.catch(() => {});
        await this.#end(slot, "shutdown");
      }),
    );
    this.#slots.clear();
  }

  #leastShared(database: string): Slot | undefined {
    const shared = [...this.#slots].filter((slot) => slot.database === database);
    return shared.sort((a, b) => a.namespaces.size - b.namespaces.size)[0];
  }

  #newSlot(database: string): Slot {
    const slot = new Slot(database, this.#options.clock, this.#packed);
    this.#slots.add(slot);
    return slot;
  }

  #lane(seat: Seat, caller: string | undefined): Slot {
    const idle = seat.lanes.find((slot) => !slot.turns.held);
    if (idle !== undefined) return idle;
    if (seat.lanes.length < (seat.maxLanes ?? 1) && this.#alive < this.#options.maxInterpreters) {
      const slot = this.#newSlot(seat.database);
      slot.namespaces.add(seat.cacheNamespace);
      seat.lanes.push(slot);
      return slot;
    }
    const free = seat.lanes.filter((slot) => !this.#chains.waits(slot.heldBy, caller));
    const lanes = free.length > 0 ? free : seat.lanes;
    return lanes.reduce((best, slot) => (slot.turns.waiting < best.turns.waiting ? slot : best));
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

  async #makeRoom(giveUpAtMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, maxInterpreters } = this.#options;
    while (this.#alive >= maxInterpreters && !(await this.#evictOne())) {
      const leftMs = giveUpAtMs - clock.monotonicMs();
      if (leftMs <= 0) throw overloaded("every interpreter is taken by another database");
      await this.#roomMade.next(leftMs, signal);
      signal?.throwIfAborted();
    }
  }

  #release(slot: Slot): void {
    slot.lastUsedMs = this.#options.clock.monotonicMs();
    const { interpreter } = slot;
    if (interpreter?.alive === false) void this.#end(slot, interpreter.death ?? "crash");
    else if (this.#unused(slot)) void this.#end(slot, this.#closed ? "shutdown" : "unused");
    else slot.outdated ??= interpreter?.wornOut;
    this.#pass(slot);
  }

  #unused(slot: Slot): boolean {
    return this.#closed || !this.#slots.has(slot);
  }

  /** The next one in line may use the slot. */
  #pass(slot: Slot): void {
    slot.turns.leave();
    this.#roomMade.ring();
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
      await this.#end(slot, reason);
      return true;
    } finally {
      slot.turns.leave();
    }
  }

  async #retire(slot: Slot, reason: EndReason): Promise<void> {
    if (!(await slot.packCaches())) this.#cacheLost(slot, reason);
    await this.#end(slot, reason);
  }

  #cacheLost(slot: Slot, reason: string): void {
    const { figures, logger } = this.#options;
    figures.cachesLost++;
    logger.warn("a trigger's cache was lost with its interpreter", { databaseId: slot.database, reason });
  }

  async #end(slot: Slot, reason: EndReason): Promise<void> {
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

  /** In its turn, because the interpreter may be running another trigger. */
  async #forget(slot: Slot, cacheNamespace: string): Promise<void> {
    try {
      await slot.turns.enter({ deadlineMs: FORGET_DEADLINE_MS });
    } catch {
      // Too busy: the entries stay until the interpreter ends, and nobody can see them.
      return;
    }
    try {
      await slot.interpreter?.dropCache(cacheNamespace);
    } catch (error) {
      this.#options.logger.warn("a trigger's cache could not be dropped", { error: String(error) });
    } finally {
      slot.turns.leave();
    }
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

function stopping(): ServerError {
  return new ServerError("engine_overloaded", { detail: "the server is stopping" });
}
