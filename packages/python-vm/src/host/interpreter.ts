import type { Worker } from "node:worker_threads";
import type { ControlWords, FromWorker, ToWorker } from "../protocol/index.ts";

export type InterpreterState = "starting" | "idle" | "running" | "dead";

export interface RunDeadlines {
  /** After this the interpreter is asked to stop: Python raises KeyboardInterrupt. */
  readonly softTimeoutMs: number;
  /** How much longer it may take to stop before its thread is ended. */
  readonly graceMs: number;
}

/** How a run ended. Only after `done` does the interpreter live on. */
export type RunEnd<Response> =
  | { readonly kind: "done"; readonly response: Response; readonly timedOut: boolean }
  | { readonly kind: "killed"; readonly reason: string; readonly timedOut: boolean }
  | { readonly kind: "fatal"; readonly reason: string; readonly exitCode?: number };

/** Some code catches the first KeyboardInterrupt and goes on: it is asked again at this pace. */
const INTERRUPT_REPEAT_MS = 50;

interface PendingRun<Response> {
  readonly id: number;
  readonly resolve: (end: RunEnd<Response>) => void;
  timedOut: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A promise with its handles outside (Promise.withResolvers needs Node 22). */
function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** One sandboxed Python in one thread. Serves one run at a time; every way it can die ends the pending run. */
export class Interpreter<Request, Response> {
  readonly control: ControlWords;
  readonly #worker: Worker;
  readonly #ready = deferred();
  readonly #exited = deferred();
  #state: InterpreterState = "starting";
  #pending: PendingRun<Response> | undefined;
  #lastId = 0;
  #deathReason = "the interpreter's thread ended";

  constructor(worker: Worker, control: ControlWords) {
    this.#worker = worker;
    this.control = control;
    // A start that fails is reported by `ready`; nobody needs to be listening when the host gave up meanwhile.
    this.#ready.promise.catch(() => {});
    worker.on("message", (message: FromWorker<Response>) => this.#receive(message));
    worker.on("error", (error) => this.#die("fatal", error.message));
    worker.on("exit", () => {
      this.#die("fatal", this.#deathReason);
      this.#exited.resolve();
    });
  }

  get state(): InterpreterState {
    return this.#state;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  run(
    request: Request,
    deadlines: RunDeadlines,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<RunEnd<Response>> {
    if (this.#state !== "idle")
      throw new Error(`the interpreter is ${this.#state}: it takes one run at a time`);
    this.#state = "running";
    this.control.clearInterrupt();
    this.#worker.ref();
    return new Promise((resolve) => {
      const run: PendingRun<Response> = { id: ++this.#lastId, resolve, timedOut: false, timer: undefined };
      this.#pending = run;
      run.timer = setTimeout(() => this.#stop(run, deadlines), deadlines.softTimeoutMs);
      const message: ToWorker<Request> = { kind: "run", id: run.id, request };
      this.#worker.postMessage(message, transfer);
    });
  }

  /** Asks the running code to stop. */
  interrupt(): void {
    if (this.#state === "running") this.control.interrupt();
  }

  /** Ends the thread, whatever it is doing. Its memory is free when the promise resolves. */
  async terminate(reason: string): Promise<void> {
    this.#deathReason = reason;
    this.#die("killed", reason);
    await this.#worker.terminate();
    await this.#exited.promise;
  }

  #stop(run: PendingRun<Response>, deadlines: RunDeadlines): void {
    run.timedOut = true;
    let leftMs = deadlines.graceMs;
    const ask = () => {
      if (leftMs <= 0) {
        void this.terminate(
          `it did not stop within ${deadlines.graceMs} ms after its time limit of ${deadlines.softTimeoutMs} ms`,
        );
        return;
      }
      this.control.interrupt();
      const waitMs = Math.min(INTERRUPT_REPEAT_MS, leftMs);
      leftMs -= waitMs;
      run.timer = setTimeout(ask, waitMs);
    };
    ask();
  }

  #receive(message: FromWorker<Response>): void {
    switch (message.kind) {
      case "ready":
        this.#state = "idle";
        this.#worker.unref();
        this.#ready.resolve();
        return;
      case "done":
        if (this.#pending?.id !== message.id) return;
        this.#state = "idle";
        this.#worker.unref();
        this.#settle({ kind: "done", response: message.response, timedOut: this.#pending.timedOut });
        return;
      case "fatal":
        this.#die("fatal", message.reason, message.exitCode);
        void this.terminate(message.reason);
        return;
      case "snapshot":
        throw new Error("a serving interpreter made a snapshot");
    }
  }

  #die(kind: "killed" | "fatal", reason: string, exitCode?: number): void {
    if (this.#state === "dead") return;
    this.#state = "dead";
    this.#ready.reject(new Error(`Python did not start: ${reason}`));
    if (kind === "killed") this.#settle({ kind, reason, timedOut: this.#pending?.timedOut ?? false });
    else this.#settle({ kind, reason, ...(exitCode === undefined ? {} : { exitCode }) });
  }

  #settle(end: RunEnd<Response>): void {
    const run = this.#pending;
    this.#pending = undefined;
    if (run === undefined) return;
    clearTimeout(run.timer);
    run.resolve(end);
  }
}
