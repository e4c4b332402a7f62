import { type Clock, systemClock } from "#src/foundation/index.js";

/** A monotonic clock that only waits move. */
export function clockThatFollows(waits: readonly number[]): Clock {
  return { ...systemClock, monotonicMs: () => waits.reduce((sum, waitMs) => sum + waitMs, 0) };
}
