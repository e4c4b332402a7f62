import type { Clock, Logger } from "../../foundation/index.ts";
import type { ObjectStore } from "../../object-store/index.ts";
import { SecondOwnerError } from "../errors.ts";
import type { WalEntry } from "../types.ts";
import { encodeObject, lapOf, objectKey } from "./object-format.ts";

export interface ObjectLogOptions {
  store: ObjectStore;
  /** The log's objects are `<prefix>/wal/<number>.wal`. */
  prefix: string;
  /** Tells this writer from every other. */
  lap: bigint;
  clock: Clock;
  /** Unlike the clock's timers it keeps the process alive, which may be ending. */
  wait(delayMs: number): Promise<unknown>;
  logger: Logger;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 1_000;
/** A group that could not be stored for so long has failed. */
const GIVE_UP_MS = 10_000;
/** An attempt without an answer for so long counts as failed; whether it arrives is found out afterwards. */
const ATTEMPT_MS = 20_000;

/**
 * Adds groups to the log, one object each. An object is only ever created, never replaced: whoever finds its number
 * taken by another writer has lost the log to it.
 *
 * An attempt may fail and arrive all the same, even long after it was given up. Since the next group asks for the
 * same number, exactly one of the two gets it: no group can slip in behind one that was acknowledged.
 */
export class ObjectLog {
  readonly #options: ObjectLogOptions;
  #next = 1;
  #retries = 0;
  #created = 0;
  #stopped = false;

  constructor(options: ObjectLogOptions) {
    this.#options = options;
  }

  get retries(): number {
    return this.#retries;
  }

  get created(): number {
    return this.#created;
  }

  /** The number that the next group asks for. */
  continueAt(next: number): void {
    this.#next = next;
  }

  /** Gives up what is under way at its next failure. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Resolves with the group's sequence when it is stored. Rejects with SecondOwnerError, or with the last failure;
   * the log may then hold the group or not, and takes the next one in any case.
   */
  async append(entries: readonly WalEntry[], payloadBytes: number): Promise<number> {
    for (;;) {
      const number = this.#next;
      const key = objectKey(this.#options.prefix, number);
      const outcome = await this.#create(key, encodeObject(number, this.#options.lap, entries, payloadBytes));
      if (outcome === "taken") throw new SecondOwnerError(key);
      this.#next = number + 1;
      this.#created++;
      if (outcome === "stored") return number;
      // A group that was given up has arrived after all, and stays: it was sent, if not acknowledged.
    }
  }

  async #create(key: string, bytes: Uint8Array): Promise<"stored" | "earlier" | "taken"> {
    const { clock, logger, wait } = this.#options;
    const giveUpMs = clock.monotonicMs() + GIVE_UP_MS;
    let retryMs = FIRST_RETRY_MS;
    for (;;) {
      try {
        return await this.#attempt(key, bytes);
      } catch (error) {
        if (this.#stopped || clock.monotonicMs() + retryMs > giveUpMs) throw error;
        logger.warn("storing a part of the write-ahead log failed, trying again", {
          key,
          error: (error as Error).message,
        });
      }
      this.#retries++;
      await wait(retryMs);
      retryMs = Math.min(retryMs * 1.5, LONGEST_RETRY_MS);
    }
  }

  async #attempt(key: string, bytes: Uint8Array): Promise<"stored" | "earlier" | "taken"> {
    const { store, lap } = this.#options;
    const answer = await this.#inTime(store.put(key, bytes, { ifNoneMatch: true }));
    if (answer === "written") return "stored";
    const present = await this.#inTime(store.get(key));
    if (present === undefined) throw new Error(`the store holds ${key} and does not give it out`);
    if (Buffer.compare(present, bytes) === 0) return "stored";
    return lapOf(present) === lap ? "earlier" : "taken";
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let late: (error: Error) => void = () => {};
    const deadline = new Promise<never>((_resolve, reject) => {
      late = reject;
    });
    const timer = this.#options.clock.schedule(ATTEMPT_MS, () =>
      late(new Error(`the object store did not answer in ${ATTEMPT_MS / 1000} s`)),
    );
    try {
      return await Promise.race([work, deadline]);
    } finally {
      timer.cancel();
    }
  }
}
