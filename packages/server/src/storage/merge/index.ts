export { type BatchBounds, batchBounds } from "./batch-bounds.ts";
export { mergeSorted } from "./merge-sorted.ts";
