export { collectRequirements, installInThread, type ThreadOptions } from "./install-in-thread.ts";
export type { InstallJob } from "./job.ts";
