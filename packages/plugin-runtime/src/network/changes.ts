const TIMER_MAX_MS = 2 ** 31 - 1;

/** Lets calls of one interpreter sleep until one of its sockets has changed in a way that answers them. */
export class Changes {
  readonly #looks = new Set<() => void>();
  readonly #giveUps = new Set<() => void>();
  #over = false;

  notify(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Nobody waits any more: every call ends now, as if its time were up. */
  close(): void {
    this.#over = true;
    for (const giveUp of [...this.#giveUps]) giveUp();
  }

  /** What `check` says as soon as it says something; undefined when that takes longer than the time given. */
  until<Result>(check: () => Result | undefined, timeoutMs: number): Promise<Result | undefined> {
    const now = check();
    if (now !== undefined || !(timeoutMs > 0) || this.#over) return Promise.resolve(now);
    return new Promise((resolve) => {
      const finish = (result: Result | undefined) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        this.#giveUps.delete(giveUp);
        resolve(result);
      };
      const giveUp = () => finish(undefined);
      const look = () => {
        const result = check();
        if (result !== undefined) finish(result);
      };
      const timer = setTimeout(giveUp, Math.min(timeoutMs, TIMER_MAX_MS));
      this.#looks.add(look);
      this.#giveUps.add(giveUp);
    });
  }

  /** What a promise gives, if it does so in time; what it gives later is dropped. */
  result<Result>(promise: Promise<Result>, timeoutMs: number): Promise<Result | undefined> {
    let settled: (() => Result) | undefined;
    const settle = (value: () => Result) => {
      settled = value;
      this.notify();
    };
    promise.then(
      (value) => settle(() => value),
      (error: unknown) =>
        settle(() => {
          throw error;
        }),
    );
    return this.until(() => settled, timeoutMs).then((value) => value?.());
  }
}
