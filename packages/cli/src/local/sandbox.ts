import { homedir } from "node:os";
import path from "node:path";
import {
  cacheDirectory,
  DEFAULT_LIMITS,
  FileSpace,
  NetworkPolicy,
  type PluginInterpreter,
  PluginRuntime,
  pluginNetwork,
  type QueryAnswerer,
  type RunOutcome,
  type RunRequest,
  shownBeside,
  testHost,
} from "@millrace/plugin-runtime";
import { type InstalledPackages, installedPackages } from "./installed-packages.ts";
import { type PluginSource, pluginDirectory, pythonPath } from "./plugin-source.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface SandboxOptions {
  readonly env: Env;
  readonly cwd: string;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
  readonly answerQuery: QueryAnswerer;
  readonly timeoutMs: number;
  /** Directory of installed packages; `.venv` beside the plugin when undefined. */
  readonly virtualEnv: string | undefined;
}

/** What a test may leave behind in the memory that stands for its files. */
const FILE_QUOTA = { quotaBytes: 64 * 1024 * 1024, quotaFiles: 1000 };
/** Wherever the user of this machine could connect to; what no plugin ever may stays forbidden. */
const NETWORK = [
  ...["*", "localhost", "127.0.0.0/8", "::1/128"],
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
];
const HEAP_MAX_BYTES = 256 * 1024 * 1024;

/** By what can be imported there. */
const runtimes = new Map<string, Promise<PluginRuntime>>();

/** A Python of our own for the plugins of one directory, in which nothing that they do has an effect. */
export class Sandbox {
  readonly #interpreter: PluginInterpreter;
  readonly #timeoutMs: number;

  private constructor(interpreter: PluginInterpreter, timeoutMs: number) {
    this.#interpreter = interpreter;
    this.#timeoutMs = timeoutMs;
  }

  static async open(plugin: PluginSource, options: SandboxOptions): Promise<Sandbox> {
    const { env, cwd, monotonicMs, nowMs, answerQuery, timeoutMs, virtualEnv } = options;
    const packages = await installedPackages(plugin, virtualEnv, cwd);
    const runtime = await runtimeWith(packages, env);
    const lower = pluginDirectory(plugin);
    const directory = pythonPath(lower);
    const shows = shownBeside(plugin, packages?.prefix, env["HOME"] || homedir());
    const files = new FileSpace({
      ...FILE_QUOTA,
      nowMs,
      mounts: [
        // Tests write to memory whatever directory is named here.
        { path: directory, lower, shows, upperOf: () => lower },
        ...(packages === undefined ? [] : [{ path: pythonPath(packages.prefix), lower: packages.prefix }]),
      ],
    });
    // Only for the runs that ask for it.
    const openNetwork = pluginNetwork({ policy: new NetworkPolicy(NETWORK) });
    const interpreter = await runtime.startInterpreter({
      host: testHost({ answerQuery, monotonicMs, files, openNetwork }),
      environment: { PLUGIN_DIR: directory },
      memory: { heapMaxBytes: HEAP_MAX_BYTES },
      monotonicMs,
    });
    return new Sandbox(interpreter, timeoutMs);
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    const limits = { ...DEFAULT_LIMITS, timeoutMs: this.#timeoutMs, timeoutOption: "--timeout" };
    const outcome = await this.#interpreter.run({ ...request, limits });
    // The heap never shrinks: after it was full once, the next run would have no room.
    if (outcome.error?.kind === "memory") await this.#interpreter.kill("its memory was full");
    return outcome;
  }

  dropCache(namespace: string): Promise<void> {
    return this.#interpreter.dropCache(namespace);
  }

  async close(): Promise<void> {
    await this.#interpreter.dispose();
  }
}

/** Without a place for its snapshot Python takes seconds to start, and is the same. */
function runtimeWith(packages: InstalledPackages | undefined, env: Env): Promise<PluginRuntime> {
  const key = packages === undefined ? "" : `${packages.prefix} ${packages.fingerprint}`;
  let runtime = runtimes.get(key);
  if (runtime === undefined) {
    runtime = PluginRuntime.create({
      snapshotDirectory: path.join(cacheDirectory(env), "python"),
      ...(packages === undefined ? {} : { environment: packages }),
    });
    runtimes.set(key, runtime);
  }
  return runtime;
}
