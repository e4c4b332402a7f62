/** A function that the WebAssembly module imports. Emscripten notes its C signature on it. */
export interface ImportFunction {
  (...args: never[]): unknown;
  sig?: string;
}

export interface ImportedFunctions {
  [name: string]: ImportFunction;
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

export interface EmscriptenFileSystem {
  readonly filesystems: Record<string, unknown> & { readonly MEMFS: MemoryFileSystem };
  readonly root: { readonly contents: Record<string, MemoryFileNode> };
  readonly streams: readonly (MemoryFileStream | null | undefined)[];
  readonly ErrnoError: new (errno: number) => Error;
  isFile(mode: number): boolean;
  unlink(path: string): void;
  mkdirTree(path: string): void;
  writeFile(path: string, content: Uint8Array): void;
}
