import { pathToFileURL } from "node:url";
import type { WallClock } from "../clock/index.ts";
import {
  type EmscriptenFileSystem,
  type ImportedFunctions,
  ImportGate,
  type SystemCalls,
} from "../sandbox/index.ts";
import {
  type CompiledModule,
  type LinearMemory,
  type ModuleImports,
  type ModuleInstance,
  PAGE_BYTES,
  webAssembly,
} from "../webassembly/index.ts";
import type { PythonModule } from "./python-module.ts";

/** What we use of Pyodide's own interface. */
export interface Pyodide {
  readonly _module: PythonModule & { readonly FS: EmscriptenFileSystem; readonly SYSCALLS: SystemCalls };
  runPython(source: string): unknown;
  makeMemorySnapshot(): Uint8Array;
  setInterruptBuffer(buffer: Uint8Array | undefined): void;
  setStdin(options: { error: true }): void;
  setStdout(options: OutputDevice): void;
  setStderr(options: OutputDevice): void;
}

export interface OutputDevice {
  write(bytes: Uint8Array): number;
  isatty: false;
}

interface ModuleSettings {
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
  instantiateWasm(
    imports: ModuleImports & { env: ImportedFunctions },
    receive: (instance: ModuleInstance, module: CompiledModule) => void,
  ): object;
}

export interface BootOptions {
  readonly directory: string;
  readonly wasmModule: CompiledModule;
  readonly heapMaxBytes: number;
  readonly wallClock: WallClock;
  readonly snapshot?: SharedArrayBuffer;
}

/** Starts Pyodide on an already compiled module, with the import gate in place, from a snapshot if there is one. */
export async function bootPyodide(options: BootOptions): Promise<{ pyodide: Pyodide; gate: ImportGate }> {
  const url = (file: string) => pathToFileURL(`${options.directory}/${file}`).href;
  const { loadPyodide } = (await import(url("pyodide.mjs"))) as {
    loadPyodide(config: object): Promise<Pyodide>;
  };
  const { default: createModule } = (await import(url("pyodide.asm.mjs"))) as {
    default(settings: ModuleSettings): Promise<object>;
  };
  let gate: ImportGate | undefined;
  const pyodide = await loadPyodide({
    indexURL: options.directory,
    jsglobals: Object.create(null),
    env: { HOME: "/home" },
    // Otherwise Python tells the path of our worker file as its own.
    _sysExecutable: "/usr/bin/python3",
    // Text that C code prints, before Python's own streams are set.
    stdout: () => {},
    stderr: () => {},
    ...(options.snapshot ? { _loadSnapshot: new Uint8Array(options.snapshot) } : { _makeSnapshot: true }),
    createPyodideModule: (settings: ModuleSettings) => {
      const installed = new ImportGate(settings, options.heapMaxBytes, options.wallClock);
      gate = installed;
      settings.instantiateWasm = (imports, receive) => {
        installed.install(options.wasmModule, imports.env);
        void webAssembly.instantiate(options.wasmModule, imports).then((instance) => {
          makeRoom(instance, options.snapshot?.byteLength ?? 0);
          receive(instance, options.wasmModule);
        });
        return {};
      };
      return createModule(settings);
    },
  });
  if (gate === undefined) throw new Error("Pyodide did not create its module through the gate");
  return { pyodide, gate };
}

/** Pyodide copies a snapshot into the memory as it finds it, which is too small for one with many packages. */
function makeRoom(instance: ModuleInstance, snapshotBytes: number): void {
  const memory = instance.exports["memory"] as LinearMemory;
  const missingBytes = snapshotBytes - memory.buffer.byteLength;
  if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
}
