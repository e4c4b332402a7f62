export { FileLockPlace } from "./file-lock-place.ts";
export type { Heartbeat, LockPlace } from "./lock-place.ts";
export { ObjectLockPlace } from "./object-lock-place.ts";
export { OwnedElsewhereError, OwnerLock, type OwnerLockOptions } from "./owner-lock.ts";
export { type Processes, type ProcessIdentity, systemProcesses } from "./process-identity.ts";
