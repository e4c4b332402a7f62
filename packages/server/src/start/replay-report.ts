import type { Clock, Logger } from "../foundation/index.ts";
import type { ReplayProgress } from "../wal/index.ts";

const INTERVAL_MS = 2000;
const MEGABYTE = 1_000_000;

/** Tells the log how far the replay is, so that nobody takes a long start for one that hangs. Short ones go unsaid. */
export function replayReport(logger: Logger, clock: Clock): (progress: ReplayProgress) => void {
  const beganMs = clock.monotonicMs();
  let saidMs = beganMs;
  return ({ bytesRead, bytesTotal, entries }) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - saidMs < INTERVAL_MS) return;
    saidMs = nowMs;
    const bytesPerSecond = bytesRead / ((nowMs - beganMs) / 1000);
    logger.info("replaying the write-ahead log", {
      percent: Math.floor((100 * bytesRead) / Math.max(bytesTotal, 1)),
      read_mb: Math.round(bytesRead / MEGABYTE),
      total_mb: Math.round(bytesTotal / MEGABYTE),
      entries,
      mb_per_second: Math.round(bytesPerSecond / MEGABYTE),
      seconds_left: bytesPerSecond > 0 ? Math.ceil((bytesTotal - bytesRead) / bytesPerSecond) : undefined,
    });
  };
}
