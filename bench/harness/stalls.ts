import { existsSync, readFileSync } from "node:fs";

const PROBE = new URL("stall-probe.mjs", import.meta.url).href;

/** A time for which a server's main thread kept others waiting. */
export interface Stall {
  readonly lateMs: number;
  /** Of it: at work on a processor. */
  readonly workMs: number;
  /** Of it: ready to work, but others had the processors. */
  readonly inLineMs: number;
}

type Noted = Stall & { readonly endMs: number };

/** What the probe beside this file notes of one server. */
export class Stalls {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** For the server to be watched. */
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--import ${PROBE}`, BENCH_STALLS_FILE: this.#file };
  }

  /** The longest ones that ended after a time, by their length and by the work in them. */
  worstSince(sinceMs: number): { readonly longest: Stall; readonly hardest: Stall } {
    const recent = this.#read().filter(({ endMs }) => endMs >= sinceMs);
    return { longest: most(recent, "lateMs"), hardest: most(recent, "workMs") };
  }

  #read(): Noted[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Noted);
  }
}

function most(stalls: readonly Stall[], what: "lateMs" | "workMs"): Stall {
  const none = { lateMs: 0, workMs: 0, inLineMs: 0 };
  return stalls.reduce((worst, stall) => (stall[what] > worst[what] ? stall : worst), none);
}
