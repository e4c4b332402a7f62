import { setMaxListeners } from "node:events";
import { type Clock, ServerError } from "../../foundation/index.ts";
import type { Caller } from "../invocation/index.ts";
import { eitherOf, sleep } from "../timing/index.ts";

/** As many as wait for an interpreter. */
const MAX_WAITING = 64;

/** A path that a trigger is about to serve: requests wait here until it does. */
export class AnnouncedPath {
  readonly path: string;
  readonly #clock: Clock;
  readonly #isAskedBy: (run: string | undefined) => boolean;
  readonly #settled = new AbortController();
  #waiting = 0;

  /** `isAskedBy`: whether the trigger waits for this run before it can start. */
  constructor(path: string, clock: Clock, isAskedBy: (run: string | undefined) => boolean) {
    this.path = path;
    this.#clock = clock;
    this.#isAskedBy = isAskedBy;
    setMaxListeners(0, this.#settled.signal);
  }

  /** The trigger serves the path, or never will. */
  settle(): void {
    this.#settled.abort();
  }

  async settled(deadlineMs: number, { gone = new AbortController().signal, run }: Caller): Promise<void> {
    if (this.#isAskedBy(run)) throw new ServerError("engine_call_cycle");
    if (this.#waiting >= MAX_WAITING) throw late("too many requests wait for its new start");
    this.#waiting++;
    try {
      await eitherOf(this.#settled.signal, gone, (either) => sleep(this.#clock, deadlineMs, either));
    } finally {
      this.#waiting--;
    }
    gone.throwIfAborted();
    if (!this.#settled.signal.aborted) throw late("its new start takes long");
  }
}

function late(why: string): ServerError {
  return new ServerError("engine_overloaded", {
    detail: `the trigger is being started or changed, and ${why}: its earlier runs must end first, or its plugin is still being fetched`,
  });
}
