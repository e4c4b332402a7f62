import { ServerError } from "../../foundation/index.ts";
import type { QueryStream } from "../types.ts";

export interface StreamControl {
  /** The worker is done with this query, one way or another. */
  ended(): void;
  /** A chunk was taken: the worker may send another. */
  taken(): void;
  /** Nobody wants the rest. */
  abandon(): void;
}

/** The main thread's end of one result: chunks arrive here and wait to be taken. */
export class ResultStream implements QueryStream {
  readonly chunks: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => this.#iterator() };
  readonly #control: StreamControl;
  readonly #queue: Uint8Array[] = [];
  /** Resolves with the first chunk, rejects when the query fails before it. */
  readonly started: Promise<void>;
  #resolveStarted: () => void = () => {};
  #rejectStarted: (error: Error) => void = () => {};
  #wake: (() => void) | undefined;
  #contentType = "";
  #ended = false;
  #error: Error | undefined;

  constructor(control: StreamControl) {
    this.#control = control;
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      this.#rejectStarted = reject;
    });
  }

  get contentType(): string {
    return this.#contentType;
  }

  push(bytes: Uint8Array, last: boolean, contentType: string): void {
    this.#contentType = contentType;
    if (bytes.length > 0) this.#queue.push(bytes);
    if (last) this.#end();
    this.#resolveStarted();
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#error ??= error;
    this.#end();
    this.#queue.length = 0;
    this.#rejectStarted(this.#error);
    this.#wake?.();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#control.ended();
  }

  async *#iterator(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#queue.shift();
        if (chunk !== undefined) {
          this.#control.taken();
          yield chunk;
        } else if (this.#error !== undefined) {
          throw this.#error;
        } else if (this.#ended) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          this.#wake = undefined;
        }
      }
    } finally {
      if (!this.#ended) {
        this.#control.abandon();
        this.fail(new ServerError("query_cancelled"));
      }
    }
  }
}
