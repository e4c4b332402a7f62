import type { Clock, RandomBytes } from "../../foundation/index.ts";

export interface RetryOptions {
  /** Of one attempt; `Attempt.transfer` adds to it. */
  requestTimeoutMs: number;
  maxRetries: number;
  /** No attempt begins later than this after the first. */
  retryTimeoutMs: number;
  clock: Clock;
  random: RandomBytes;
  /** Resolves after a delay. */
  wait(delayMs: number): Promise<unknown>;
  isTransient(error: unknown): boolean;
  /** True when another attempt at once may succeed, with credentials that were renewed for it. */
  renewCredentials(error: unknown): Promise<boolean>;
  onRetry(error: unknown, attempt: number): void;
}

/** One of the attempts at a request. */
export interface Attempt {
  /** Fires when the attempt took too long. */
  readonly signal: AbortSignal;
  /** So much is to be sent or received: more time is fair. */
  transfer(sizeBytes: number): void;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** The slowest transfer that is still waited for. */
const BYTES_PER_MS = 1_000;

/** Attempts at requests until one succeeds, each with a deadline, with growing random delays between them. */
export class Retries {
  readonly #options: RetryOptions;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  async run<T>(operation: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { clock, maxRetries, retryTimeoutMs, isTransient, renewCredentials, onRetry, wait } = this.#options;
    const giveUpAtMs = clock.monotonicMs() + retryTimeoutMs;
    let renewed = false;
    for (let retries = 0; ; ) {
      try {
        return await this.#attempt(operation);
      } catch (error) {
        if (!renewed && (await renewCredentials(error))) {
          renewed = true;
          continue;
        }
        if (!isTransient(error) || retries >= maxRetries) throw error;
        const delayMs = this.#delayMs(retries++);
        if (clock.monotonicMs() + delayMs > giveUpAtMs) throw error;
        onRetry(error, retries);
        await wait(delayMs);
      }
    }
  }

  async #attempt<T>(operation: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { clock, requestTimeoutMs } = this.#options;
    const controller = new AbortController();
    const timedOut = new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
    });
    let deadlineMs = clock.monotonicMs() + requestTimeoutMs;
    const check = () => {
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs > 0) timer = clock.schedule(leftMs, check);
      else controller.abort(new AttemptTimeout());
    };
    let timer = clock.schedule(requestTimeoutMs, check);
    const attempt: Attempt = {
      signal: controller.signal,
      transfer: (sizeBytes) => {
        deadlineMs += sizeBytes / BYTES_PER_MS;
      },
    };
    try {
      // Not every step of a request listens to the signal.
      return await Promise.race([operation(attempt), timedOut]);
    } finally {
      timer.cancel();
    }
  }

  #delayMs(retries: number): number {
    const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retries);
    const fraction = Buffer.from(this.#options.random(4)).readUInt32LE(0) / 2 ** 32;
    return longestMs * (0.5 + fraction / 2);
  }
}

export class AttemptTimeout extends Error {
  override name = "AttemptTimeout";

  constructor() {
    super("the request took longer than --object-store-request-timeout");
  }
}
