import { type MessagePort, Worker } from "node:worker_threads";
import {
  ControlWords,
  type FromWorker,
  type PreludeModule,
  type WorkerLimits,
  type WorkerSetup,
} from "../protocol/index.ts";
import { SnapshotStore, snapshotKey } from "../snapshot-store/index.ts";
import type { CompiledModule } from "../webassembly/index.ts";
import { Interpreter } from "./interpreter.ts";
import { permissionFlags } from "./permissions.ts";
import { compilePyodide, findPyodide, type PyodideFiles, readVmPrelude } from "./pyodide-files.ts";

export interface RuntimeOptions {
  /** The module whose main function calls `startWorker`. */
  readonly workerUrl: URL;
  /** The embedder's own trusted Python; becomes part of the snapshot. */
  readonly prelude: readonly PreludeModule[];
  /** Directories (beside Pyodide and this package) that the worker's code is loaded from. */
  readonly readablePaths?: readonly string[];
  /** Where a snapshot may lie that was built together with the package; never written to. */
  readonly shippedSnapshots?: string;
  /** Where to keep the memory snapshot between processes. Without one, each process builds its own. */
  readonly snapshotDirectory?: string;
  /** Told when the snapshot cache cannot be written: start-up goes on without it. */
  readonly onCacheProblem?: (problem: unknown) => void;
  readonly startTimeoutMs?: number;
}

export interface InterpreterOptions {
  /** Shared words for the answering sides of the channels; made here when nobody else needs them. */
  readonly control?: ControlWords;
  readonly channels?: Readonly<Record<string, MessagePort>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Absolute directories below which Python sees the files that the embedder's worker provides. */
  readonly mounts?: readonly { readonly path: string }[];
  readonly limits?: Partial<WorkerLimits>;
}

const MEBIBYTE = 2 ** 20;
const DEFAULT_LIMITS: WorkerLimits = {
  heapMaxBytes: 256 * MEBIBYTE,
  stackSizeMb: 64,
  fileMaxBytes: 64 * MEBIBYTE,
  filesMaxBytes: 128 * MEBIBYTE,
  filesMaxCount: 20_000,
};
/**
 * Node ends the whole process when one allocation goes far beyond this, so it lies well above what bounded texts,
 * paths and messages can add up to. It costs nothing as long as it is not used.
 */
const JAVASCRIPT_HEAP_MB = 1024;
/** Short-lived objects: more than this is only kept, not needed. */
const YOUNG_OBJECTS_MB = 32;
const START_TIMEOUT_MS = 60_000;

/** What all interpreters of a process share: the compiled module and the memory snapshot of a booted Python. */
export class PythonRuntime {
  readonly #files: PyodideFiles;
  readonly #module: CompiledModule;
  readonly #snapshot: SharedArrayBuffer;
  readonly #options: RuntimeOptions;

  private constructor(
    files: PyodideFiles,
    module: CompiledModule,
    snapshot: SharedArrayBuffer,
    options: RuntimeOptions,
  ) {
    this.#files = files;
    this.#module = module;
    this.#snapshot = snapshot;
    this.#options = options;
  }

  static async create(options: RuntimeOptions): Promise<PythonRuntime> {
    const files = await findPyodide();
    const prelude = [...(await readVmPrelude()), ...options.prelude];
    const shipped = options.shippedSnapshots ? new SnapshotStore(options.shippedSnapshots) : undefined;
    const store = options.snapshotDirectory ? new SnapshotStore(options.snapshotDirectory) : undefined;
    const key = snapshotKey(files.version, prelude);
    const load = async () => (await shipped?.load(key)) ?? (await store?.load(key));
    const [module, stored] = await Promise.all([compilePyodide(files), load()]);
    const bytes = stored ?? (await buildSnapshot(files, module, prelude, options));
    if (!stored) await store?.save(key, bytes).catch((problem) => options.onCacheProblem?.(problem));
    const snapshot = new SharedArrayBuffer(bytes.length);
    new Uint8Array(snapshot).set(bytes);
    return new PythonRuntime(files, module, snapshot, options);
  }

  /** A new interpreter, ready to run. The caller ends it with `terminate`. */
  async startInterpreter<Request, Response>(
    options: InterpreterOptions = {},
  ): Promise<Interpreter<Request, Response>> {
    const control = options.control ?? new ControlWords();
    const channels = options.channels ?? {};
    const worker = startThread(
      this.#files,
      this.#options,
      {
        mode: "serve",
        wasmModule: this.#module,
        pyodideDirectory: this.#files.directory,
        prelude: [],
        snapshot: this.#snapshot,
        control: control.buffer,
        channels,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        mounts: options.mounts ?? [],
        environment: { TZ: "UTC", ...options.environment },
      },
      Object.values(channels),
    );
    const interpreter = new Interpreter<Request, Response>(worker, control);
    const timer = setTimeout(
      () => void interpreter.terminate("it took too long"),
      this.#options.startTimeoutMs ?? START_TIMEOUT_MS,
    );
    try {
      await interpreter.ready;
    } finally {
      clearTimeout(timer);
    }
    return interpreter;
  }
}

function startThread(
  files: PyodideFiles,
  options: RuntimeOptions,
  setup: WorkerSetup,
  transfer: MessagePort[],
): Worker {
  return new Worker(options.workerUrl, {
    workerData: setup,
    transferList: transfer,
    env: {},
    argv: [],
    execArgv: permissionFlags([...files.readablePaths, ...(options.readablePaths ?? [])]),
    resourceLimits: {
      maxOldGenerationSizeMb: JAVASCRIPT_HEAP_MB,
      maxYoungGenerationSizeMb: YOUNG_OBJECTS_MB,
      stackSizeMb: setup.limits.stackSizeMb,
    },
  });
}

async function buildSnapshot(
  files: PyodideFiles,
  module: CompiledModule,
  prelude: readonly PreludeModule[],
  options: RuntimeOptions,
): Promise<Uint8Array> {
  const worker = startThread(
    files,
    options,
    {
      mode: "build-snapshot",
      wasmModule: module,
      pyodideDirectory: files.directory,
      prelude,
      control: new ControlWords().buffer,
      channels: {},
      limits: DEFAULT_LIMITS,
      mounts: [],
      environment: {},
    },
    [],
  );
  const timeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (reason: string) =>
        reject(new Error(`Python's memory snapshot could not be built: ${reason}`));
      timer = setTimeout(() => fail(`it took longer than ${timeoutMs} ms`), timeoutMs);
      worker.on("error", (error) => fail(error.message));
      worker.on("exit", () => fail("its thread ended"));
      worker.on("message", (message: FromWorker<never>) => {
        if (message.kind === "snapshot") resolve(message.bytes);
        else fail(message.kind === "fatal" ? message.reason : `unexpected message '${message.kind}'`);
      });
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
