import type { Clock } from "../../foundation/index.ts";

/** A refused writer comes again anyway; one that waits here has sent nothing in vain. */
const PATIENCE_MS = 2000;
/** What a writer takes that does not say how much it sends. */
const UNKNOWN_BYTES = 2 ** 20;

interface Waiting {
  readonly sizeBytes: number;
  wake(letIn: boolean): void;
}

/** Users' writes that wait, unread, until a trigger of their database has caught up: in order of arrival, not for long. */
export class WaitingWriters {
  readonly #clock: Clock;
  readonly #byDatabase = new Map<number, Set<Waiting>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with whether there is room. */
  wait(databaseId: number, sizeBytes: number | undefined): Promise<boolean> {
    const waiting = this.#byDatabase.get(databaseId) ?? new Set();
    this.#byDatabase.set(databaseId, waiting);
    return new Promise((resolve) => {
      const writer: Waiting = {
        sizeBytes: sizeBytes ?? UNKNOWN_BYTES,
        wake: (letIn) => {
          timer.cancel();
          waiting.delete(writer);
          if (waiting.size === 0 && this.#byDatabase.get(databaseId) === waiting)
            this.#byDatabase.delete(databaseId);
          resolve(letIn);
        },
      };
      const timer = this.#clock.schedule(PATIENCE_MS, () => writer.wake(false));
      waiting.add(writer);
    });
  }

  /** There is room for so many bytes; what does not fit goes on waiting. */
  admit(databaseId: number, roomBytes: number): void {
    let left = roomBytes;
    for (const writer of this.#byDatabase.get(databaseId) ?? []) {
      if (left <= 0) return;
      left -= writer.sizeBytes;
      writer.wake(true);
    }
  }
}
