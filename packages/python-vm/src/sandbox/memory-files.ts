import type { EmscriptenFileSystem, HeapViews, MemoryFileNode, SystemCalls } from "./emscripten.ts";

const ENOSPC = 51;
const ENAMETOOLONG = 37;
/** As on Linux: 255 for one name. Names and paths lie on JavaScript's heap: running out of it would end the whole process. */
const NAME_TOO_LONG = /[^/]{256}/;
const PATH_MAX_BYTES = 4096;

export interface FileQuota {
  readonly fileMaxBytes: number;
  readonly filesMaxBytes: number;
  readonly filesMaxCount: number;
}

/**
 * Bounds the memory file system, whose bytes live outside the capped WebAssembly heap: per file, for all files
 * together, and in number of nodes. The total is an upper bound kept while files grow; only when it passes the
 * quota is the tree counted, because files that were deleted meanwhile give their bytes back.
 */
export function limitMemoryFiles(fs: EmscriptenFileSystem, quota: FileQuota): void {
  const memory = fs.filesystems.MEMFS;
  const expand = memory.expandFileStorage.bind(memory);
  const resize = memory.resizeFileStorage.bind(memory);
  const createNode = memory.createNode.bind(memory);
  const stream = memory.ops_table.file.stream;
  const write = stream.write;
  let totalBytes = countTree(fs).bytes;
  let nodes = countTree(fs).nodes;

  const reserve = (node: MemoryFileNode, sizeBytes: number) => {
    const growth = Math.max(0, sizeBytes - storedBytes(node));
    if (sizeBytes > quota.fileMaxBytes) throw new fs.ErrnoError(ENOSPC);
    if (totalBytes + growth > quota.filesMaxBytes) {
      totalBytes = countTree(fs).bytes;
      if (totalBytes + growth > quota.filesMaxBytes) throw new fs.ErrnoError(ENOSPC);
    }
    totalBytes += growth;
  };

  memory.expandFileStorage = (node, capacityBytes) => {
    // The file system doubles small files: reserve what it will really take.
    if (capacityBytes > storedBytes(node)) {
      reserve(node, Math.min(quota.fileMaxBytes, Math.max(capacityBytes, storedBytes(node) * 2)));
      if (capacityBytes > quota.fileMaxBytes) throw new fs.ErrnoError(ENOSPC);
    }
    expand(node, capacityBytes);
  };
  memory.resizeFileStorage = (node, sizeBytes) => {
    reserve(node, sizeBytes);
    resize(node, sizeBytes);
  };
  memory.createNode = (parent, name, mode, device) => {
    if (nodes >= quota.filesMaxCount) {
      nodes = countTree(fs).nodes;
      if (nodes >= quota.filesMaxCount) throw new fs.ErrnoError(ENOSPC);
    }
    nodes++;
    return createNode(parent, name, mode, device);
  };
  stream.write = (target, buffer, offset, length, position, canOwn) => {
    // The first write to an empty file takes a copy without asking for storage.
    if (target.node.usedBytes === 0 && position === 0) reserve(target.node, length);
    return write.call(stream, target, buffer, offset, length, position, canOwn);
  };
}

/** Refuses longer paths before they become JavaScript texts. */
export function limitPaths(fs: EmscriptenFileSystem, systemCalls: SystemCalls, heap: HeapViews): void {
  const read = systemCalls.getStr.bind(systemCalls);
  systemCalls.getStr = (address) => {
    const start = address >>> 0;
    const ends = heap.HEAPU8.subarray(start, start + PATH_MAX_BYTES + 1).includes(0);
    if (!ends) throw new fs.ErrnoError(ENAMETOOLONG);
    const path = read(address);
    if (NAME_TOO_LONG.test(path)) throw new fs.ErrnoError(ENAMETOOLONG);
    return path;
  };
}

function storedBytes(node: MemoryFileNode): number {
  return isFileContent(node.contents) ? node.contents.byteLength : 0;
}

/** Bytes that C code wrote are an Int8Array, others a Uint8Array. */
function isFileContent(contents: MemoryFileNode["contents"]): contents is Uint8Array {
  return ArrayBuffer.isView(contents);
}

function countTree(fs: EmscriptenFileSystem): { bytes: number; nodes: number } {
  const seen = new Set<MemoryFileNode>();
  let bytes = 0;
  const pending = [...Object.values(fs.root.contents)];
  for (const open of fs.streams) if (open?.node && fs.isFile(open.node.mode)) pending.push(open.node);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (isFileContent(node.contents)) bytes += node.contents.byteLength;
    else if (node.contents) pending.push(...Object.values(node.contents));
  }
  return { bytes, nodes: seen.size };
}
