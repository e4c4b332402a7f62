import type { Logger } from "../../foundation/index.ts";
import type { AcceptedWrite } from "../types.ts";
import { LineCopies } from "./line-copies.ts";

interface Subscription {
  wanted(databaseId: number): boolean;
  listener(write: AcceptedWrite): void;
}

/** Hands durable writes to whoever subscribed, in order and outside of the path that acknowledges them. */
export class Deliveries {
  readonly copies = new LineCopies();
  #subscription: Subscription | undefined;
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  subscribe(wanted: Subscription["wanted"], listener: Subscription["listener"]): void {
    if (this.#subscription !== undefined) throw new Error("Somebody receives durable writes already.");
    this.#subscription = { wanted, listener };
  }

  /** Makes the write's copy only when somebody wants it. */
  prepare(databaseId: number, copy: () => AcceptedWrite): AcceptedWrite | undefined {
    return this.#subscription?.wanted(databaseId) ? copy() : undefined;
  }

  deliver(writes: readonly AcceptedWrite[]): void {
    // Acknowledgements of the same group come first.
    if (writes.length > 0) queueMicrotask(() => this.#call(writes));
  }

  #call(writes: readonly AcceptedWrite[]): void {
    for (const write of writes) {
      try {
        this.#subscription?.listener(write);
      } catch (error) {
        this.#logger.error("the listener of durable writes failed", { error: String(error) });
      }
    }
  }
}
