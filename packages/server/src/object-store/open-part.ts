import { type Clock, systemClock, systemRandom } from "../foundation/index.ts";
import { MeteredRanges, MeteredStore, StoreFigures } from "./figures/index.ts";
import { FileStore } from "./file-store.ts";
import { type FileSystem, nodeFileSystem, withoutSync } from "./file-system.ts";
import { CachedFiles, type CacheStats, type LocalFiles, StoredFiles } from "./local-files/index.ts";
import { realWait, throttled } from "./memory-store.ts";
import { S3Store } from "./s3/index.ts";
import { ScratchDirectory } from "./scratch-directory.ts";
import { type DirectorySetup, dataPrefix, type S3Setup, type StoreSetup } from "./store-setup.ts";
import type { ObjectStore } from "./types.ts";

export interface StorePart {
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  /** Of the local copies; undefined where the store is local itself. */
  readonly cache?: { readonly stats: CacheStats };
  /** Nothing may be under way. */
  close(): Promise<void>;
}

export interface StorePartOptions {
  /** Keep copies of a cloud store's files for the next reader, within the configured bound. Default: true. */
  keepCopies?: boolean;
  clock?: Clock;
  fs?: FileSystem;
}

/**
 * The open store as another thread sees it. It takes no lock: whoever opened the store owns it, and must not close it
 * before its parts.
 */
export function openStorePart(setup: StoreSetup, options: StorePartOptions = {}): StorePart {
  const fs = options.fs ?? nodeFileSystem;
  const clock = options.clock ?? systemClock;
  const figures = new StoreFigures(setup.figures);
  if (setup.kind === "s3") return openS3Part(setup, { ...options, fs, clock, figures });
  return {
    store: new MeteredStore(directoryStore(setup, fs), figures, clock),
    files: new StoredFiles(setup.root, dataPrefix(setup.nodeId)),
    close: async () => {},
  };
}

export function directoryStore(setup: DirectorySetup, fs: FileSystem): ObjectStore {
  const files = new FileStore({
    root: setup.root,
    // What ends with the process need not survive a power cut.
    fs: setup.kind === "memory" ? withoutSync(fs) : fs,
    random: systemRandom,
  });
  return setup.throttled ? throttled(files, realWait) : files;
}

interface PartContext extends StorePartOptions {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly figures: StoreFigures;
}

function openS3Part(setup: S3Setup, { keepCopies, fs, clock, figures }: PartContext): StorePart {
  const store = new S3Store({ config: setup.s3, clock, fs });
  const directory = ScratchDirectory.within(setup.cacheDirectory);
  const files = new CachedFiles({
    directory: directory.path,
    boundBytes: keepCopies === false ? 0 : setup.s3.cacheBytes,
    store: new MeteredRanges(store, figures, clock),
    fs,
    clock,
  });
  return {
    store: new MeteredStore(store, figures, clock),
    files,
    cache: files,
    async close() {
      await store.close();
      directory.remove();
    },
  };
}
