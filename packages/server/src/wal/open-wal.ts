import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { WalConfig } from "../config/index.ts";
import { type Clock, type Logger, type RandomBytes, systemClock, systemRandom } from "../foundation/index.ts";
import type { ObjectStore } from "../object-store/index.ts";
import { FileWal } from "./file-wal.ts";
import { MemoryWal } from "./memory-wal.ts";
import { ObjectWal } from "./objects/index.ts";
import type { Wal } from "./types.ts";
import { nodeWalFileSystem, type WalFileSystem } from "./wal-file-system.ts";
import { type StartWorker, startWorkerThread } from "./worker-link.ts";

export interface OpenWalOptions {
  config: WalConfig;
  /** Where the node keeps files of its own: then the log is in files. */
  nodeDirectory: string | undefined;
  /** The lock file of the node directory: when another server takes over, it is gone. */
  ownerFile?: string | undefined;
  /** Otherwise, a store that keeps objects: then the log is in objects below the prefix, which is the node's id. */
  objects?: { readonly store: ObjectStore; readonly prefix: string } | undefined;
  logger: Logger;
  /** The log cannot be written any more: the server should stop. */
  onFatal(error: Error): void;
  segmentBytes?: number;
  /** Files of former segments that are kept to be overwritten. */
  maxSpares?: number;
  clock?: Clock;
  random?: RandomBytes;
  /** Between attempts to reach the object store. */
  wait?: (delayMs: number) => Promise<unknown>;
  fs?: WalFileSystem;
  startWorker?: StartWorker;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** As much as two snapshots give back. */
const MAX_SPARES = 4;

/** The log of a node; without a place for it, it is forgotten with the process. It must be replayed, then started, before writes come in. */
export function openWal(options: OpenWalOptions): Wal {
  const { config, nodeDirectory, logger, onFatal } = options;
  const clock = options.clock ?? systemClock;
  const shared = {
    stagingBytes: config.stagingBytes,
    maxWaiting: config.maxBufferedWrites,
    flushIntervalMs: config.flushIntervalMs,
    clock,
    logger,
    onFatal,
  };
  if (nodeDirectory === undefined && options.objects !== undefined) {
    return new ObjectWal({
      ...shared,
      ...options.objects,
      recover: config.recover,
      random: options.random ?? systemRandom,
      wait: options.wait ?? ((delayMs) => delay(delayMs)),
    });
  }
  if (nodeDirectory === undefined) return new MemoryWal(shared);
  return new FileWal({
    ...shared,
    directory: path.join(nodeDirectory, "wal"),
    ownerFile: options.ownerFile,
    recover: config.recover,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    maxSpares: options.maxSpares ?? MAX_SPARES,
    fs: options.fs ?? nodeWalFileSystem,
    startWorker: options.startWorker ?? startWorkerThread,
  });
}
