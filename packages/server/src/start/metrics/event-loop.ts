import { type IntervalHistogram, monitorEventLoopDelay, performance } from "node:perf_hooks";

/** How busy the main thread is. Delays are watched from the first scrape on: it takes a timer. */
export class EventLoop {
  #delays: IntervalHistogram | undefined;

  /** Seconds of work since the start. */
  get busySeconds(): number {
    return performance.eventLoopUtilization().active / 1000;
  }

  /** Nanoseconds that timers came late since the call before. */
  takeDelays(): { median: number; p99: number; max: number } {
    const delays = this.#delays;
    if (delays === undefined || delays.count === 0) {
      this.#watch();
      return { median: 0, p99: 0, max: 0 };
    }
    const taken = { median: delays.percentile(50), p99: delays.percentile(99), max: delays.max };
    delays.reset();
    return taken;
  }

  #watch(): void {
    if (this.#delays !== undefined) return;
    this.#delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delays.enable();
  }
}

const RESOLUTION_MS = 20;
