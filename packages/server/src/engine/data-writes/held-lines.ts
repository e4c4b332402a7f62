import type { AcceptedWrite } from "../../ingest/index.ts";

/** The lines of one write, in memory that is used again when the last trigger has been shown them. */
export class HeldLines {
  readonly #lines: Pick<AcceptedWrite, "release">;
  #holders = 1;

  /** With one holder: whoever makes it. */
  constructor(lines: Pick<AcceptedWrite, "release">) {
    this.#lines = lines;
  }

  hold(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders === 0) this.#lines.release();
  }
}

/** Of lines in memory of their own. */
export function ownLines(): HeldLines {
  return new HeldLines({ release: () => {} });
}
