import type { InterpreterPool, Seat } from "../interpreters/index.ts";

/** Test caches that are remembered; the one unused for longest is forgotten first. */
const MAX_SEATS = 64;

/** The places where tests run: never a trigger's, and one for each database and cache name, so that caches stay apart. */
export class TestSeats {
  readonly #pool: InterpreterPool;
  /** Least recently used first. */
  readonly #seats = new Map<string, Seat>();

  constructor(pool: InterpreterPool) {
    this.#pool = pool;
  }

  get(database: string, cacheNamespace: string): Seat {
    const key = JSON.stringify([database, cacheNamespace]);
    const seat = this.#seats.get(key) ?? this.#pool.seat({ database, cacheNamespace });
    this.#seats.delete(key);
    this.#seats.set(key, seat);
    if (this.#seats.size > MAX_SEATS) this.#forgetOldest();
    return seat;
  }

  #forgetOldest(): void {
    const [key, seat] = this.#seats.entries().next().value ?? [];
    if (key === undefined || seat === undefined) return;
    this.#seats.delete(key);
    void this.#pool.leave(seat);
  }
}
