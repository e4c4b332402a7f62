import path from "node:path";
import type { Clock, Logger, RandomBytes, Timer } from "../foundation/index.ts";
import { ensureDirectory } from "./directories.ts";
import { createFile, removeQuietly, replaceFile } from "./durable-file.ts";
import { errorCode, type FileSystem } from "./file-system.ts";
import type { Processes, ProcessIdentity } from "./process-identity.ts";

export interface OwnerLockOptions {
  /** The node's directory. */
  directory: string;
  fs: FileSystem;
  processes: Processes;
  clock: Clock;
  random: RandomBytes;
  /** Resolves after a delay; unlike the clock's timers it keeps the process alive, which is only starting. */
  wait(delayMs: number): Promise<unknown>;
  logger: Logger;
  /** Another process took the directory over: this one must stop at once. */
  onLost(error: Error): void;
}

/** Thrown when another server uses the directory. */
export class OwnedElsewhereError extends Error {
  override name = "OwnedElsewhereError";
}

interface LockContent {
  readonly owner: ProcessIdentity;
  readonly nonce: string;
  readonly released: boolean;
}

const HEARTBEAT_MS = 1_000;
/** An owner that cannot be asked is gone when its lock file stands still for this long. */
const SILENCE_MS = 10_000;
const WATCH_STEP_MS = 250;
/** A live owner may be about to end, as when a server is restarted. */
const LEAVING_MS = 2_000;
/** Each lost attempt means that another contender won: one of them is found alive soon. */
const MAX_ATTEMPTS = 20;
const FILE = /^owner-(\d{10})\.lock$/;

/**
 * Keeps a second server away from a node's directory, on every platform and without help from the kernel.
 *
 * Lock files are numbered, and the highest number owns. Taking over means creating the next number, which only one
 * contender can do, so that two that find the same dead owner cannot both win. An owner touches its file every
 * second, and stops when it finds a higher number.
 */
export class OwnerLock {
  readonly #options: OwnerLockOptions;
  readonly #number: number;
  readonly #content: LockContent;
  #timer: Timer | undefined;
  #released = false;

  private constructor(options: OwnerLockOptions, number: number, content: LockContent) {
    this.#options = options;
    this.#number = number;
    this.#content = content;
    this.#scheduleHeartbeat();
  }

