import type { InterpreterTask } from "../protocol/index.ts";

/** Where the host puts the lines of runs: the same memory for many of them. */
export class ReceivedLines {
  #bytes = new Uint8Array(new SharedArrayBuffer(0));

  of({ lines }: Extract<InterpreterTask, { op: "run" }>): Uint8Array {
    if (lines !== null) this.#bytes = new Uint8Array(lines);
    return this.#bytes;
  }
}
