import type { Clock, RandomBytes } from "../../foundation/index.ts";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_DIGITS = 9;
const SEQUENCE_DIGITS = 4;
const SEQUENCES = 32 ** SEQUENCE_DIGITS;

/**
 * Names of runs: short, never used twice, also over restarts, and in the order in which the runs began. The time in
 * milliseconds, then a number that begins at random in each millisecond and counts on.
 */
export class RunIds {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #random: RandomBytes;
  #lastMs = 0;
  #sequence = 0;

  constructor(clock: Pick<Clock, "nowMs">, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  next(): string {
    const nowMs = Math.floor(this.#clock.nowMs());
    // A clock that was set back must not repeat what it has named.
    if (nowMs > this.#lastMs) this.#begin(nowMs);
    else if (++this.#sequence === SEQUENCES) this.#begin(this.#lastMs + 1);
    return digits(this.#lastMs, TIME_DIGITS) + digits(this.#sequence, SEQUENCE_DIGITS);
  }

  #begin(ms: number): void {
    const [high = 0, low = 0] = this.#random(2);
    this.#lastMs = ms;
    // The lower sixteenth: what is above it is left to count on.
    this.#sequence = high * 256 + low;
  }
}

function digits(value: number, count: number): string {
  let text = "";
  let rest = value;
  for (let i = 0; i < count; i++) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
