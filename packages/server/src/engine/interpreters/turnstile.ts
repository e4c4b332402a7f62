import { type Clock, ServerError, type Timer } from "../../foundation/index.ts";

export interface WaitOptions {
  /** How long to wait for a turn before giving up with `engine_overloaded`. */
  readonly deadlineMs: number;
  /** Ends the wait early; the wait then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Waiter {
  admit(): void;
}

/** One holder at a time, first come first served. The line has a bound and every place in it a deadline. */
export class Turnstile {
  readonly #clock: Clock;
  readonly #maxWaiting: number;
  readonly #waiting: Waiter[] = [];
  #held = false;

  constructor(clock: Clock, maxWaiting: number) {
    this.#clock = clock;
    this.#maxWaiting = maxWaiting;
  }

  get held(): boolean {
    return this.#held;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async enter(options: WaitOptions): Promise<void> {
    options.signal?.throwIfAborted();
    if (!this.#held) {
      this.#held = true;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) throw overloaded("too many runs wait for this trigger");
    await this.#wait(options);
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    else next.admit();
  }

  #wait({ deadlineMs, signal }: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        settle();
        reject(reason);
      };
      const onAbort = (): void => giveUp(signal?.reason);
      const timer: Timer = this.#clock.schedule(deadlineMs, () =>
        giveUp(overloaded("the run before took too long")),
      );
      const settle = (): void => {
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        admit: () => {
          settle();
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort);
      this.#waiting.push(waiter);
    });
  }
}

export function overloaded(why: string): ServerError {
  return new ServerError("engine_overloaded", {
    detail: `${why}; give the server more interpreters with --plugin-interpreters, or make the plugin faster`,
  });
}
