export { WalDamagedError } from "./errors.ts";
export { GroupWriter } from "./group-writer.ts";
export { type OpenWalOptions, openWal } from "./open-wal.ts";
export { SegmentWriter, type SegmentWriterOptions, type WritePosition } from "./segment-writer.ts";
export { StagingPool } from "./staging-pool.ts";
export type {
  ReplayedEntry,
  ReplayOptions,
  ReplayProgress,
  ReplayResult,
  StagingSlice,
  Visit,
  Wal,
  WalEntry,
  WalEvents,
  WalStats,
} from "./types.ts";
export { nodeWalFileSystem, type WalFileSystem } from "./wal-file-system.ts";
export type { StartWorker, WorkerChannel, WorkerHandlers } from "./worker-link.ts";
