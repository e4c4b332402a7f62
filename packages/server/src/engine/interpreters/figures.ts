import { type Clock, Distribution, DURATION_BOUNDS_MS } from "../../foundation/index.ts";
import type { EndReason, StartInterpreter } from "./port.ts";

/** Counts interpreters from their start to their end. */
export class InterpreterFigures {
  readonly startMs = new Distribution(DURATION_BOUNDS_MS);
  readonly ended = new Map<EndReason, number>();
  starting = 0;
  failedStarts = 0;
  /** Local caches that went with their interpreter. */
  cachesLost = 0;

  /** The same starter, watched. */
  watch(start: StartInterpreter, clock: Clock): StartInterpreter {
    return async () => {
      const sinceMs = clock.monotonicMs();
      this.starting++;
      try {
        const interpreter = await start();
        this.startMs.observe(clock.monotonicMs() - sinceMs);
        return interpreter;
      } catch (error) {
        this.failedStarts++;
        throw error;
      } finally {
        this.starting--;
      }
    };
  }

  countEnd(reason: EndReason): void {
    this.ended.set(reason, (this.ended.get(reason) ?? 0) + 1);
  }
}
