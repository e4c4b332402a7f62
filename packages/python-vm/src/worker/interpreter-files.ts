import { type HostFileSystem, mountHostFiles } from "../host-files/index.ts";
import type { HostFiles, WorkerSetup } from "../protocol/index.ts";
import { limitMemoryFiles, limitPaths } from "../sandbox/index.ts";
import type { Bridge } from "./bridge.ts";
import type { Pyodide } from "./pyodide.ts";

/** From here on there are memory files only, bounded, and no way to the worker's own streams. */
export function closeFiles(pyodide: Pyodide, setup: WorkerSetup, output: (bytes: Uint8Array) => void): void {
  const fs = pyodide._module.FS;
  const device = {
    write: (bytes: Uint8Array) => {
      output(bytes);
      return bytes.length;
    },
    isatty: false,
  } as const;
  pyodide.setStdin({ error: true });
  pyodide.setStdout(device);
  pyodide.setStderr(device);
  for (const name of Object.keys(fs.filesystems)) if (name !== "MEMFS") delete fs.filesystems[name];
  for (const terminal of ["/dev/tty", "/dev/tty1"]) fs.unlink(terminal);
  limitMemoryFiles(fs, setup.limits);
  limitPaths(fs, pyodide._module.SYSCALLS, pyodide._module);
}

/** Files of the embedder, whose calls may wait for the host and be interrupted. */
export function mountEmbedderFiles(
  pyodide: Pyodide,
  setup: WorkerSetup,
  bridge: Bridge,
  files: HostFiles,
): HostFileSystem {
  const during =
    <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
    (...args: Args) =>
      bridge.duringSystemCall(() => call(...args));
  return mountHostFiles({
    fs: pyodide._module.FS,
    memory: pyodide._module,
    paths: setup.mounts.map((mount) => mount.path),
    files: {
      stat: during((path) => files.stat(path)),
      list: during((path) => files.list(path)),
      read: during((path, offset, length) => files.read(path, offset, length)),
      write: during((path, offset, bytes) => files.write(path, offset, bytes)),
      truncate: during((path, sizeBytes) => files.truncate(path, sizeBytes)),
      create: during((path, kind) => files.create(path, kind)),
      remove: during((path, kind) => files.remove(path, kind)),
      rename: during((from, to) => files.rename(from, to)),
    },
  });
}
