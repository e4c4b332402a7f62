import type { FileSystem, OpenFile } from "#src/object-store/index.js";
import type { WalFileSystem } from "#src/wal/index.js";
import { failure, type VirtualDisk } from "./disk.ts";

/** A file operation that may be made to fail. Both file systems count through one list. */
export type DiskStep =
  | "create"
  | "open"
  | "write"
  | "sync"
  | "rename"
  | "link"
  | "unlink"
  | "truncate"
  | "makeDirectory"
  | "syncDirectory"
  | "read";

/** The code of an operation that a process did not live to begin: nothing of it reaches the disk. */
export const KILLED = "KILLED";

/** Asked before each operation: the error code that it fails with. */
export type Fault = (step: DiskStep, path: string) => string | undefined;

export interface DiskFileSystems {
  readonly wal: WalFileSystem;
  readonly objects: FileSystem;
}

/** The two file systems that durability rests on, over one disk. */
export function fileSystemsOf(disk: VirtualDisk, fault: Fault = () => undefined): DiskFileSystems {
  const check = (step: DiskStep, path: string): void => {
    const code = fault(step, path);
    if (code !== undefined) throw failure(code, `${path} (injected)`);
  };
  return { wal: walFileSystem(disk, check, fault), objects: objectFileSystem(disk, check, fault) };
}

type Check = (step: DiskStep, path: string) => void;

function syncFile(disk: VirtualDisk, file: number, path: string, fault: Fault): void {
  const code = fault("sync", path);
  if (code === KILLED) throw failure(code, path);
  disk.sync(file, code !== undefined);
  if (code !== undefined) throw failure(code, `${path} (injected)`);
}

/** A failing write may have reached the disk in part. */
function writeAt(
  disk: VirtualDisk,
  file: number,
  path: string,
  bytes: Uint8Array,
  position: number,
  fault: Fault,
): void {
  const code = fault("write", path);
  if (code === KILLED) throw failure(code, path);
  const written = code === undefined ? bytes : bytes.subarray(0, bytes.length >> 1);
  if (written.length > 0) disk.change(file, { kind: "write", position, bytes: written });
  if (code !== undefined) throw failure(code, `${path} (injected)`);
}

function walFileSystem(disk: VirtualDisk, check: Check, fault: Fault): WalFileSystem {
  const open = new Map<number, { file: number; path: string }>();
  let lastHandle = 0;
  const at = (handle: number): { file: number; path: string } => {
    const entry = open.get(handle);
    if (entry === undefined) throw failure("EBADF", `handle ${handle}`);
    return entry;
  };
  return {
    makeDirectory(path) {
      check("makeDirectory", path);
      let below = "";
      for (const part of path.split("/").slice(1)) {
        below += `/${part}`;
        // What it is in is the object store's, which made it last.
        disk.makeDirectory(below, below !== path);
      }
    },
    list: (directory) => disk.list(directory).map(({ name }) => name),
    readFile(path) {
      const file = disk.fileOf(path);
      if (file === undefined) throw failure("ENOENT", path);
      return disk.contentOf(file).view().slice();
    },
    open(path, mode) {
      check(mode === "create" ? "create" : "open", path);
      let file = disk.fileOf(path);
      if (file === undefined && mode !== "create") throw failure("ENOENT", path);
      if (mode === "create" && file !== undefined) disk.change(file, { kind: "truncate", sizeBytes: 0 });
      file ??= disk.create(path);
      open.set(++lastHandle, { file, path });
      return lastHandle;
    },
    sizeOf: (handle) => disk.contentOf(at(handle).file).sizeBytes,
    read(handle, target, position) {
      check("read", at(handle).path);
      const bytes = disk
        .contentOf(at(handle).file)
        .view()
        .subarray(position, position + target.length);
      target.set(bytes);
      return bytes.length;
    },
    write(handle, parts, position) {
      const { file, path } = at(handle);
      writeAt(disk, file, path, Buffer.concat(parts), position, fault);
    },
    sync: (handle) => syncFile(disk, at(handle).file, at(handle).path, fault),
    truncate(handle, sizeBytes) {
      check("truncate", at(handle).path);
      disk.change(at(handle).file, { kind: "truncate", sizeBytes });
    },
    close: (handle) => void open.delete(handle),
    rename(from, to) {
      check("rename", to);
      disk.rename(from, to);
    },
    link(from, to) {
      check("link", to);
      disk.link(from, to);
    },
    exists: (path) => disk.fileOf(path) !== undefined,
    unlink(path) {
      check("unlink", path);
      disk.unlink(path);
    },
    syncDirectory(path) {
      check("syncDirectory", path);
      disk.syncDirectory(path);
    },
  };
}

function objectFileSystem(disk: VirtualDisk, check: Check, fault: Fault): FileSystem {
  return {
    async create(path): Promise<OpenFile> {
      check("create", path);
      if (disk.fileOf(path) !== undefined) throw failure("EEXIST", path);
      const file = disk.create(path);
      let position = 0;
      return {
        async write(bytes) {
          writeAt(disk, file, path, bytes, position, fault);
          position += bytes.length;
        },
        sync: async () => syncFile(disk, file, path, fault),
        close: async () => {},
      };
    },
    async readFile(path) {
      check("read", path);
      if (disk.isDirectory(path)) throw failure("EISDIR", path);
      const file = disk.fileOf(path);
      if (file === undefined) throw failure("ENOENT", path);
      return disk.contentOf(file).view().slice();
    },
    readDirectory: async (path) => disk.list(path),
    async makeDirectory(path) {
      check("makeDirectory", path);
      if (disk.isDirectory(path) || disk.fileOf(path) !== undefined) throw failure("EEXIST", path);
      if (!disk.isDirectory(path.slice(0, path.lastIndexOf("/")) || "/")) throw failure("ENOENT", path);
      disk.makeDirectory(path);
    },
    async rename(from, to) {
      check("rename", to);
      disk.rename(from, to);
    },
    async link(from, to) {
      check("link", to);
      disk.link(from, to);
    },
    async unlink(path) {
      check("unlink", path);
      disk.unlink(path);
    },
    async stat(path) {
      if (disk.isDirectory(path)) return { sizeBytes: 0, modifiedMs: 0, isDirectory: true };
      const file = disk.fileOf(path);
      if (file === undefined) throw failure("ENOENT", path);
      return { sizeBytes: disk.contentOf(file).sizeBytes, modifiedMs: 0, isDirectory: false };
    },
    touch: async () => {},
    async syncDirectory(path) {
      check("syncDirectory", path);
      disk.syncDirectory(path);
    },
  };
}
