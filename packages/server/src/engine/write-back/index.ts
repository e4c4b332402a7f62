export { causeOf } from "./cause.ts";
export { encodeLines } from "./encode-lines.ts";
export { type QueuedWrite, WriteBack } from "./write-back.ts";
