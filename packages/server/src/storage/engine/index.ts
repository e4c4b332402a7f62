export { Storage } from "./storage.ts";
export type { FileViews, SnapshotLimits, StorageOptions, StorageStats, TaskStats } from "./types.ts";
