import type { HostFiles } from "../protocol/index.ts";
import type { EmscriptenFileSystem, FileNode, MountType } from "../sandbox/index.ts";
import { FileErrors } from "./errors.ts";
import { modeOf, nodeOperations } from "./node-operations.ts";
import { ReadAhead } from "./read-ahead.ts";
import { type MapMemory, streamOperations } from "./stream-operations.ts";

export interface MountOptions {
  readonly fs: EmscriptenFileSystem;
  readonly memory: MapMemory;
  readonly files: HostFiles;
  /** Absolute directories. One inside another is served by the outer one: all calls go to the same host. */
  readonly paths: readonly string[];
}

export interface HostFileSystem {
  /** Other threads may have changed files: nothing that was read ahead counts any more. */
  forget(): void;
}

/** Lets Python see the host's files below the given paths. Everything else stays in the interpreter's own memory. */
export function mountHostFiles({ fs, memory, files, paths }: MountOptions): HostFileSystem {
  const errors = new FileErrors(fs);
  const readAhead = new ReadAhead(files);
  const operations = { node: {}, stream: streamOperations({ fs, files, errors, readAhead, memory }) };
  const newNode = (parent: FileNode | null, name: string, mode: number): FileNode => {
    const node = fs.createNode(parent, name, mode, 0);
    node.node_ops = operations.node;
    node.stream_ops = operations.stream;
    return node;
  };
  operations.node = nodeOperations({ fs, files, errors, changed: () => readAhead.forget(), newNode });
  const type: MountType = {
    mount: () =>
      newNode(null, "/", modeOf({ kind: "directory", sizeBytes: 0, modifiedMs: 0, writable: true })),
  };
  keepOutOfNameTable(fs, type);
  for (const path of outermost(paths)) {
    fs.mkdirTree(path);
    fs.mount(type, {}, path);
  }
  return { forget: () => readAhead.forget() };
}

/** Nodes in the name table are found without asking again: ours would outlive the files they stand for. */
function keepOutOfNameTable(fs: EmscriptenFileSystem, type: MountType): void {
  const add = fs.hashAddNode.bind(fs);
  fs.hashAddNode = (node) => {
    // The root of a mount has no mount yet when it is made, and is never looked up by name.
    if (node.mount?.type !== type && node.parent !== node) add(node);
  };
}

function outermost(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter(
    (path, _index, all) => !all.some((other) => path.startsWith(`${other}/`)),
  );
}
