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

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const turn = this.#last;
    let done = () => {};
    this.#last = new Promise((resolve) => {
      done = resolve;
    });
    await turn;
    try {
      return await work();
    } finally {
      this.#waiting--;
      done();
    }
  }
}
