export { type CompactionBounds, compactionBounds, planCompaction } from "./plan.ts";
export { type CompactionDeps, runCompaction } from "./run-compaction.ts";
