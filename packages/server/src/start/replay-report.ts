import type { Clock, Logger } from "../foundation/index.ts";
import type { RecoverableWritePath } from "../ingest/index.ts";
import type { ReplayProgress } from "../wal/index.ts";

const INTERVAL_MS = 2000;
const MEGABYTE = 1_000_000;

type Replayed = Awaited<ReturnType<RecoverableWritePath["recover"]>>;

export function logReplayed(logger: Logger, replayed: Replayed): void {
  const { entries, groups, bytes, rows } = replayed;
  logger.info("write-ahead log replayed", {
    entries,
    groups,
    bytes,
    rows,
    torn_bytes: replayed.tornBytes,
    last_sequence: replayed.lastSequence,
    skipped_writes: replayed.skippedWrites,
    skipped_rows: replayed.skippedRows,
    failed_rows: replayed.failedRows,
  });
}

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
