/** Runs one task at a time, in order. A task that needs no waiting runs within `add` when nothing is before it. */
export class WriteQueue {
  #waiting: (() => void | Promise<void>)[] = [];
  readonly #yieldTurn: () => Promise<void>;
  readonly #turnIsOver: () => boolean;
  #running = false;

  /** `turnIsOver` tells a long series of short tasks to let other work in between. */
  constructor(options: { yieldTurn: () => Promise<void>; turnIsOver: () => boolean }) {
    this.#yieldTurn = options.yieldTurn;
    this.#turnIsOver = options.turnIsOver;
  }

  /** Tasks must handle their own errors. */
  add(task: () => void | Promise<void>): void {
    if (this.#running) {
      this.#waiting.push(task);
      return;
    }
    const unfinished = task();
    if (unfinished === undefined) return;
    this.#running = true;
    void this.#continue(unfinished);
  }

  async #continue(unfinished: Promise<void>): Promise<void> {
    await unfinished;
    while (this.#waiting.length > 0) {
      const tasks = this.#waiting;
      this.#waiting = [];
      for (const task of tasks) {
        const pending = task();
        if (pending !== undefined) await pending;
        else if (this.#turnIsOver()) await this.#yieldTurn();
      }
    }
    this.#running = false;
  }
}