  static async acquire(options: OwnerLockOptions): Promise<OwnerLock> {
    await ensureDirectory(options.fs, options.directory);
    const nonce = Buffer.from(options.random(12)).toString("hex");
    const content: LockContent = { owner: options.processes.self(), nonce, released: false };
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const highest = await highestNumber(options);
      if (highest > 0) await refuseIfAlive(options, highest);
      const mine = highest + 1;
      if (!(await createLock(options, mine, content))) continue;
      // An older contender may have created a number that was passed already: only the highest counts.
      if ((await highestNumber(options)) !== mine) {
        await removeQuietly(options.fs, lockPath(options.directory, mine));
        continue;
      }
      await removeOlder(options, mine);
      return new OwnerLock(options, mine, content);
    }
    throw new OwnedElsewhereError(
      `data directory ${options.directory} is contended by several servers that start`,
    );
  }

  /** Lets the next server in without a wait. */
  async release(): Promise<void> {
    this.#released = true;
    this.#timer?.cancel();
    const { fs, directory, logger } = this.#options;
    const content = encode({ ...this.#content, released: true });
    try {
      await replaceFile(fs, lockPath(directory, this.#number), content, this.#content.nonce);
    } catch (error) {
      // The next server then finds that this process is gone: a full disk must not fail an orderly end.
      logger.warn("cannot give back the lock of the data directory", { directory, error: String(error) });
    }
  }

  #scheduleHeartbeat(): void {
    this.#timer = this.#options.clock.schedule(HEARTBEAT_MS, () => {
      this.#beat()
        .then((owned) => this.#afterBeat(owned))
        .catch((error: unknown) => {
          // A disk that fails for a moment does not end the ownership.
          const { logger, directory } = this.#options;
          logger.warn("cannot renew the lock of the data directory", { directory, error: String(error) });
          this.#afterBeat(true);
        });
    });
  }

  #afterBeat(owned: boolean): void {
    if (this.#released) return;
    if (owned) {
      this.#scheduleHeartbeat();
      return;
    }
    const directory = this.#options.directory;
    this.#options.onLost(
      new OwnedElsewhereError(
        `another process took over ${directory}: two servers use the same data directory and node id`,
      ),
    );
  }

  async #beat(): Promise<boolean> {
    const { fs, directory, clock } = this.#options;
    try {
      await fs.touch(lockPath(directory, this.#number), clock.nowMs());
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
    return (await highestNumber(this.#options)) === this.#number;
  }
}

function lockPath(directory: string, number: number): string {
  return path.join(directory, `owner-${String(number).padStart(10, "0")}.lock`);
}

async function lockNumbers(options: OwnerLockOptions): Promise<number[]> {
  const entries = await options.fs.readDirectory(options.directory);
  return entries.flatMap((entry) => {
    const match = FILE.exec(entry.name);
    return match === null ? [] : [Number(match[1])];
  });
}

async function highestNumber(options: OwnerLockOptions): Promise<number> {
  return Math.max(0, ...(await lockNumbers(options)));
}

async function createLock(options: OwnerLockOptions, number: number, content: LockContent): Promise<boolean> {
  try {
    const file = lockPath(options.directory, number);
    return await createFile(options.fs, file, encode(content), content.nonce);
  } catch (error) {
    // A new owner swept the directory and our temporary file with it.
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function removeOlder(options: OwnerLockOptions, mine: number): Promise<void> {
  for (const number of await lockNumbers(options)) {
    if (number < mine) await removeQuietly(options.fs, lockPath(options.directory, number));
  }
}

/** Returns when the owner is gone; throws OwnedElsewhereError when it lives. */
async function refuseIfAlive(options: OwnerLockOptions, number: number): Promise<void> {
  let content = await readLock(options, number);
  let verdict = judge(options.processes, content);
  for (let waitedMs = 0; verdict === "alive" && waitedMs < LEAVING_MS; waitedMs += WATCH_STEP_MS) {
    await options.wait(WATCH_STEP_MS);
    content = await readLock(options, number);
    verdict = judge(options.processes, content);
  }
  if (verdict === "gone") return;
  if (verdict === "unknown" && (await standsStill(options, number))) return;
  const who =
    content === undefined
      ? "another process"
      : `process ${content.owner.pid} on ${content.owner.machine.split("/")[0]}`;
  throw new OwnedElsewhereError(
    `data directory ${options.directory} is in use by ${who}. Stop that server, or start this one with another --node-id or --data-dir`,
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
  const { clock, fs, logger } = options;
  logger.info("waiting to see whether the last owner of the data directory still lives", {
    directory: options.directory,
    seconds: SILENCE_MS / 1000,
  });
  const file = lockPath(options.directory, number);
  const deadlineMs = clock.monotonicMs() + SILENCE_MS;
  try {
    const { modifiedMs } = await fs.stat(file);
    while (clock.monotonicMs() < deadlineMs) {
      await options.wait(WATCH_STEP_MS);
      if ((await fs.stat(file)).modifiedMs !== modifiedMs) return false;
    }
    return true;
  } catch (error) {
    // Removed while we watched: someone else took over.
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function readLock(options: OwnerLockOptions, number: number): Promise<LockContent | undefined> {
  try {
    const bytes = await options.fs.readFile(lockPath(options.directory, number));
    const content = JSON.parse(Buffer.from(bytes).toString("utf8")) as LockContent;
    return typeof content.owner?.pid === "number" ? content : undefined;
  } catch {
    // Unreadable, damaged or just removed: its heartbeat decides.
    return undefined;
  }
}

function encode(content: LockContent): Uint8Array {
  return Buffer.from(`${JSON.stringify(content)}\n`, "utf8");
}
