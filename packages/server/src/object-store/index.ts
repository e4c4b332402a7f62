export { DirectoryError, ensureDirectory } from "./directories.ts";
export { FileStore } from "./file-store.ts";
export { errorCode, type FileSystem, nodeFileSystem, type OpenFile } from "./file-system.ts";
export { MemoryStore } from "./memory-store.ts";
export { type OpenStore, type OpenStoreOptions, openStore } from "./open-store.ts";
export { OwnedElsewhereError, OwnerLock, type OwnerLockOptions } from "./owner-lock.ts";
export { type Processes, type ProcessIdentity, systemProcesses } from "./process-identity.ts";
export type { ObjectInfo, ObjectStore } from "./types.ts";
