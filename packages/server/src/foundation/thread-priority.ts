import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { isMainThread } from "node:worker_threads";

/** Ten steps of niceness leave a thread a tenth of the share of one that has none, when both want the processor. */
const BACKGROUND_NICENESS = 10;

/**
 * Lets the main thread go first where processors are scarce: queries that run all the time kept writes and timers
 * waiting for tens of milliseconds. Threads that are started from here on (DuckDB's own) inherit it. Only Linux
 * knows priorities of single threads; elsewhere nothing happens.
 */
export function runInBackground(): void {
  if (isMainThread || process.platform !== "linux") return;
  try {
    const threadId = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    setPriority(threadId, BACKGROUND_NICENESS);
  } catch {
    // Without /proc or the right to do so, all threads stay equals.
  }
}
