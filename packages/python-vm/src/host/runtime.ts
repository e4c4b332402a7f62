import type { MessagePort } from "node:worker_threads";
import { ControlWords, type PreludeModule, type WorkerLimits } from "../protocol/index.ts";
import { SnapshotStore, snapshotKey } from "../snapshot-store/index.ts";
import { buildEnvironmentSnapshot, buildPlainSnapshot, type SnapshotParts } from "./build-snapshot.ts";
import { Interpreter } from "./interpreter.ts";
import { compilePyodide, findPyodide, readVmPrelude } from "./pyodide-files.ts";
import { type EnvironmentProblem, type PythonEnvironment, sitePackagesOf } from "./python-environment.ts";
import { DEFAULT_LIMITS, startThread } from "./thread.ts";

export interface RuntimeOptions {
  /** The module whose main function calls `startWorker`. */
  readonly workerUrl: URL;
  /** The embedder's own trusted Python; becomes part of the snapshot. */
  readonly prelude: readonly PreludeModule[];
  /** Directories (beside Pyodide and this package) that the worker's code is loaded from. */
  readonly readablePaths?: readonly string[];
  /** Packages that programs can import: they become part of the snapshot, so that importing them costs nothing. */
  readonly environment?: PythonEnvironment;
  /** Told what of the environment is not part of the snapshot. It can be imported all the same, only slower. */
  readonly onEnvironmentProblem?: (problem: EnvironmentProblem) => void;
  /** Where a snapshot may lie that was built together with the package; never written to. */
  readonly shippedSnapshots?: string;
  /** Where to keep the memory snapshot between processes. Without one, each process builds its own. */
  readonly snapshotDirectory?: string;
  /** Told when the snapshot cache cannot be written: start-up goes on without it. */
  readonly onCacheProblem?: (problem: unknown) => void;
  readonly startTimeoutMs?: number;
  /** How long one package may take to be imported into the snapshot. */
  readonly importTimeoutMs?: number;
}

export interface InterpreterOptions {
  /** Shared words for the answering sides of the channels; made here when nobody else needs them. */
  readonly control?: ControlWords;
  readonly channels?: Readonly<Record<string, MessagePort>>;
  /** Environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Absolute directories below which Python sees the files that the embedder's worker provides. */
  readonly mounts?: readonly { readonly path: string }[];
  readonly limits?: Partial<WorkerLimits>;
}

const START_TIMEOUT_MS = 60_000;
const IMPORT_TIMEOUT_MS = 10_000;

/** What all interpreters of a process share: the compiled module and the memory snapshot of a booted Python. */
export class PythonRuntime {
  readonly #parts: SnapshotParts;
  readonly #snapshot: SharedArrayBuffer;
  readonly #environment: PythonEnvironment | undefined;

  private constructor(
    parts: SnapshotParts,
    snapshot: Uint8Array,
    environment: PythonEnvironment | undefined,
  ) {
    this.#parts = parts;
    this.#snapshot = new SharedArrayBuffer(snapshot.length);
    new Uint8Array(this.#snapshot).set(snapshot);
    this.#environment = environment;
  }

  static async create(options: RuntimeOptions): Promise<PythonRuntime> {
    const files = await findPyodide();
    const parts: SnapshotParts = {
      files,
      module: await compilePyodide(files),
      prelude: [...(await readVmPrelude()), ...options.prelude],
      workerUrl: options.workerUrl,
      readablePaths: [...files.readablePaths, ...(options.readablePaths ?? [])],
      timeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
      importTimeoutMs: options.importTimeoutMs ?? IMPORT_TIMEOUT_MS,
    };
    const { environment } = options;
    const baked = environment && (await PythonRuntime.#withPackages(parts, options, environment));
    return baked ?? new PythonRuntime(parts, await plainSnapshot(parts, options), environment);
  }

  /** Undefined when no snapshot can be made with these packages in it: the plain one serves them too. */
  static async #withPackages(
    parts: SnapshotParts,
    options: RuntimeOptions,
    environment: PythonEnvironment,
  ): Promise<PythonRuntime | undefined> {
    const store = options.snapshotDirectory ? new SnapshotStore(options.snapshotDirectory) : undefined;
    const key = snapshotKey(parts.files.version, parts.prelude, environment);
    const stored = await store?.load(key);
    if (stored) return new PythonRuntime(parts, stored, environment);
    try {
      const { bytes, unbaked } = await buildEnvironmentSnapshot(parts, environment);
      const runtime = new PythonRuntime(parts, bytes, environment);
      // Packages can leave a memory behind that no new interpreter starts from: better seen now than in each start.
      const probe = await runtime.startInterpreter();
      await probe.terminate("it was only a trial");
      for (const { name, reason } of unbaked) options.onEnvironmentProblem?.({ module: name, reason });
      await store?.save(key, bytes).catch((problem) => options.onCacheProblem?.(problem));
      return runtime;
    } catch (error) {
      options.onEnvironmentProblem?.({ reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  /** A new interpreter, ready to run. The caller ends it with `terminate`. */
  async startInterpreter<Request, Response>(
    options: InterpreterOptions = {},
  ): Promise<Interpreter<Request, Response>> {
    const { workerUrl, readablePaths, module, files, timeoutMs } = this.#parts;
    const control = options.control ?? new ControlWords();
    const channels = options.channels ?? {};
    const packages = this.#environment && sitePackagesOf(this.#environment);
    const worker = startThread({
      workerUrl,
      readablePaths,
      transfer: Object.values(channels),
      setup: {
        mode: "serve",
        wasmModule: module,
        pyodideDirectory: files.directory,
        prelude: [],
        snapshot: this.#snapshot,
        control: control.buffer,
        channels,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        mounts: [...(options.mounts ?? []), ...(packages ? [{ path: packages.path }] : [])],
        environment: { TZ: "UTC", ...options.environment },
        ...(packages ? { sitePackages: packages } : {}),
      },
    });
    const interpreter = new Interpreter<Request, Response>(worker, control);
    const timer = setTimeout(() => void interpreter.terminate("it took too long"), timeoutMs);
    try {
      await interpreter.ready;
    } finally {
      clearTimeout(timer);
    }
    return interpreter;
  }
}

async function plainSnapshot(parts: SnapshotParts, options: RuntimeOptions): Promise<Uint8Array> {
  const shipped = options.shippedSnapshots ? new SnapshotStore(options.shippedSnapshots) : undefined;
  const store = options.snapshotDirectory ? new SnapshotStore(options.snapshotDirectory) : undefined;
  const key = snapshotKey(parts.files.version, parts.prelude);
  const stored = (await shipped?.load(key)) ?? (await store?.load(key));
  if (stored) return stored;
  const built = await buildPlainSnapshot(parts);
  await store?.save(key, built).catch((problem) => options.onCacheProblem?.(problem));
  return built;
}
