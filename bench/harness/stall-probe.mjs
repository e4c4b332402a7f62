// Loaded into a server before anything else (`node --import`): writes down, as lines of JSON, when its main thread kept
// others waiting. A thread that comes late was at work, or stood in line for a processor that others had, or waited
// inside a call; Linux counts the first two for each thread. The server itself knows nothing of it.
import { appendFileSync, openSync, readSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const TICK_MS = 5;
const TOLD_FROM_MS = 15;

const file = process.env.BENCH_STALLS_FILE;
if (isMainThread && file) watch(threadTimes());

function watch(times) {
  const look = () => ({ atMs: performance.now(), ...times() });
  let before = look();
  setInterval(() => {
    const now = look();
    const lateMs = now.atMs - before.atMs - TICK_MS;
    if (lateMs >= TOLD_FROM_MS) {
      const endMs = performance.timeOrigin + now.atMs;
      const workMs = Math.min(lateMs, now.workMs - before.workMs);
      appendFileSync(
        file,
        `${JSON.stringify({ endMs, lateMs, workMs, inLineMs: now.inLineMs - before.inLineMs })}\n`,
      );
    }
    before = now;
  }, TICK_MS).unref();
}

/** Reads what this thread spent so far: on a processor, and in line for one. Elsewhere than on Linux nobody knows. */
function threadTimes() {
  if (process.platform !== "linux") return () => ({ workMs: Number.NaN, inLineMs: Number.NaN });
  const schedule = openSync(`/proc/self/task/${process.pid}/schedstat`);
  const buffer = Buffer.alloc(128);
  return () => {
    const bytes = readSync(schedule, buffer, 0, buffer.length, 0);
    const [work, inLine] = buffer.toString("latin1", 0, bytes).split(" ").map(Number);
    return { workMs: work / 1e6, inLineMs: inLine / 1e6 };
  };
}
