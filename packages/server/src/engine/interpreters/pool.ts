import { ServerError } from "../../foundation/index.ts";
import { CallChains } from "./call-chains.ts";
import { Lease } from "./lease.ts";
import { Population, type PopulationOptions, stopping } from "./population.ts";
import type { Slot } from "./slot.ts";
import { Slots } from "./slots.ts";
import type { WaitOptions } from "./turnstile.ts";

export interface InterpreterPoolOptions extends PopulationOptions {
  /** Forgets a local cache that lives outside of the interpreters. */
  readonly dropHostCache?: (cacheNamespace: string) => void;
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

const FORGET_DEADLINE_MS = 60_000;

/** Which interpreter runs what, and when: runs wait for their turn, and for an interpreter to be there. */
export class InterpreterPool {
  readonly #options: InterpreterPoolOptions;
  readonly #slots: Slots;
  readonly #population: Population;
  readonly #chains = new CallChains();

  constructor(options: InterpreterPoolOptions) {
    this.#options = options;
    this.#slots = new Slots(options.clock, options.maxInterpreters);
    this.#population = new Population(options, this.#slots);
  }

  seat(options: SeatOptions): Seat {
    const slot = this.#slots.assign(options.database, options.cacheNamespace);
    return { ...options, lanes: [slot], cache: (options.maxLanes ?? 1) > 1 ? "host" : "interpreter" };
  }

  /** Interpreters that live or start here. */
  get alive(): number {
    return this.#population.alive;
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
        this.#slots.remove(slot);
        await this.#population.end(slot, "unused");
      }),
    );
  }

  /**
   * Waits for the seat's turn and for a living interpreter. The lease must be released. Refuses at once when the run
   * that is at work there waits for this one.
   */
  async acquire(seat: Seat, options: AcquireOptions): Promise<Lease> {
    if (this.#population.closed) throw stopping();
    const { run, caller } = options;
    const slot = this.#lane(seat, caller);
    if (this.#chains.waits(slot.heldBy, caller)) throw new ServerError("engine_call_cycle");
    const giveUpAtMs = this.#options.clock.monotonicMs() + options.deadlineMs;
    await slot.turns.enter(options);
    try {
      const interpreter = await this.#population.interpreterOf(slot, giveUpAtMs, options.signal);
      slot.heldBy = run;
      this.#chains.began(run, { seat, caller });
      return new Lease(interpreter, () => {
        slot.heldBy = undefined;
        this.#chains.ended(run);
        this.#population.ranIn(slot);
      });
    } catch (error) {
      this.#population.pass(slot);
      throw error;
    }
  }

  /** Whether the run that asks would wait for itself if it waited for the seat's runs. */
  isAskedBy(seat: Seat, run: string | undefined): boolean {
    return this.#chains.waitsOn(seat, run);
  }

  /** Each interpreter is replaced before its next run, with its caches kept where they can be. */
  async renew(): Promise<void> {
    this.#population.outdateAll();
    await this.#options.spare.renew();
  }

  /** Asks every plugin that is running to stop. */
  interruptAll(): void {
    for (const slot of this.#slots) if (slot.turns.held) slot.interpreter?.interrupt();
  }

  async close(): Promise<void> {
    await this.#population.close();
    this.#slots.clear();
  }

  /** The slot in which the seat's next run waits least. */
  #lane(seat: Seat, caller: string | undefined): Slot {
    const idle = seat.lanes.find((slot) => !slot.turns.held);
    if (idle !== undefined) return idle;
    if (seat.lanes.length < (seat.maxLanes ?? 1) && !this.#population.full) {
      const slot = this.#slots.add(seat.database, seat.cacheNamespace);
      seat.lanes.push(slot);
      return slot;
    }
    const free = seat.lanes.filter((slot) => !this.#chains.waits(slot.heldBy, caller));
    const lanes = free.length > 0 ? free : seat.lanes;
    return lanes.reduce((best, slot) => (slot.turns.waiting < best.turns.waiting ? slot : best));
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
}
