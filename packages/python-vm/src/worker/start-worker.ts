import { constants } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { takeOverWallClock, type WallClock } from "../clock/index.ts";
import {
  ControlWords,
  type FromWorker,
  type HostFiles,
  type ToWorker,
  type WorkerSetup,
} from "../protocol/index.ts";
import { InterpreterExit, tameRealm } from "../sandbox/index.ts";
import { bakePackages } from "./bake-packages.ts";
import { Bridge } from "./bridge.ts";
import { CPython } from "./cpython.ts";
import { closeFiles, mountEmbedderFiles } from "./interpreter-files.ts";
import { defineNativeFunctions, type NativeFunction } from "./native-functions.ts";
import { bootPyodide, type Pyodide } from "./pyodide.ts";
import { standardNatives } from "./standard-natives.ts";

/** What the embedder adds to an interpreter: functions for Python, and how a request of the host is served. */
export interface WorkerDefinition<Request, Response> {
  /** Become functions of the Python module `_millrace`. */
  readonly natives: Readonly<Record<string, NativeFunction>>;
  /** Text that C code or low-level writes print, beside what Python's `sys.stdout` sees. */
  readonly output?: (bytes: Uint8Array) => void;
  /** The files below the interpreter's mounts. Called while C code waits: it may use the bridge, but not Python. */
  readonly files?: HostFiles;
  handle(request: Request): { response: Response; transfer?: ArrayBuffer[] };
}

export interface WorkerContext {
  readonly python: CPython;
  readonly bridge: Bridge;
  /** Python's time of day. Whoever stops it lets it go on again. */
  readonly clock: Pick<WallClock, "freeze">;
}

/** Main function of a worker's entry file: builds the memory snapshot, or boots from it, locks, and serves. */
export async function startWorker<Request, Response>(
  define: (context: WorkerContext) => WorkerDefinition<Request, Response>,
): Promise<void> {
  const setup = workerData as WorkerSetup;
  const port = parentPort!;
  const send = (message: FromWorker<Response>, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const fail = (error: unknown) => send(describeFatal(error));
  try {
    allowFileSystemConstants();
    const clock = takeOverWallClock();
    const { pyodide, gate } = await bootPyodide({
      directory: setup.pyodideDirectory,
      wasmModule: setup.wasmModule,
      heapMaxBytes: setup.limits.heapMaxBytes,
      wallClock: clock,
      ...(setup.snapshot ? { snapshot: setup.snapshot } : {}),
    });
    if (setup.mode === "build-snapshot") {
      loadPrelude(pyodide, setup);
      const unbaked = setup.bake
        ? bakePackages(pyodide, gate, setup, (module) => send({ kind: "importing", module }))
        : [];
      const bytes = pyodide.makeMemorySnapshot() as Uint8Array<ArrayBuffer>;
      send({ kind: "snapshot", bytes, unbaked }, [bytes.buffer]);
      return;
    }
    const python = new CPython(pyodide._module);
    const control = new ControlWords(setup.control);
    const bridge = new Bridge(python, control, setup.channels);
    const definition = define({ python, bridge, clock });
    closeFiles(pyodide, setup, definition.output ?? (() => {}));
    const hostFiles = definition.files && mountEmbedderFiles(pyodide, setup, bridge, definition.files);
    defineNativeFunctions(python, "_millrace", { ...standardNatives(python, bridge), ...definition.natives });
    pyodide.setInterruptBuffer(control.signalByte);
    startPython(python, setup);
    tameRealm();
    gate.lock((text) => python.raise("PermissionError", text));
    port.on("message", (message: ToWorker<Request>) => {
      try {
        hostFiles?.forget();
        const { response, transfer } = definition.handle(message.request);
        send({ kind: "done", id: message.id, response, interrupted: control.interrupted }, transfer);
      } catch (error) {
        fail(error);
      }
    });
    send({ kind: "ready" });
  } catch (error) {
    fail(error);
  }
}

/** Emscripten reads two tables through `process.binding`, which the permission model forbids in a worker. */
function allowFileSystemConstants(): void {
  Object.defineProperty(process, "binding", { value: () => ({ fs: constants }) });
}

function loadPrelude(pyodide: Pyodide, setup: WorkerSetup): void {
  for (const { name, source } of setup.prelude) {
    // A JSON string is a Python string literal too.
    pyodide.runPython(
      `import sys, types\n` +
        `_module = sys.modules[${JSON.stringify(name)}] = types.ModuleType(${JSON.stringify(name)})\n` +
        `_module.__code__ = compile(${JSON.stringify(source)}, ${JSON.stringify(`<${name}>`)}, "exec")\n` +
        `exec(_module.__code__, _module.__dict__)\n` +
        `del sys, types, _module`,
    );
  }
}

function startPython(python: CPython, setup: WorkerSetup): void {
  const module = python.importModule("_millrace_vm");
  const start = python.attribute(module, "start");
  try {
    const texts = [
      JSON.stringify(setup.environment),
      setup.sitePackages?.path ?? "",
      setup.sitePackages?.prefix ?? "",
    ];
    python.release(
      python.call(
        start,
        texts.map((text) => python.newString(text)),
      ),
    );
  } catch (error) {
    throw new Error(`Python's start-up code failed: ${python.takeError()}`, { cause: error });
  }
}

function describeFatal(error: unknown): FromWorker<never> {
  if (error instanceof InterpreterExit)
    return { kind: "fatal", reason: error.message, exitCode: error.exitCode };
  const reason = error instanceof RangeError ? `native stack exhausted (${error.message})` : String(error);
  return { kind: "fatal", reason };
}
