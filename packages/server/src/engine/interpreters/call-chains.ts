interface Call {
  /** Whose interpreter the run uses. */
  readonly seat: object;
  readonly caller: string | undefined;
}

/** Which run was called by which, through the server; only while both are at work. */
export class CallChains {
  readonly #calls = new Map<string, Call>();

  began(run: string, call: Call): void {
    this.#calls.set(run, call);
  }

  ended(run: string): void {
    this.#calls.delete(run);
  }

  /** Whether a run waits, itself or through others, for what `caller` asks for. */
  waits(run: string | undefined, caller: string | undefined): boolean {
    if (run === undefined) return false;
    for (const at of this.#upwards(caller)) if (at === run) return true;
    return false;
  }

  /** The same of any run of a seat. */
  waitsOn(seat: object, caller: string | undefined): boolean {
    for (const at of this.#upwards(caller)) if (this.#calls.get(at)?.seat === seat) return true;
    return false;
  }

  *#upwards(caller: string | undefined): Iterable<string> {
    for (let at = caller; at !== undefined; at = this.#calls.get(at)?.caller) yield at;
  }
}
