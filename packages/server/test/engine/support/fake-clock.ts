import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Clock, Timer } from "#src/foundation/index.js";

interface Planned {
  atMs: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #nowMs: number;
  #planned: Planned[] = [];
  #order = 0;

  constructor(startMs = Date.parse("2026-01-01T00:00:00.300Z")) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  nowNs(): bigint {
    return BigInt(this.#nowMs) * 1_000_000n;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const planned = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#planned.push(planned);
    return {
      cancel: () => {
        this.#planned = this.#planned.filter((other) => other !== planned);
      },
    };
  }

  /** Moves time forward timer by timer; what a timer sets off has settled before the next one fires. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = this.#planned
        .filter((planned) => planned.atMs <= targetMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
      if (next === undefined) break;
      this.#planned = this.#planned.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settle();
    }
    this.#nowMs = targetMs;
  }
}

/** Long enough for promise chains and for a plugin's file to be looked at, which takes real time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await Promise.all([0, 1, 2, 3].map(() => stat(tmpdir())));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Polls real time: for what depends on files or threads. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
