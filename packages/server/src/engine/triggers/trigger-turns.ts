import { Mutex } from "../../foundation/index.ts";

/** What an operation on a trigger still has to wait for after its turn, if anything. */
export type Waiting = (() => Promise<void>) | undefined;

/** One operation on a trigger at a time; different triggers do not wait for each other. */
export class TriggerTurns {
  readonly #turns = new Map<string, Mutex>();

  /** What the task returns is waited for after its turn. */
  async take(database: string, name: string, task: () => Promise<Waiting>): Promise<void> {
    const key = JSON.stringify([database, name]);
    const mutex = this.#turns.get(key) ?? new Mutex();
    this.#turns.set(key, mutex);
    let wait: Waiting;
    try {
      wait = await mutex.run(task);
    } finally {
      if (mutex.pending === 0) this.#turns.delete(key);
    }
    await wait?.();
  }
}
