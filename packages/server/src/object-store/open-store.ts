import { statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { S3Config, StoreConfig } from "../config/index.ts";
import {
  type Clock,
  type Logger,
  type RandomBytes,
  systemClock,
  systemRandom,
  systemReason,
} from "../foundation/index.ts";
import { DirectoryError, ensureDirectory } from "./directories.ts";
import { MeteredStore, StoreFigures } from "./figures/index.ts";
import { FileStore } from "./file-store.ts";
import { errorCode, type FileSystem, nodeFileSystem } from "./file-system.ts";
import { directoryStore } from "./open-part.ts";
import {
  FileLockPlace,
  type LockPlace,
  ObjectLockPlace,
  OwnerLock,
  type Processes,
  systemProcesses,
} from "./ownership/index.ts";
import { S3Store } from "./s3/index.ts";
import { ScratchDirectory } from "./scratch-directory.ts";
import type { StoreSetup } from "./store-setup.ts";
import type { ObjectStore } from "./types.ts";

export interface OpenStoreOptions {
  config: StoreConfig;
  nodeId: string;
  logger: Logger;
  /** Another process took the node over: the server must stop. */
  onLost(error: Error): void;
  clock?: Clock;
  random?: RandomBytes;
  fs?: FileSystem;
  processes?: Processes;
  /** Resolves after a delay. */
  wait?(delayMs: number): Promise<unknown>;
}

export interface OpenStore {
  readonly store: ObjectStore;
  /** For openStorePart in other threads. */
  readonly setup: StoreSetup;
  /** Where this node may keep files of its own for good; undefined when there is no such place. */
  readonly nodeDirectory: string | undefined;
  /** The lock of the node directory. Once it is gone, another process owns the node. */
  readonly ownerFile: string | undefined;
  /** Of this store and its parts. */
  readonly figures: StoreFigures;
  /** Parts in other threads must be closed before. */
  close(): Promise<void>;
}

type Context = Required<OpenStoreOptions>;
type Opened = Omit<OpenStore, "figures">;

/** Opens the configured store for one node, as its only owner. */
export async function openStore(options: OpenStoreOptions): Promise<OpenStore> {
  const context: Context = {
    ...options,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    fs: options.fs ?? nodeFileSystem,
    processes: options.processes ?? systemProcesses,
    wait: options.wait ?? ((delayMs) => delay(delayMs)),
  };
  const opened = await openKind(context);
  const figures = new StoreFigures();
  return {
    ...opened,
    store: new MeteredStore(opened.store, figures, context.clock),
    setup: { ...opened.setup, figures: figures.memory },
    figures,
  };
}

async function openKind(context: Context): Promise<Opened> {
  const { config } = context;
  switch (config.kind) {
    case "memory":
      return await openMemory(context, config.throttled);
    case "file":
      return await openDirectory(context, config.dataDir);
    case "s3":
      return await openBucket(context, config);
  }
}

/** Linux keeps the files of this directory in memory. */
const MEMORY_DIRECTORY = "/dev/shm";
/** Containers often have one that is too small for anything. */
const MEMORY_DIRECTORY_BYTES = 2 ** 30;

async function openMemory(context: Context, isThrottled: boolean): Promise<Opened> {
  const { nodeId, processes, random, fs } = context;
  const parents = hasMemoryDirectory() ? [MEMORY_DIRECTORY, tmpdir()] : [tmpdir()];
  const directory = await ScratchDirectory.create({ purpose: "memory", parents, processes, random });
  const setup = { kind: "memory", nodeId, root: directory.path, throttled: isThrottled } as const;
  return {
    store: directoryStore(setup, fs),
    setup,
    nodeDirectory: undefined,
    ownerFile: undefined,
    close: async () => directory.remove(),
  };
}

function hasMemoryDirectory(): boolean {
  try {
    const { blocks, bsize } = statfsSync(MEMORY_DIRECTORY);
    return blocks * bsize >= MEMORY_DIRECTORY_BYTES;
  } catch {
    return false;
  }
}

async function openDirectory(context: Context, dataDir: string): Promise<Opened> {
  const { nodeId, fs, clock, random } = context;
  await makeDataDirectory(fs, dataDir);
  const nodeDirectory = path.join(dataDir, nodeId);
  const lock = await explainDirectory(nodeDirectory, async () => {
    await ensureDirectory(fs, nodeDirectory);
    return await takeLock(context, new FileLockPlace({ directory: nodeDirectory, fs, clock, random }));
  });
  const store = new FileStore({ root: dataDir, fs, random });
  await store.removeLeftovers(nodeId);
  return {
    store,
    setup: { kind: "file", nodeId, root: dataDir, throttled: false },
    nodeDirectory,
    ownerFile: lock.file,
    close: () => lock.release(),
  };
}

async function openBucket(context: Context, config: S3Config): Promise<Opened> {
  const { nodeId, processes, random, clock, fs, logger } = context;
  const parents = [config.cacheDir ?? tmpdir()];
  const cache = await ScratchDirectory.create({ purpose: "cache", parents, processes, random }).catch(
    (error: Error) => {
      throw new Error(`${error.message}. Make room for copies of data files with --object-store-cache-dir`, {
        cause: error,
      });
    },
  );
  const store = new S3Store({
    config,
    clock,
    random,
    fs,
    wait: context.wait,
    onRetry: (error, attempt) =>
      logger.warn("the object store does not answer as it should, trying again", {
        attempt,
        error: String(error),
      }),
  });
  const close = async () => {
    await store.close();
    cache.remove();
  };
  try {
    const storeName = `bucket "${config.bucket}"`;
    const place = new ObjectLockPlace({ store, nodeId, storeName });
    const lock = await takeLock(context, place);
    // Without conditions locks are worth nothing, and late writes could destroy what was acknowledged.
    if (!(await store.heedsConditions(place.keyOf(lock.number)))) {
      await lock.release();
      throw new Error(withoutConditions(config));
    }
    return {
      store,
      setup: { kind: "s3", nodeId, s3: config, cacheDirectory: cache.path },
      nodeDirectory: undefined,
      ownerFile: undefined,
      close: async () => {
        await lock.release();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function withoutConditions(config: S3Config): string {
  return (
    `cannot keep data in bucket "${config.bucket}": the service overwrites objects that a write with ` +
    "`If-None-Match: *` or `If-Match` must leave alone, so two servers, or writes that come late, could destroy data. " +
    "Use Amazon S3, or a service (version) that implements conditional writes"
  );
}

async function takeLock(context: Context, place: LockPlace): Promise<OwnerLock> {
  const { processes, clock, random, wait, logger, onLost } = context;
  return await OwnerLock.acquire({ place, processes, clock, random, wait, logger, onLost });
}

async function explainDirectory<T>(directory: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    // The system's words name a file of ours at best; these name the place and what is expected of it.
    if (errorCode(error) === undefined && !(error instanceof DirectoryError)) throw error;
    const reason = error instanceof DirectoryError ? error.reason : systemReason(error);
    throw new Error(
      `cannot use the data directory "${directory}": ${reason}. ` +
        "It must be a directory that this user can write to, on a disk with free space. " +
        "Make it one, or choose another data directory with --data-dir",
      { cause: error },
    );
  }
}

async function makeDataDirectory(fs: FileSystem, directory: string): Promise<void> {
  try {
    await ensureDirectory(fs, directory);
  } catch (error) {
    const reason = error instanceof DirectoryError ? error.reason : systemReason(error);
    throw new Error(
      `Unable to create database directory "${directory}": ${reason}. ` +
        "Make it a directory that this user can write to, or choose another one with --data-dir",
      { cause: error },
    );
  }
}
