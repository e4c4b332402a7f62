import type { PackageClock } from "@millrace/python-packages";

/** Time that passes at once: whoever waits is woken, and the waits are kept. */
export class QuickClock implements PackageClock {
  readonly waitsMs: number[] = [];
  #nowMs = 1_700_000_000_000;

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): { cancel(): void } {
    this.waitsMs.push(delayMs);
    this.#nowMs += delayMs;
    const timer = setImmediate(callback);
    return { cancel: () => clearImmediate(timer) };
  }
}
