import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreConfig } from "../config/index.ts";
import {
  type Clock,
  type Logger,
  type RandomBytes,
  systemClock,
  systemRandom,
  systemReason,
} from "../foundation/index.ts";
import { DirectoryError, ensureDirectory } from "./directories.ts";
import { FileStore } from "./file-store.ts";
import { errorCode, type FileSystem, nodeFileSystem } from "./file-system.ts";
import { MemoryStore, throttled } from "./memory-store.ts";
import { OwnerLock, type OwnerLockOptions } from "./owner-lock.ts";
import { type Processes, systemProcesses } from "./process-identity.ts";
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
}

export interface OpenStore {
  readonly store: ObjectStore;
  /** Where this node may keep files of its own; undefined when nothing is kept. */
  readonly nodeDirectory: string | undefined;
  close(): Promise<void>;
}

/** Opens the configured store for one node, as its only owner. */
export async function openStore(options: OpenStoreOptions): Promise<OpenStore> {
  const { config, nodeId } = options;
  if (config.kind === "memory") {
    const memory = new MemoryStore();
    const store = config.throttled ? throttled(memory, (delayMs) => delay(delayMs)) : memory;
    return { store, nodeDirectory: undefined, close: async () => {} };
  }
  const fs = options.fs ?? nodeFileSystem;
  const random = options.random ?? systemRandom;
  await makeDataDirectory(fs, config.dataDir);
  const directory = path.join(config.dataDir, nodeId);
  const lock = await takeLock({
    directory,
    fs,
    random,
    processes: options.processes ?? systemProcesses,
    clock: options.clock ?? systemClock,
    wait: (delayMs) => delay(delayMs),
    logger: options.logger,
    onLost: options.onLost,
  });
  const store = new FileStore({ root: config.dataDir, fs, random });
  await store.removeLeftovers(nodeId);
  return { store, nodeDirectory: directory, close: () => lock.release() };
}

async function takeLock(options: OwnerLockOptions): Promise<OwnerLock> {
  try {
    return await OwnerLock.acquire(options);
  } catch (error) {
    // The system's words name a file of ours at best; these name the place and what is expected of it.
    if (errorCode(error) === undefined && !(error instanceof DirectoryError)) throw error;
    const reason = error instanceof DirectoryError ? error.reason : systemReason(error);
    throw new Error(
      `cannot use the data directory "${options.directory}": ${reason}. ` +
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
