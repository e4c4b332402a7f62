/** Tasks that run beside each other, up to a bound. */
export class InFlight {
  readonly #max: number;
  readonly #tasks = new Set<Promise<void>>();

  constructor(max: number) {
    this.#max = max;
  }

  get full(): boolean {
    return this.#tasks.size >= this.#max;
  }

  /** The task must not reject. */
  add(task: Promise<void>): void {
    const tracked = task.finally(() => this.#tasks.delete(tracked));
    this.#tasks.add(tracked);
  }

  /** Resolves when at least one of the tasks has ended; at once when there is none. */
  async oneDone(): Promise<void> {
    if (this.#tasks.size > 0) await Promise.race(this.#tasks);
  }

  async allDone(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }
}
