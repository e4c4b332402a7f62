export { causeOf } from "./cause.ts";
export { type QueuedWrite, WriteBack } from "./write-back.ts";
