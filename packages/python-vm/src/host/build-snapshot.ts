import type { Worker } from "node:worker_threads";
import { ControlWords, type FromWorker, type PreludeModule, type UnbakedModule } from "../protocol/index.ts";
import type { CompiledModule } from "../webassembly/index.ts";
import type { PyodideFiles } from "./pyodide-files.ts";
import { type PythonEnvironment, sitePackagesOf, topLevelModules } from "./python-environment.ts";
import { DEFAULT_LIMITS, startThread } from "./thread.ts";

/** How long an import may take to stop when it was asked to. */
const STOP_MAX_MS = 2000;
/** Each module that has to be left out costs one more start. */
const STUCK_MODULES_MAX = 3;

export interface SnapshotParts {
  readonly files: PyodideFiles;
  readonly module: CompiledModule;
  readonly prelude: readonly PreludeModule[];
  readonly workerUrl: URL;
  readonly readablePaths: readonly string[];
  readonly timeoutMs: number;
  readonly importTimeoutMs: number;
}

export interface BuiltSnapshot {
  readonly bytes: Uint8Array;
  readonly unbaked: readonly UnbakedModule[];
}

/** The import of a module ended its thread, or would not end. */
class StuckImport extends Error {
  readonly module: string;
  constructor(module: string, reason: string) {
    super(reason);
    this.module = module;
  }
}

/** Boots Python from nothing and takes a copy of its memory. */
export async function buildPlainSnapshot(parts: SnapshotParts): Promise<Uint8Array> {
  return (await build(parts, undefined, [])).bytes;
}

/** The same with the modules of an environment imported, as far as that works. */
export async function buildEnvironmentSnapshot(
  parts: SnapshotParts,
  environment: PythonEnvironment,
): Promise<BuiltSnapshot> {
  let modules = await topLevelModules(environment);
  const stuck: UnbakedModule[] = [];
  for (;;) {
    try {
      const { bytes, unbaked } = await build(parts, environment, modules);
      return { bytes, unbaked: [...stuck, ...unbaked] };
    } catch (error) {
      if (!(error instanceof StuckImport) || stuck.length === STUCK_MODULES_MAX) throw error;
      stuck.push({ name: error.module, reason: error.message });
      modules = modules.filter((name) => name !== error.module);
    }
  }
}

async function build(
  parts: SnapshotParts,
  environment: PythonEnvironment | undefined,
  modules: readonly string[],
): Promise<BuiltSnapshot> {
  const control = new ControlWords();
  const worker = startThread({
    workerUrl: parts.workerUrl,
    readablePaths: [...parts.readablePaths, ...(environment ? [environment.sitePackages] : [])],
    setup: {
      mode: "build-snapshot",
      wasmModule: parts.module,
      pyodideDirectory: parts.files.directory,
      prelude: parts.prelude,
      control: control.buffer,
      channels: {},
      limits: DEFAULT_LIMITS,
      mounts: [],
      environment: {},
      ...(environment
        ? {
            sitePackages: sitePackagesOf(environment),
            bake: { directory: environment.sitePackages, modules },
          }
        : {}),
    },
  });
  const watch = new BuildWatch(worker, control, parts);
  try {
    return await watch.result;
  } finally {
    watch.close();
    await worker.terminate();
  }
}

/** Waits for the snapshot, and for each import on the way with a deadline of its own. */
class BuildWatch {
  readonly result: Promise<BuiltSnapshot>;
  readonly #control: ControlWords;
  readonly #importTimeoutMs: number;
  #importing: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reject: (error: Error) => void = () => {};

  constructor(worker: Worker, control: ControlWords, { timeoutMs, importTimeoutMs }: SnapshotParts) {
    this.#control = control;
    this.#importTimeoutMs = importTimeoutMs;
    this.result = new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.on("message", (message: FromWorker<never>) => {
        if (message.kind === "snapshot") resolve(message);
        else if (message.kind === "importing") this.#import(message.module);
        else this.#fail(message.kind === "fatal" ? message.reason : `unexpected message '${message.kind}'`);
      });
    });
    worker.on("error", (error) => this.#fail(error.message));
    worker.on("exit", () => this.#fail("its thread ended"));
    this.#timer = setTimeout(() => this.#fail(`it took longer than ${timeoutMs} ms`), timeoutMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #import(module: string): void {
    this.#importing = module;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#control.interrupt();
      this.#timer = setTimeout(() => this.#fail("its import does not end"), STOP_MAX_MS);
    }, this.#importTimeoutMs);
  }

  #fail(reason: string): void {
    if (this.#importing !== undefined) this.#reject(new StuckImport(this.#importing, reason));
    else this.#reject(new Error(`Python's memory snapshot could not be built: ${reason}`));
  }
}
