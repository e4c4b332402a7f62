export { DirectoryError, ensureDirectory } from "./directories.ts";
export { StoreFigures, type StoreOperation, type StoreResult } from "./figures/index.ts";
export { FileStore } from "./file-store.ts";
export { errorCode, type FileSystem, nodeFileSystem, type OpenFile } from "./file-system.ts";
export {
  type AcquiredFiles,
  CachedFiles,
  type CachedFilesOptions,
  type CacheStats,
  type LocalFiles,
  type OpenLocalFile,
  openLocalFile,
  StoredFiles,
} from "./local-files/index.ts";
export { MemoryStore } from "./memory-store.ts";
export { openStorePart, type StorePart, type StorePartOptions } from "./open-part.ts";
export { type OpenStore, type OpenStoreOptions, openStore } from "./open-store.ts";
export {
  FileLockPlace,
  type LockPlace,
  ObjectLockPlace,
  OwnedElsewhereError,
  OwnerLock,
  type OwnerLockOptions,
  type Processes,
  type ProcessIdentity,
  systemProcesses,
} from "./ownership/index.ts";
export { S3Error, S3Store, type S3StoreOptions } from "./s3/index.ts";
export { ScratchDirectory } from "./scratch-directory.ts";
export { dataPrefix, type StoreSetup } from "./store-setup.ts";
export type { ObjectInfo, ObjectRange, ObjectStore, PutAnswer, PutOptions, RangeReader } from "./types.ts";
