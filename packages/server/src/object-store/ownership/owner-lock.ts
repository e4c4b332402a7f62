import type { Clock, Logger, RandomBytes, Timer } from "../../foundation/index.ts";
import type { LockPlace } from "./lock-place.ts";
import type { Processes, ProcessIdentity } from "./process-identity.ts";

export interface OwnerLockOptions {
  place: LockPlace;
  processes: Processes;
  clock: Clock;
  random: RandomBytes;
  /** Resolves after a delay; unlike the clock's timers it keeps the process alive, which is only starting. */
  wait(delayMs: number): Promise<unknown>;
  logger: Logger;
  /** Another process took the node over: this one must stop at once. */
  onLost(error: Error): void;
}

/** Thrown when another server owns the node. */
export class OwnedElsewhereError extends Error {
  override name = "OwnedElsewhereError";
}

interface LockContent {
  readonly owner: ProcessIdentity;
  readonly nonce: string;
  readonly released: boolean;
}

/** A live owner may be about to end, as when a server is restarted. */
const LEAVING_MS = 2_000;
/** Each lost attempt means that another contender won: one of them is found alive soon. */
const MAX_ATTEMPTS = 20;

/**
 * Keeps a second server away from a node's data, on every platform and in every store, without help from the kernel.
 *
 * Locks are numbered, and the highest number owns. Taking over means creating the next number, which only one
 * contender can do, so that two that find the same dead owner cannot both win. An owner shows that it lives at
 * intervals, and stops when it finds a higher number. The locks before its own it removes: a lock that is gone has
 * lost its owner, exactly.
 */
export class OwnerLock {
  readonly #options: OwnerLockOptions;
  readonly #number: number;
  readonly #content: LockContent;
  #timer: Timer | undefined;
  #beating: Promise<void> | undefined;
  #released = false;

  private constructor(options: OwnerLockOptions, number: number, content: LockContent) {
    this.#options = options;
    this.#number = number;
    this.#content = content;
    this.#scheduleHeartbeat();
  }

  static async acquire(options: OwnerLockOptions): Promise<OwnerLock> {
    const { place } = options;
    const nonce = Buffer.from(options.random(12)).toString("hex");
    const content: LockContent = { owner: options.processes.self(), nonce, released: false };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const highest = await highestNumber(place);
      if (highest > 0) await refuseIfAlive(options, highest);
      const mine = highest + 1;
      if (!(await place.create(mine, encode(content)))) continue;
      // An older contender may have created a number that was passed already: only the highest counts.
      const numbers = await place.numbers();
      if (Math.max(...numbers) !== mine) {
        await place.remove(mine);
        continue;
      }
      for (const number of numbers) if (number < mine) await place.remove(number);
      return new OwnerLock(options, mine, content);
    }
    throw new OwnedElsewhereError(`${place.name} is contended by several servers that start`);
  }

  get number(): number {
    return this.#number;
  }

  /** The lock, where it is a file: once it is gone, another process owns the node. */
  get file(): string | undefined {
    return this.#options.place.fileOf(this.#number);
  }

  /** Lets the next server in without a wait. */
  async release(): Promise<void> {
    this.#released = true;
    this.#timer?.cancel();
    // A beat that ends later would bring the lock back to life.
    await this.#beating;
    const { place, logger } = this.#options;
    try {
      await place.replace(this.#number, encode({ ...this.#content, released: true }));
    } catch (error) {
      // The next server then finds that this process is gone: a full disk must not fail an orderly end.
      logger.warn("cannot give back the lock of the node's data", {
        place: place.name,
        error: String(error),
      });
    }
  }

  #scheduleHeartbeat(): void {
    const { clock, place, logger } = this.#options;
    this.#timer = clock.schedule(place.heartbeat.intervalMs, () => {
      this.#beating = this.#beat()
        .catch((error: unknown) => {
          // A store that fails for a moment does not end the ownership.
          logger.warn("cannot renew the lock of the node's data", {
            place: place.name,
            error: String(error),
          });
          return true;
        })
        .then((owned) => this.#afterBeat(owned));
    });
  }

  #afterBeat(owned: boolean): void {
    if (this.#released) return;
    if (owned) {
      this.#scheduleHeartbeat();
      return;
    }
    const { place, onLost } = this.#options;
    onLost(
      new OwnedElsewhereError(
        `another process took over ${place.name}: two servers use the same data and node id`,
      ),
    );
  }

  async #beat(): Promise<boolean> {
    const { place } = this.#options;
    // Looks before it writes: what is lost already stays untouched.
    if ((await highestNumber(place)) !== this.#number) return false;
    return await place.beat(this.#number, encode(this.#content));
  }
}

async function highestNumber(place: LockPlace): Promise<number> {
  return Math.max(0, ...(await place.numbers()));
}

/** Returns when the owner is gone; throws OwnedElsewhereError when it lives. */
async function refuseIfAlive(options: OwnerLockOptions, number: number): Promise<void> {
  const { place, processes, wait } = options;
  const { watchMs } = place.heartbeat;
  let content = await readLock(place, number);
  let verdict = judge(processes, content);
  for (let waitedMs = 0; verdict === "alive" && waitedMs < LEAVING_MS; waitedMs += watchMs) {
    await wait(watchMs);
    content = await readLock(place, number);
    verdict = judge(processes, content);
  }
  if (verdict === "gone") return;
  if (verdict === "unknown" && (await standsStill(options, number))) return;
  const who =
    content === undefined
      ? "another process"
      : `process ${content.owner.pid} on ${content.owner.machine.split("/")[0]}`;
  throw new OwnedElsewhereError(
    `${place.name} is in use by ${who}. Stop that server, or start this one with another ${place.options}`,
  );
}

function judge(processes: Processes, content: LockContent | undefined): "alive" | "gone" | "unknown" {
  if (content === undefined) return "unknown";
  if (content.released) return "gone";
  const self = processes.self();
  if (content.owner.machine !== self.machine) return "unknown";
  if (!processes.exists(content.owner.pid)) return "gone";
  const token = processes.startToken(content.owner.pid);
  if (token === undefined || content.owner.startToken === undefined) return "unknown";
  return token === content.owner.startToken ? "alive" : "gone";
}

/** Watches for a heartbeat by our own clock: clocks of two machines are never compared. */
async function standsStill(options: OwnerLockOptions, number: number): Promise<boolean> {
  const { clock, place, wait, logger } = options;
  const { silenceMs, watchMs } = place.heartbeat;
  logger.info("waiting to see whether the last owner of the node's data still lives", {
    place: place.name,
    seconds: silenceMs / 1000,
  });
  const deadlineMs = clock.monotonicMs() + silenceMs;
  const pulse = await place.pulse(number);
  // A lock that is removed while we watch tells that someone else took over.
  if (pulse === undefined) return false;
  while (clock.monotonicMs() < deadlineMs) {
    await wait(watchMs);
    if ((await place.pulse(number)) !== pulse) return false;
  }
  return true;
}

async function readLock(place: LockPlace, number: number): Promise<LockContent | undefined> {
  const bytes = await place.read(number);
  try {
    const content = JSON.parse(Buffer.from(bytes ?? []).toString("utf8")) as LockContent;
    return typeof content.owner?.pid === "number" ? content : undefined;
  } catch {
    // Damaged or just removed: its heartbeat decides.
    return undefined;
  }
}

function encode(content: LockContent): Uint8Array {
  return Buffer.from(`${JSON.stringify(content)}\n`, "utf8");
}
