import type { SnapshotLimits, StorageOptions } from "./types.ts";

export type SnapshotReason = "log size" | "buffer size" | "heap size" | "age" | "request";

/** The log may wait for one and a half times the configured number of intervals: docs/reference/configuration.md. */
const INTERVALS_FACTOR = 1.5;

/** Says when buffered rows should be written to files, from numbers that are cheap to read. */
export class SnapshotTrigger {
  readonly #options: Pick<StorageOptions, "buffer" | "wal" | "clock">;
  readonly #limits: SnapshotLimits;
  readonly #viewsPending: () => boolean;
  #intervals = 0;
  #lastInterval = -1;
  #lastWalBytes = 0;
  #quietUntilMs = 0;

  /** `viewsPending`: memory of an earlier snapshot is still read from, and will be free without another one. */
  constructor(
    options: Pick<StorageOptions, "buffer" | "wal" | "clock" | "limits">,
    viewsPending: () => boolean,
  ) {
    this.#options = options;
    this.#limits = options.limits;
    this.#viewsPending = viewsPending;
  }

  /** Counts the flush intervals in which something was written; to be called at least that often. */
  observe(): void {
    const { wal, clock } = this.#options;
    const walBytes = wal.bytesSinceBoundary;
    if (walBytes === this.#lastWalBytes) return;
    this.#lastWalBytes = walBytes;
    const interval = Math.floor(clock.monotonicMs() / this.#limits.flushIntervalMs);
    if (walBytes === 0 || interval === this.#lastInterval) return;
    this.#lastInterval = interval;
    this.#intervals++;
  }

  due(): SnapshotReason | undefined {
    const { wal, buffer, clock } = this.#options;
    const { walBytes, bufferBytes, heapBytes, flushesPerSnapshot } = this.#limits;
    if (clock.monotonicMs() < this.#quietUntilMs) return undefined;
    if (wal.bytesSinceBoundary >= walBytes) return "log size";
    if (buffer.activeBytes > bufferBytes / 2) return "buffer size";
    if (buffer.heapBytes > heapBytes / 2 && !this.#viewsPending()) return "heap size";
    if (this.#intervals >= INTERVALS_FACTOR * flushesPerSnapshot) return "age";
    return undefined;
  }

  /** A line was drawn: counting begins anew. */
  reset(): void {
    this.#intervals = 0;
    this.#lastInterval = -1;
    this.#lastWalBytes = this.#options.wal.bytesSinceBoundary;
  }

  /** A snapshot found nothing to free: asking again at once would find the same. */
  pause(delayMs: number): void {
    this.#quietUntilMs = this.#options.clock.monotonicMs() + delayMs;
  }
}
