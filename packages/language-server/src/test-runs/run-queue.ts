/** Lets one thing after the other happen, and refuses more than so many that wait. */
export class RunQueue {
  readonly #max: number;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#waiting > this.#max;
  }

  /** What has nothing to do any more, as its signal says, need not wait for its turn to say so. */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    this.#waiting++;
    const turn = this.#last;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#last = Promise.all([turn, over]).then(() => {});
    await Promise.race([turn, aborted(signal)]);
    try {
      return await work();
    } finally {
      this.#waiting--;
      end();
    }
  }
}

/** Resolves when a signal says that nobody waits any more. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
