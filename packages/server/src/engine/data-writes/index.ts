export { Batcher, type BatcherOptions } from "./batcher.ts";
export { DataWriteFeed, type FeedOptions } from "./data-write-feed.ts";
export type { QueueLimits } from "./trigger-queue.ts";
