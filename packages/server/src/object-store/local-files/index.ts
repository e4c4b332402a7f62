export { CachedFiles, type CachedFilesOptions, type CacheStats } from "./cached-files.ts";
export { type AcquiredFiles, type LocalFiles, StoredFiles } from "./local-files.ts";
export { type OpenLocalFile, openLocalFile } from "./open-file.ts";
