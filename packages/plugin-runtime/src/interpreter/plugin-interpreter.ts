import { MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import {
  answer,
  type CallMessage,
  ControlWords,
  type Interpreter,
  type InterpreterState,
  type PythonRuntime,
  type RunEnd,
  type WorkerLimits,
} from "@millrace/python-vm";
import { DEFAULT_LIMITS, type RunLimits } from "../limits/index.ts";
import type {
  CacheCommand,
  HostCall,
  HostReply,
  InterpreterTask,
  RunOutcome,
  RunRequest,
  TaskResult,
} from "../protocol/index.ts";
import { answerHostCall } from "./host-calls.ts";
import { LineRoom } from "./line-room.ts";
import { describeOutcome } from "./outcome.ts";
import type { NetworkService, PluginHost, RunContext } from "./plugin-host.ts";
import { RunRecord } from "./run-record.ts";
import { SourceSlots } from "./source-slots.ts";
import { describeTask } from "./task.ts";

export interface InterpreterSettings {
  readonly host: PluginHost;
  /** Environment variables that plugins see, beside TZ=UTC. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly memory?: Partial<WorkerLimits>;
  /** Runs that may wait for the running one. */
  readonly queueMax?: number;
  /** Measures how long runs take that did not live to say so themselves. */
  readonly monotonicMs: () => number;
}

const QUEUE_MAX = 1024;
const CACHE_COMMAND_LIMITS: RunLimits = { ...DEFAULT_LIMITS, timeoutMs: 10_000 };

/**
 * One interpreter for plugins. Runs are served one after another. When a run breaks or outlives its interpreter,
 * the next run gets a new one: about 0.3 s later, and with an empty local cache.
 */
export class PluginInterpreter {
  readonly #runtime: PythonRuntime;
  readonly #settings: InterpreterSettings;
  #python: Interpreter<InterpreterTask, TaskResult> | undefined;
  #port: MessagePort | undefined;
  #network: NetworkService | undefined;
  #sources = new SourceSlots();
  #lines = new LineRoom();
  #current: RunRecord | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #disposed = false;
  #generation = 0;
  #heapBytes = 0;

  private constructor(runtime: PythonRuntime, settings: InterpreterSettings) {
    this.#runtime = runtime;
    this.#settings = settings;
  }

  static async start(runtime: PythonRuntime, settings: InterpreterSettings): Promise<PluginInterpreter> {
    const interpreter = new PluginInterpreter(runtime, settings);
    await interpreter.#boot();
    return interpreter;
  }

  get state(): InterpreterState {
    return this.#python?.state ?? "dead";
  }

  /** Grows with each Python that had to be started; local caches live within one generation. */
  get generation(): number {
    return this.#generation;
  }

  /** Memory that the current Python holds; for its owner to decide when a fresh one is due. */
  get heapBytes(): number {
    return this.#heapBytes;
  }

  /** Never rejects for anything a plugin does; rejects when disposed, overloaded, or unable to start Python. */
  run(request: RunRequest): Promise<RunOutcome> {
    return this.#enqueue(() => this.#run(request));
  }

  /** Asks the running plugin to stop, as its time limit would. */
  interrupt(): void {
    this.#python?.interrupt();
  }

  /** Ends Python whatever it does; the run that is going on ends with this reason. */
  async kill(reason: string): Promise<void> {
    await this.#python?.terminate(reason);
    this.#network?.close();
  }

  /** Forgets a namespace of the local cache. */
  async dropCache(namespace: string): Promise<void> {
    if (this.state !== "dead") await this.#enqueue(() => this.#cache("drop", namespace, null));
  }

  /** The live values of a namespace as bytes, or why they cannot leave this interpreter. */
  async packCache(namespace: string): Promise<{ readonly bytes: Uint8Array } | { readonly refused: string }> {
    const { refused, bytes } = await this.#enqueue(() => this.#cache("pack", namespace, null));
    return bytes === null ? { refused: refused ?? "the interpreter is gone" } : { bytes };
  }

  /** Puts packed values back, here or in another interpreter. */
  async unpackCache(namespace: string, bytes: Uint8Array): Promise<void> {
    await this.#enqueue(() => this.#cache("unpack", namespace, bytes));
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.kill("its interpreter was closed");
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#queued >= (this.#settings.queueMax ?? QUEUE_MAX)) {
      return Promise.reject(
        new Error(`${this.#queued} runs wait for this interpreter already: try again later.`),
      );
    }
    this.#queued++;
    const result = this.#queue.then(work);
    this.#queue = result
      .catch(() => {})
      .then(() => {
        this.#queued--;
      });
    return result;
  }

  async #boot(): Promise<Interpreter<InterpreterTask, TaskResult>> {
    if (this.#disposed) throw new Error("This interpreter is closed.");
    const control = new ControlWords();
    const host = new MessageChannel();
    const query = new MessageChannel();
    host.port1.on("message", (message: CallMessage<HostCall>) => this.#receive(host.port1, control, message));
    host.port1.unref();
    this.#settings.host.connectQueries({ port: query.port1, control: control.buffer });
    const python = await this.#runtime.startInterpreter<InterpreterTask, TaskResult>({
      control,
      channels: { host: host.port2, query: query.port2 },
      mounts: (this.#settings.host.files?.mounts ?? []).map((path) => ({ path })),
      ...(this.#settings.environment ? { environment: this.#settings.environment } : {}),
      ...(this.#settings.memory ? { limits: this.#settings.memory } : {}),
    });
    this.#port = host.port1;
    this.#network?.close();
    this.#network = this.#settings.host.openNetwork?.();
    this.#python = python;
    this.#sources = new SourceSlots();
    this.#lines = new LineRoom();
    this.#generation++;
    if (this.#disposed) await this.kill("its interpreter was closed");
    return python;
  }

  async #alive(): Promise<Interpreter<InterpreterTask, TaskResult>> {
    return this.#python?.state === "idle" ? this.#python : this.#boot();
  }

  async #run(request: RunRequest): Promise<RunOutcome> {
    const python = await this.#alive();
    const limits: RunLimits = { ...DEFAULT_LIMITS, ...request.limits };
    const record = new RunRecord(contextOf(request), request.plugin.fileName, this.#settings.host);
    this.#current = record;
    const startMs = this.#settings.monotonicMs();
    const task = describeTask(request, limits, { sources: this.#sources, lines: this.#lines });
    const end = await python.run(task, { softTimeoutMs: limits.timeoutMs, graceMs: limits.graceMs });
    const elapsedNs = Math.round((this.#settings.monotonicMs() - startMs) * 1e6);
    this.#drainEvents();
    this.#current = undefined;
    await this.#bury(end);
    const described = describeOutcome(request, limits, end, record, elapsedNs);
    const outcome = end.kind === "done" ? { ...described, rowsIn: end.response.rows } : described;
    // Python lives, but a plugin tampered with the code that describes its runs.
    if (outcome.error?.kind === "fatal" && end.kind === "done") await this.kill(outcome.error.text);
    return outcome;
  }

  async #cache(command: CacheCommand, namespace: string, data: Uint8Array | null): Promise<TaskResult> {
    const python = await this.#alive();
    const deadlines = {
      softTimeoutMs: CACHE_COMMAND_LIMITS.timeoutMs,
      graceMs: CACHE_COMMAND_LIMITS.graceMs,
    };
    const end = await python.run({ op: "cache", command, namespace, data }, deadlines);
    await this.#bury(end);
    return end.kind === "done"
      ? end.response
      : { outcome: null, refused: end.reason, bytes: null, exceeded: null, rows: 0, heapBytes: 0 };
  }

  async #bury(end: RunEnd<TaskResult>): Promise<void> {
    if (end.kind === "done") {
      this.#heapBytes = end.response.heapBytes;
      return;
    }
    await this.#python?.terminate(end.reason);
    this.#port?.close();
    this.#network?.close();
    this.#network = undefined;
    this.#python = undefined;
  }

  /** Events travel on another port than the outcome: those that were sent before it are taken first. */
  #drainEvents(): void {
    for (;;) {
      const received = this.#port && receiveMessageOnPort(this.#port);
      if (!received) return;
      const { request } = received.message as CallMessage<HostCall>;
      if (request.op === "events") this.#current?.take(request.events);
    }
  }

  #receive(port: MessagePort, control: ControlWords, { id, request }: CallMessage<HostCall>): void {
    if (request.op === "events") {
      this.#current?.take(request.events);
      // Many at once are asked about, so that not all of a flood is taken in one turn.
      if (id !== 0) answer<HostReply>(port, control, id, { value: null });
      return;
    }
    const parts = { host: this.#settings.host, network: this.#network, record: this.#current };
    answerHostCall(parts, request).then(
      (value) => answer<HostReply>(port, control, id, { value }),
      (error: unknown) => answer<HostReply>(port, control, id, { value: null, failure: String(error) }),
    );
  }
}

function contextOf(request: RunRequest): RunContext {
  const { runId, database, trigger, cacheNamespace, test, files, network = true } = request;
  const basics = { runId, database, cacheNamespace, test, network };
  return { ...basics, ...(trigger ? { trigger } : {}), ...(files ? { files } : {}) };
}
