import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { getEnvironmentData, setEnvironmentData, threadId } from "node:worker_threads";
import { codeOf, type PackageClock, PackageError, sleep } from "../foundation/index.ts";
import type { EnvironmentFileSystem } from "./file-system.ts";

export interface LockOptions {
  readonly files: EnvironmentFileSystem;
  readonly path: string;
  readonly clock: PackageClock;
  readonly waitMs: number;
}

const POLL_MS = 100;
/** No installation takes this long: a lock of another machine that is older was left by one that died. */
const STALE_AFTER_MS = 60 * 60_000;

/** The same in all threads of the process. */
const LIFE = processLife();

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells processes apart that have the same id one after the other, as in a container that was started again. */
  readonly life: string;
  readonly sinceMs: number;
  readonly thread: number;
}

/** One installation at a time, among all processes. Returns what gives the lock back; throws `busy` after `waitMs`. */
export async function takeLock({ files, path, clock, waitMs }: LockOptions): Promise<() => Promise<void>> {
  const giveUpAtMs = clock.monotonicMs() + waitMs;
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    life: LIFE,
    sinceMs: clock.nowMs(),
    thread: threadId,
  };
  while (!(await files.createExclusively(path, JSON.stringify(own)))) {
    const bytes = await files.read(path);
    const holder = bytes === undefined ? undefined : parseHolder(new TextDecoder().decode(bytes));
    if (holder !== undefined && isGone(holder, clock.nowMs())) {
      await files.remove(path);
      continue;
    }
    if (clock.monotonicMs() >= giveUpAtMs) throw busy(path, holder);
    await sleep(clock, POLL_MS);
  }
  return () => files.remove(path);
}

/** Removes the lock of a thread of this process that has ended, perhaps without giving it back. */
export async function breakLock(files: EnvironmentFileSystem, path: string, thread: number): Promise<void> {
  const bytes = await files.read(path);
  const holder = bytes === undefined ? undefined : parseHolder(new TextDecoder().decode(bytes));
  if (holder?.pid === process.pid && holder.life === LIFE && holder.thread === thread)
    await files.remove(path);
}

function processLife(): string {
  const known = getEnvironmentData("millrace.process-life");
  if (typeof known === "string") return known;
  const life = randomUUID();
  setEnvironmentData("millrace.process-life", life);
  return life;
}

function busy(path: string, holder: Holder | undefined): PackageError {
  const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new PackageError(
    "busy",
    `${who} is installing packages; try again when it is done (if it no longer runs, remove ${path})`,
  );
}

/** Undefined while the holder has not finished writing it. */
function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function isGone({ pid, host, life, sinceMs }: Holder, nowMs: number): boolean {
  if (host !== hostname()) return nowMs - sinceMs > STALE_AFTER_MS;
  if (pid === process.pid) return life !== LIFE;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
