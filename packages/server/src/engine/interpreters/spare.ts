import type { Logger } from "../../foundation/index.ts";
import type { EngineInterpreter, StartInterpreter } from "./port.ts";

/** Keeps one interpreter started that belongs to nobody yet, so that a trigger's first run need not wait for Python. */
export class WarmSpare {
  readonly #start: StartInterpreter;
  readonly #logger: Logger;
  #next: Promise<EngineInterpreter | undefined> | undefined;
  /** Those who wait for an interpreter. */
  #takers = 0;
  #closed = false;

  constructor(start: StartInterpreter, logger: Logger) {
    this.#start = start;
    this.#logger = logger;
  }

  /** Starts the spare in the background; a failure is logged and met again by whoever takes an interpreter. */
  warm(): void {
    if (this.#closed) return;
    this.#next ??= this.#start().catch((error: unknown) => {
      this.#logger.warn("no Python interpreter could be started in advance", { error: String(error) });
      return undefined;
    });
  }

  /** The next spare starts when nobody waits any more: it would take the processor from those whom runs wait for. */
  async take(): Promise<EngineInterpreter> {
    const spare = this.#next;
    this.#next = undefined;
    this.#takers++;
    try {
      const warmed = await spare;
      return warmed?.alive ? warmed : await this.#start();
    } finally {
      this.#takers--;
      if (this.#takers === 0) this.warm();
    }
  }

  /** Ends the spare, which has gone stale, and starts another. */
  async renew(): Promise<void> {
    const stale = this.#next;
    if (stale === undefined) return;
    this.#next = undefined;
    this.warm();
    await this.#discard(stale);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#next !== undefined) await this.#discard(this.#next);
  }

  async #discard(spare: Promise<EngineInterpreter | undefined>): Promise<void> {
    try {
      await (await spare)?.dispose();
    } catch (error) {
      this.#logger.warn("a Python interpreter did not end cleanly", { error: String(error) });
    }
  }
}
