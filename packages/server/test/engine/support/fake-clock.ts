import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { ManualClock } from "../../support/manual-clock.ts";

/** A clock that stands still until it is told to move. */
export class FakeClock extends ManualClock {
  constructor(startMs = Date.parse("2026-01-01T00:00:00.300Z")) {
    super(settle, startMs);
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
