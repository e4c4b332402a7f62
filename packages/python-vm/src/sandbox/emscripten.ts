/** A function that the WebAssembly module imports. Emscripten notes its C signature on it. */
export interface ImportFunction {
  (...args: never[]): unknown;
  sig?: string;
}

export interface ImportedFunctions {
  [name: string]: ImportFunction;
}

/** Views on the module's memory; they are replaced when it grows, so read them anew each time. */
export interface HeapViews {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
}

/** Helpers of Emscripten's system calls. */
export interface SystemCalls {
  /** Every path that a system call gets is read with this. */
  getStr(address: number): string;
}

export interface MemoryFileNode {
  contents: Uint8Array | Record<string, MemoryFileNode>;
  usedBytes: number;
  mode: number;
}

interface MemoryFileStream {
  readonly node: MemoryFileNode;
}

export interface MemoryFileSystem {
  createNode(parent: unknown, name: string, mode: number, device?: number): MemoryFileNode;
  expandFileStorage(node: MemoryFileNode, capacityBytes: number): void;
  resizeFileStorage(node: MemoryFileNode, sizeBytes: number): void;
  readonly ops_table: {
    readonly file: {
      readonly stream: {
        write(
          stream: MemoryFileStream,
          buffer: Uint8Array,
          offset: number,
          length: number,
          position: number,
          canOwn?: boolean,
        ): number;
      };
    };
  };
}

/** A file or directory as Emscripten's file system layer sees it, whatever stores it. */
export interface FileNode {
  name: string;
  readonly mode: number;
  readonly parent: FileNode;
  readonly mount: { readonly type: MountType };
  node_ops: object;
  stream_ops: object;
}

/** An open file. Streams that share a file descriptor's number never share this object. */
export interface FileStream {
  readonly node: FileNode;
  readonly position: number;
}

/** What stores the files below a mount point. */
export interface MountType {
  mount(): FileNode;
}

export interface EmscriptenFileSystem {
  createNode(parent: FileNode | null, name: string, mode: number, device: number): FileNode;
  hashAddNode(node: FileNode): void;
  getPath(node: FileNode): string;
  isDir(mode: number): boolean;
  mount(type: MountType, options: object, mountPoint: string): FileNode;
  readonly filesystems: Record<string, unknown> & { readonly MEMFS: MemoryFileSystem };
  readonly root: { readonly contents: Record<string, MemoryFileNode> };
  readonly streams: readonly (MemoryFileStream | null | undefined)[];
  readonly ErrnoError: new (errno: number) => Error;
  isFile(mode: number): boolean;
  unlink(path: string): void;
  mkdirTree(path: string): void;
  writeFile(path: string, content: Uint8Array): void;
}
