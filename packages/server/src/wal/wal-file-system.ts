import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
  writevSync,
} from "node:fs";

/**
 * The file operations of the write-ahead log. Synchronous, because they run on a thread that does nothing else;
 * small, so that tests can record them, cut the power between any two, and make each one fail.
 */
export interface WalFileSystem {
  makeDirectory(path: string): void;
  /** Names of the files in a directory. */
  list(directory: string): string[];
  readFile(path: string): Uint8Array;
  /** `create` replaces what is there. */
  open(path: string, mode: "read" | "write" | "create"): number;
  sizeOf(file: number): number;
  /** Fills `target` from `position`; returns the bytes there were. */
  read(file: number, target: Uint8Array, position: number): number;
  /** Writes all parts one after the other. */
  write(file: number, parts: readonly Uint8Array[], position: number): void;
  /** Makes content and size survive a power cut. */
  sync(file: number): void;
  truncate(file: number, sizeBytes: number): void;
  close(file: number): void;
  /** Replaces the target. */
  rename(from: string, to: string): void;
  /** Gives a file a second name; fails with EEXIST when that name is there. */
  link(from: string, to: string): void;
  exists(path: string): boolean;
  unlink(path: string): void;
  syncDirectory(path: string): void;
}

/** The most buffers that one system call takes everywhere. */
const MAX_PARTS = 1000;

export const nodeWalFileSystem: WalFileSystem = {
  makeDirectory: (path) => {
    mkdirSync(path, { recursive: true });
  },
  list: (directory) => readdirSync(directory),
  readFile: (path) => readFileSync(path),
  open: (path, mode) => openSync(path, { read: "r", write: "r+", create: "w+" }[mode]),
  sizeOf: (file) => fstatSync(file).size,
  read(file, target, position) {
    let done = 0;
    while (done < target.length) {
      const count = readSync(file, target, done, target.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write(file, parts, position) {
    let at = position;
    for (let first = 0; first < parts.length; first += MAX_PARTS) {
      const batch = parts.slice(first, first + MAX_PARTS);
      const wanted = batch.reduce((sum, part) => sum + part.length, 0);
      const written = writevSync(file, batch, at);
      if (written < wanted) writeRest(file, batch, written, at);
      at += wanted;
    }
  },
  sync: (file) => fdatasyncSync(file),
  truncate: (file, sizeBytes) => ftruncateSync(file, sizeBytes),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  exists: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  unlink: (path) => unlinkSync(path),
  syncDirectory(path) {
    // Windows has no way to flush a directory; NTFS journals these changes itself.
    if (process.platform === "win32") return;
    const directory = openSync(path, "r");
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  },
};

/** A signal or a full disk can end a write early: go on until the rest is written or the reason shows. */
function writeRest(file: number, parts: readonly Uint8Array[], written: number, position: number): void {
  let skip = written;
  let at = position + written;
  for (const part of parts) {
    let done = Math.min(skip, part.length);
    skip -= done;
    while (done < part.length) {
      const count = writeSync(file, part, done, part.length - done, at);
      done += count;
      at += count;
    }
  }
}
