import type {
  FileService,
  GlobalCache,
  InterpreterSettings,
  NetworkService,
  PluginHost,
  PluginInterpreter,
  PluginRuntime,
  QueryLink,
  RunOutcome,
  RunRequest,
} from "@millrace/plugin-runtime";
import { type Clock, Mutex } from "../../foundation/index.ts";
import { countedNetwork, NetworkFigures } from "./counted-network.ts";
import { OwnConnections } from "./own-connections.ts";
import type { EngineInterpreter, RunHost, StartInterpreter } from "./port.ts";

export interface PythonOptions {
  /** Compiles Python and makes its memory snapshot, or loads it; called at the first start, and by `renew`. */
  readonly createRuntime: () => Promise<PluginRuntime>;
  /** Differs when `createRuntime` would give something else. */
  readonly edition?: () => string;
  readonly globalCache: GlobalCache;
  /** Of triggers whose runs may overlap. */
  readonly localCache: GlobalCache;
  /** Takes the line on which an interpreter asks its queries. */
  readonly connectQueries: (link: QueryLink) => void;
  /** Absent: plugins see memory files only. */
  readonly files?: FileService;
  /** Absent: plugins reach no network. */
  readonly openNetwork?: () => NetworkService;
  /** What plugins see as `os.environ`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: NonNullable<InterpreterSettings["memory"]> & { readonly heapMaxBytes: number };
  readonly clock: Clock;
}

/** What is known of the connections of all interpreters. */
type Watched = Pick<PythonStarter, "network" | "connections">;

/** Makes the interpreters of a server: sandboxed CPython, each in a thread of its own. */
export class PythonStarter {
  readonly network = new NetworkFigures();
  readonly connections = new OwnConnections();
  readonly #options: PythonOptions;
  #runtime: Promise<PluginRuntime> | undefined;
  /** Of the runtime. */
  #edition: string | undefined;
  readonly #renewals = new Mutex();

  constructor(options: PythonOptions) {
    this.#options = options;
  }

  readonly start: StartInterpreter = async () => {
    const runtime = this.#runtime ?? this.#create();
    // A failed attempt is not remembered: the disk that was full may have room now.
    const ready = await runtime.catch((error: unknown) => {
      if (this.#runtime === runtime) this.#runtime = undefined;
      throw error;
    });
    return await PythonInterpreter.start(ready, this.#options, this);
  };

  /**
   * Interpreters that start after this get another Python: the packages have changed. Making it takes seconds, and
   * longer for packages that are slow to import; until it is there, plugins go on with the one before.
   */
  async renew(): Promise<void> {
    await this.#renewals.run(async () => {
      if (this.#runtime === undefined || this.#edition === this.#editionNow()) return;
      const edition = this.#editionNow();
      const runtime = this.#options.createRuntime();
      try {
        await runtime;
        this.#runtime = runtime;
        this.#edition = edition;
      } catch (error) {
        // The next start tries again.
        this.#runtime = undefined;
        throw error;
      }
    });
  }

  #create(): Promise<PluginRuntime> {
    this.#edition = this.#editionNow();
    this.#runtime = this.#options.createRuntime();
    return this.#runtime;
  }

  #editionNow(): string | undefined {
    return this.#options.edition?.();
  }
}

/** A Python keeps what imported modules leave behind: after so many runs it gets a fresh start. */
const MOST_RUNS = 50_000;
/** The heap never shrinks: with less room than this the next run may not get what it needs. */
const FULL_HEAP_SHARE = 0.9;
/** A plugin that fills the heap in each run would otherwise pay for a new interpreter each time. */
const RUNS_WITH_FULL_HEAP = 100;

/** Python could not even be asked. */
function noOutcome(problem: unknown): RunOutcome {
  const text = problem instanceof Error ? problem.message : String(problem);
  const error = { text, type: "", kind: "fatal", phase: "load", traceback: [] } as const;
  return { ok: false, error, logs: [], writes: [], events: [], durationNs: 0 };
}

class PythonInterpreter implements EngineInterpreter {
  readonly #options: PythonOptions;
  #python: PluginInterpreter | undefined;
  #host: RunHost | undefined;
  #runs = 0;
  #ranOutOfMemory = false;
  #killed = false;

  private constructor(options: PythonOptions) {
    this.#options = options;
  }

  static async start(
    runtime: PluginRuntime,
    options: PythonOptions,
    watched: Watched,
  ): Promise<PythonInterpreter> {
    const interpreter = new PythonInterpreter(options);
    interpreter.#python = await runtime.startInterpreter({
      host: interpreter.#pluginHost(watched),
      environment: options.environment,
      memory: options.limits,
      monotonicMs: () => options.clock.monotonicMs(),
    });
    return interpreter;
  }

  get alive(): boolean {
    return this.#python?.state !== "dead";
  }

  get death(): "crash" | "kill" | undefined {
    if (this.alive) return undefined;
    return this.#killed ? "kill" : "crash";
  }

  get wornOut(): "memory" | "runs" | undefined {
    const full = this.#running.heapBytes >= this.#options.limits.heapMaxBytes * FULL_HEAP_SHARE;
    if (this.#ranOutOfMemory || (full && this.#runs >= RUNS_WITH_FULL_HEAP)) return "memory";
    return this.#runs >= MOST_RUNS ? "runs" : undefined;
  }

  async run(request: RunRequest, host: RunHost): Promise<RunOutcome> {
    this.#host = host;
    this.#runs++;
    try {
      const outcome = await this.#running.run(request).catch(noOutcome);
      this.#killed ||= outcome.error?.kind === "killed";
      this.#ranOutOfMemory ||= outcome.error?.kind === "memory";
      return outcome;
    } finally {
      this.#host = undefined;
    }
  }

  interrupt(): void {
    this.#running.interrupt();
  }

  async dropCache(namespace: string): Promise<void> {
    await this.#running.dropCache(namespace);
  }

  async packCache(namespace: string): Promise<Uint8Array | undefined> {
    const packed = await this.#running.packCache(namespace);
    return "bytes" in packed ? packed.bytes : undefined;
  }

  async unpackCache(namespace: string, bytes: Uint8Array): Promise<void> {
    await this.#running.unpackCache(namespace, bytes);
  }

  async dispose(): Promise<void> {
    await this.#running.dispose();
  }

  get #running(): PluginInterpreter {
    if (this.#python === undefined) throw new Error("the interpreter has not started");
    return this.#python;
  }

  #pluginHost({ network, connections }: Watched): PluginHost {
    const { globalCache, localCache, connectQueries, files, openNetwork } = this.#options;
    return {
      globalCache,
      localCache,
      connectQueries,
      ...(files === undefined ? {} : { files }),
      ...(openNetwork === undefined
        ? {}
        : { openNetwork: () => connections.watch(countedNetwork(openNetwork(), network)) }),
      log: (_context, { level, message, file, line }) =>
        this.#host?.log(level, message, line === null ? { file } : { file, line }),
      print: (_context, text) => this.#host?.print(text),
      writeSync: async (_context, database, lineProtocol, noSync) =>
        this.#host === undefined
          ? "the run is over"
          : await this.#host.writeSync(database, lineProtocol, noSync),
    };
  }
}
