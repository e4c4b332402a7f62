export { defaultWriteLimits, type WriteLimits } from "./admission.ts";
export { utf8Problem } from "./body/index.ts";
export type {
  AcceptedWrite,
  IncomingBody,
  LineError,
  WriteOrigin,
  WritePath,
  WriteRequest,
  WriteResult,
} from "./types.ts";
export type { WriteFigures, WriteRefusal } from "./write-figures.ts";
export {
  createWritePath,
  type RecoverableWritePath,
  type RecoverOptions,
  type RecoverySummary,
  type Rotation,
  type WritePathOptions,
} from "./write-path.ts";
