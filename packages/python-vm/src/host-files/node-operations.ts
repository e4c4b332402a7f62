import type { FileStat, HostFiles } from "../protocol/index.ts";
import type { EmscriptenFileSystem, FileNode } from "../sandbox/index.ts";
import type { FileErrors } from "./errors.ts";

const DIRECTORY = 0o040000;
const REGULAR_FILE = 0o100000;
/** The build's own block size; only told, never used. */
const BLOCK_BYTES = 4096;
/** Of our files, as `st_dev` tells; memory files are on device 1. */
const DEVICE = 2;

/** A node lives as long as one system call, or as the stream that was opened on it. */
export interface HostNode extends FileNode {
  /** What the look-up learnt, for the question that follows it in the same system call. */
  justFound?: FileStat | undefined;
}

export interface NodeParts {
  readonly fs: EmscriptenFileSystem;
  readonly files: HostFiles;
  readonly errors: FileErrors;
  /** Called when a file was changed through a path. */
  readonly changed: () => void;
  /** A node with our operations. */
  newNode(parent: FileNode | null, name: string, mode: number): FileNode;
}

/** What Emscripten asks a directory, or a file by its name. Every question goes to the host: nothing here can be stale. */
export function nodeOperations({ fs, files, errors, changed, newNode }: NodeParts): object {
  const childPath = (parent: FileNode, name: string) => `${fs.getPath(parent)}/${name}`;
  const stat = (path: string): FileStat => {
    const found = files.stat(path);
    if (found === undefined) throw errors.of("ENOENT");
    return found;
  };
  const change = (work: () => void) =>
    errors.guard(() => {
      changed();
      work();
    });
  return {
    getattr: (node: HostNode) =>
      errors.guard(() => {
        const path = fs.getPath(node);
        const found = node.justFound ?? stat(path);
        node.justFound = undefined;
        return attributes(path, found);
      }),
    setattr: (node: HostNode, wanted: { size?: number }) => {
      node.justFound = undefined;
      // Modes and times are the host's own matter.
      const sizeBytes = wanted.size;
      if (sizeBytes !== undefined) change(() => files.truncate(fs.getPath(node), sizeBytes));
    },
    lookup: (parent: FileNode, name: string) =>
      errors.guard(() => {
        const found = stat(childPath(parent, name));
        const node: HostNode = newNode(parent, name, modeOf(found));
        node.justFound = found;
        return node;
      }),
    readdir: (node: FileNode) => errors.guard(() => [".", "..", ...files.list(fs.getPath(node))]),
    mknod: (parent: FileNode, name: string, mode: number) => {
      const directory = fs.isDir(mode);
      if (!directory && !fs.isFile(mode)) throw errors.of("EACCES");
      change(() => files.create(childPath(parent, name), directory ? "directory" : "file"));
      return newNode(parent, name, directory ? DIRECTORY | 0o777 : REGULAR_FILE | 0o666);
    },
    unlink: (parent: FileNode, name: string) => change(() => files.remove(childPath(parent, name), "file")),
    rmdir: (parent: FileNode, name: string) =>
      change(() => files.remove(childPath(parent, name), "directory")),
    rename: (node: FileNode, newParent: FileNode, newName: string) => {
      const from = fs.getPath(node);
      const to = childPath(newParent, newName);
      if (from !== to) change(() => files.rename(from, to));
      node.name = newName;
    },
  };
}

export function modeOf(stat: FileStat): number {
  const kind = stat.kind === "directory" ? DIRECTORY | 0o111 : REGULAR_FILE;
  return kind | (stat.writable ? 0o666 : 0o444);
}

function attributes(path: string, stat: FileStat): object {
  const sizeBytes = stat.kind === "directory" ? BLOCK_BYTES : stat.sizeBytes;
  const modified = new Date(stat.modifiedMs);
  return {
    dev: DEVICE,
    ino: fileNumber(path),
    mode: modeOf(stat),
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: sizeBytes,
    atime: modified,
    mtime: modified,
    ctime: modified,
    blksize: BLOCK_BYTES,
    blocks: Math.ceil(sizeBytes / BLOCK_BYTES),
  };
}

/**
 * Programs compare `st_ino` to see whether two paths are the same file, SQLite even whether its database was moved
 * away: the number must stay the same for a path, though nodes are made anew for each question.
 */
function fileNumber(path: string): number {
  let high = 0x811c9dc5;
  let low = 0x1000193;
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low + code, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0) + 1;
}
