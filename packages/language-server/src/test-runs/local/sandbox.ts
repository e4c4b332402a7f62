import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  cacheDirectory,
  DEFAULT_LIMITS,
  FileSpace,
  NetworkPolicy,
  type PluginEvent,
  type PluginInterpreter,
  PluginRuntime,
  pluginNetwork,
  type QueryAnswerer,
  type RunOutcome,
  type RunRequest,
  shownBeside,
  testHost,
} from "@millrace/plugin-runtime";
import type { Environment } from "../../analysis/index.ts";
import { aborted } from "../run-queue.ts";
import type { InstalledPackages } from "./installed-packages.ts";

/** What a run may ask for and is told of. */
export interface RunHooks {
  readonly place: SandboxPlace;
  readonly answerQuery: QueryAnswerer;
  readonly onEvent: (event: PluginEvent) => void;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Where a plugin is on this machine: what lies beside it is what it sees of the files. */
export interface SandboxPlace {
  readonly path: string | undefined;
  readonly isPackage: boolean;
}

/** What all plugins of a sandbox have in common. */
export interface SandboxWorld {
  /** Of the plugins; undefined for those that were never saved. */
  readonly directory: string | undefined;
  readonly packages: InstalledPackages | undefined;
}

/** What a test may leave behind in the memory that stands for its files. */
const FILE_QUOTA = { quotaBytes: 64 * 1024 * 1024, quotaFiles: 1000 };
const HEAP_MAX_BYTES = 256 * 1024 * 1024;
/** Wherever the user of this machine could connect to; what no plugin ever may stays forbidden. */
const NETWORK = [
  ...["*", "localhost", "127.0.0.0/8", "::1/128"],
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
];
const KILL_PAUSE_MS = 50;
/** Where plugins that were never saved see their directory. */
const NOWHERE = "/plugins";

/** By what can be imported there. */
const runtimes = new Map<string, Promise<PluginRuntime>>();

/** What the run that is going on brought along. */
interface Current {
  hooks: RunHooks | undefined;
}

/** A Python of our own for the plugins of one directory, in which nothing that they do has an effect. */
export class Sandbox {
  readonly #interpreter: PluginInterpreter;
  readonly #current: Current;

  private constructor(interpreter: PluginInterpreter, current: Current) {
    this.#interpreter = interpreter;
    this.#current = current;
  }

  static async open({ directory, packages }: SandboxWorld, environment: Environment): Promise<Sandbox> {
    const { env, nowMs } = environment;
    const runtime = await runtimeWith(packages, env);
    const current: Current = { hooks: undefined };
    const files =
      directory === undefined ? undefined : filesOf({ directory, packages }, current, environment);
    const interpreter = await runtime.startInterpreter({
      host: testHost({
        answerQuery: async (request) =>
          (await current.hooks?.answerQuery(request)) ?? { error: "the test is over" },
        onEvent: (_, event) => current.hooks?.onEvent(event),
        monotonicMs: nowMs,
        ...(files === undefined ? {} : { files }),
        // Only for the runs that ask for it.
        openNetwork: pluginNetwork({ policy: new NetworkPolicy(NETWORK) }),
      }),
      environment: { PLUGIN_DIR: directory === undefined ? NOWHERE : pythonPath(directory) },
      memory: { heapMaxBytes: HEAP_MAX_BYTES },
      monotonicMs: nowMs,
    });
    return new Sandbox(interpreter, current);
  }

  /** When the signal ends the run, Python is ended whatever it does; the next run gets a new one. */
  async run(request: RunRequest, hooks: RunHooks): Promise<RunOutcome> {
    this.#current.hooks = hooks;
    const over = new AbortController();
    const killing = this.#killWhen(hooks.signal, over.signal);
    try {
      const limits = { ...DEFAULT_LIMITS, timeoutMs: hooks.timeoutMs, timeoutOption: "the test's timeoutMs" };
      const outcome = await this.#interpreter.run({ ...request, limits });
      // The heap never shrinks: after it was full once, the next run would have no room.
      if (outcome.error?.kind === "memory") await this.#interpreter.kill("its memory was full");
      return outcome;
    } finally {
      over.abort();
      await killing;
      this.#current.hooks = undefined;
    }
  }

  dropCache(namespace: string): Promise<void> {
    return this.#interpreter.dropCache(namespace);
  }

  async close(): Promise<void> {
    await this.#interpreter.dispose();
  }

  async #killWhen(signal: AbortSignal, over: AbortSignal): Promise<void> {
    await aborted(AbortSignal.any([signal, over]));
    // A Python that is only starting cannot be ended yet.
    while (!over.aborted) {
      await this.#interpreter.kill("the test was cancelled");
      await pause(KILL_PAUSE_MS, undefined, { signal: over }).catch(() => {});
    }
  }
}

/** A path as Python sees it: below a root of its own where the system has drives. */
export function pythonPath(hostPath: string): string {
  if (path.sep === "/") return hostPath;
  return `/${hostPath.replace(/^([A-Za-z]):/, "$1").replaceAll("\\", "/")}`;
}

/** Which files beside it a plugin sees may differ from one to the next. */
function filesOf(
  { directory: lower, packages }: { readonly directory: string; readonly packages: SandboxWorld["packages"] },
  current: Current,
  { env, nowMs }: Environment,
): FileSpace {
  const home = env["HOME"] || homedir();
  const shows = (name: string) => {
    const { path: plugin, isPackage } = current.hooks?.place ?? { path: undefined, isPackage: false };
    if (plugin === undefined) return false;
    return shownBeside({ path: plugin, kind: isPackage ? "package" : "file" }, packages?.prefix, home)(name);
  };
  // Tests write to memory whatever directory is named here.
  const mount = { path: pythonPath(lower), lower, shows, upperOf: () => lower };
  const libraries =
    packages === undefined ? [] : [{ path: pythonPath(packages.prefix), lower: packages.prefix }];
  return new FileSpace({ ...FILE_QUOTA, nowMs, mounts: [mount, ...libraries] });
}

/** Without a place for its snapshot Python takes seconds to start, and is the same. */
async function runtimeWith(
  packages: InstalledPackages | undefined,
  env: Environment["env"],
): Promise<PluginRuntime> {
  const key = packages === undefined ? "" : `${packages.prefix} ${packages.fingerprint}`;
  const runtime =
    runtimes.get(key) ??
    PluginRuntime.create({
      snapshotDirectory: path.join(cacheDirectory(env), "python"),
      ...(packages === undefined ? {} : { environment: packages }),
    });
  runtimes.set(key, runtime);
  try {
    return await runtime;
  } catch (error) {
    // It is tried again by the next test.
    runtimes.delete(key);
    throw error;
  }
}
