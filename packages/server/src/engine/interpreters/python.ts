import type {
  GlobalCache,
  PluginHost,
  PluginInterpreter,
  PluginRuntime,
  QueryLink,
  RunOutcome,
  RunRequest,
} from "@millrace/plugin-runtime";
import type { Clock } from "../../foundation/index.ts";
import type { EngineInterpreter, RunHost, StartInterpreter } from "./port.ts";

export interface PythonOptions {
  /** Compiles Python and makes its memory snapshot, or loads it; called once, at the first start. */
  readonly createRuntime: () => Promise<PluginRuntime>;
  readonly globalCache: GlobalCache;
  /** Takes the line on which an interpreter asks its queries. */
  readonly connectQueries: (link: QueryLink) => void;
  /** What plugins see as `os.environ`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly heapBytes: number;
  readonly clock: Clock;
}

/** Makes the interpreters of a server: sandboxed CPython, each in a thread of its own. */
export function pythonStarter(options: PythonOptions): StartInterpreter {
  let runtime: Promise<PluginRuntime> | undefined;
  return async () => {
    runtime ??= options.createRuntime();
    // A failed attempt is not remembered: the disk that was full may have room now.
    const ready = await runtime.catch((error: unknown) => {
      runtime = undefined;
      throw error;
    });
    return await PythonInterpreter.start(ready, options);
  };
}

class PythonInterpreter implements EngineInterpreter {
  #python: PluginInterpreter | undefined;
  #host: RunHost | undefined;
  #exhausted = false;

  static async start(runtime: PluginRuntime, options: PythonOptions): Promise<PythonInterpreter> {
    const interpreter = new PythonInterpreter();
    interpreter.#python = await runtime.startInterpreter({
      host: interpreter.#pluginHost(options),
      environment: options.environment,
      memory: { heapMaxBytes: options.heapBytes },
      monotonicMs: () => options.clock.monotonicMs(),
    });
    return interpreter;
  }

  get alive(): boolean {
    return !this.#exhausted && this.#python?.state !== "dead";
  }

  async run(request: RunRequest, host: RunHost): Promise<RunOutcome> {
    this.#host = host;
    try {
      const outcome = await this.#running.run(request);
      // The heap never shrinks: after it was full once, the next run would have no room.
      if (outcome.error?.kind === "memory") this.#exhausted = true;
      for (const event of outcome.events) if (event.kind === "print") host.print(event.message);
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

  #pluginHost({ globalCache, connectQueries }: PythonOptions): PluginHost {
    return {
      globalCache,
      connectQueries,
      log: (_context, line) => this.#host?.log(line.level, line.message, line.line),
      writeSync: async (_context, database, lineProtocol, noSync) =>
        this.#host === undefined
          ? "the run is over"
          : await this.#host.writeSync(database, lineProtocol, noSync),
    };
  }
}
