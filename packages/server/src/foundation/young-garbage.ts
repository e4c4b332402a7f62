import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Small beside what the engine lets pile up before it collects by itself, large beside what one collection costs. */
const PILE_BYTES = 8 * 1024 * 1024;

type Collect = (options: { type: "minor" }) => void;

/**
 * Collects short-lived buffers before they have a lasting effect. Buffers lie outside the heap, and V8 takes a pile of
 * them for growth of the long-lived heap: under a stream of bodies it would mark all objects again and again, on as
 * many threads as it has, though a glance at the newest objects sets everything free.
 */
export class YoungGarbage {
  #pileBytes = 0;
  readonly #collect: Collect = exposedCollector();

  /** So many bytes of buffers were dropped soon after they were made. */
  add(bytes: number): void {
    this.#pileBytes += bytes;
    if (this.#pileBytes < PILE_BYTES) return;
    this.#pileBytes = 0;
    this.#collect({ type: "minor" });
  }
}

/** The engine's own function, without showing it to the whole program as the command-line flag does. */
function exposedCollector(): Collect {
  setFlagsFromString("--expose-gc");
  const collect: Collect = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return collect;
}
