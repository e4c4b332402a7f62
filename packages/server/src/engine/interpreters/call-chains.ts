/** Which run was called by which, through the server; only while both are at work. */
export class CallChains {
  readonly #callers = new Map<string, string>();

  began(run: string, caller: string | undefined): void {
    if (caller !== undefined) this.#callers.set(run, caller);
  }

  ended(run: string): void {
    this.#callers.delete(run);
  }

  /** Whether a run waits, itself or through others, for what `caller` asks for. */
  waits(run: string | undefined, caller: string | undefined): boolean {
    if (run === undefined) return false;
    for (let at = caller; at !== undefined; at = this.#callers.get(at)) if (at === run) return true;
    return false;
  }
}
