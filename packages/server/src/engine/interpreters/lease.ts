import type { EngineInterpreter } from "./port.ts";

/** The exclusive use of an interpreter, until it is released. */
export class Lease {
  readonly interpreter: EngineInterpreter;
  #onRelease: (() => void) | undefined;

  constructor(interpreter: EngineInterpreter, onRelease: () => void) {
    this.interpreter = interpreter;
    this.#onRelease = onRelease;
  }

  release(): void {
    const onRelease = this.#onRelease;
    this.#onRelease = undefined;
    onRelease?.();
  }
}
