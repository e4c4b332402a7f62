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
/** No installation takes this long: an older lock was left by one that died, also if its process id is in use again. */
const STALE_AFTER_MS = 60 * 60_000;
/** Writing a lock takes no time: one that says nothing for this long was cut off by a full disk or a power cut. */
const UNFINISHED_AFTER_MS = 5_000;

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
  let unfinishedSinceMs: number | undefined;
  while (!(await files.createExclusively(path, JSON.stringify(own)))) {
    const bytes = await files.read(path);
    const holder = bytes === undefined ? undefined : parseHolder(new TextDecoder().decode(bytes));
    unfinishedSinceMs =
      bytes === undefined || holder !== undefined ? undefined : (unfinishedSinceMs ?? clock.monotonicMs());
    const isCutOff =
      unfinishedSinceMs !== undefined && clock.monotonicMs() - unfinishedSinceMs >= UNFINISHED_AFTER_MS;
    if (isCutOff || (holder !== undefined && isGone(holder, clock.nowMs()))) {
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
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.pid === "number" && typeof holder.sinceMs === "number"
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

function isGone({ pid, host, life, sinceMs }: Holder, nowMs: number): boolean {
  if (nowMs - sinceMs > STALE_AFTER_MS) return true;
  if (host !== hostname()) return false;
  if (pid === process.pid) return life !== LIFE;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
