import type { Clock, Logger, Timer } from "../../foundation/index.ts";
import type { TaskOutcome } from "../data-file/index.ts";
import type { CompactionTask, NewFile, SnapshotTask, StorageWorker } from "../tasks.ts";
import type { FromWorker, Task, ToWorker } from "./protocol.ts";
import { WorkerFigures, type WorkerStats } from "./worker-stats.ts";

/** One life of a worker. */
export interface WorkerChannel {
  post(message: ToWorker): void;
  /** Ends it at once. */
  terminate(): void;
}

export interface WorkerHandlers {
  onMessage(message: FromWorker): void;
  /** The last that is heard of it. */
  onExit(reason: string): void;
}

export type StartWorker = (handlers: WorkerHandlers) => WorkerChannel;

export interface TaskQueueOptions {
  readonly startWorker: StartWorker;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A worker that shows no sign of life for this long is replaced. */
  readonly silenceMs?: number;
}

interface Job {
  readonly task: Task;
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** A large compaction from a slow store takes minutes between two files; nothing takes this long. */
const SILENCE_MS = 600_000;
const CLOSE_MS = 5000;
const MOST_WAITING = 64;

/**
 * Gives tasks to a worker, one at a time and snapshots first. The worker is started for the first task, and again for
 * the next one after it has died; the task it died of is rejected.
 */
export class TaskQueue implements StorageWorker {
  readonly #options: TaskQueueOptions;
  readonly #figures = new WorkerFigures();
  readonly #snapshots: Job[] = [];
  readonly #compactions: Job[] = [];
  #worker: WorkerChannel | undefined;
  #current: Job | undefined;
  #silence: Timer | undefined;
  #onExit: (() => void) | undefined;
  #closed = false;

  constructor(options: TaskQueueOptions) {
    this.#options = options;
  }

  get stats(): WorkerStats {
    return this.#figures.stats;
  }

  async snapshot(task: SnapshotTask): Promise<readonly NewFile[]> {
    const { files } = await this.#add(this.#snapshots, { kind: "snapshot", task });
    return files;
  }

  async compact(task: CompactionTask): Promise<NewFile> {
    const { files } = await this.#add(this.#compactions, { kind: "compaction", task });
    return files[0]!;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of [...this.#snapshots.splice(0), ...this.#compactions.splice(0)])
      job.reject(closedError());
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => {
      this.#onExit = resolve;
    });
    if (this.#current === undefined) worker.post({ kind: "close" });
    else worker.terminate();
    const timer = this.#options.clock.schedule(CLOSE_MS, () => worker.terminate());
    await exited;
    timer.cancel();
  }

  #add(waiting: Job[], task: Task): Promise<TaskOutcome> {
    if (this.#closed) return Promise.reject(closedError());
    if (waiting.length >= MOST_WAITING)
      return Promise.reject(new Error(`${MOST_WAITING} ${task.kind} tasks are waiting already`));
    return new Promise((resolve, reject) => {
      waiting.push({ task, resolve, reject });
      this.#startNext();
    });
  }

  #startNext(): void {
    if (this.#current !== undefined || this.#closed) return;
    this.#current = this.#snapshots.shift() ?? this.#compactions.shift();
    if (this.#current === undefined) return;
    this.#worker ??= this.#options.startWorker({
      onMessage: (message) => this.#receive(message),
      onExit: (reason) => this.#lost(reason),
    });
    this.#expectLife();
    this.#hand(this.#current, this.#worker);
  }

  /** Others get their turn between two parts of what is buffered. */
  #hand(job: Job, worker: WorkerChannel): void {
    const { task } = job;
    if (task.kind === "compaction") {
      worker.post({ kind: "run", task });
      return;
    }
    const { buffer, ...rest } = task.task;
    const parts = buffer[Symbol.iterator]();
    const step = (): void => {
      // The worker has ended, and the task with it.
      if (this.#current !== job) return;
      try {
        const part = parts.next();
        if (part.done) {
          worker.post({ kind: "run", task: { kind: "snapshot", task: rest } });
          return;
        }
        worker.post({ kind: "buffer", batch: part.value });
        setImmediate(step);
      } catch (error) {
        // It has a part of the task, and must not take the next one's for the rest.
        this.#options.logger.error("cannot tell the storage worker what is buffered", {
          error: String(error),
        });
        worker.terminate();
      }
    };
    step();
  }

  #receive(message: FromWorker): void {
    if (message.kind === "progress") {
      this.#expectLife();
      return;
    }
    const job = this.#end();
    if (job === undefined) return;
    if (message.kind === "done") {
      this.#figures.succeeded(job.task.kind, message.outcome.figures);
      job.resolve(message.outcome);
    } else {
      this.#figures.failed(job.task.kind);
      job.reject(new Error(message.message));
    }
    this.#startNext();
  }

  #lost(reason: string): void {
    this.#worker = undefined;
    const job = this.#end();
    this.#onExit?.();
    if (this.#closed) {
      job?.reject(closedError());
      return;
    }
    this.#figures.workerLost();
    this.#options.logger.error("the storage worker ended and is started again for the next task", {
      reason,
      task: job?.task.kind,
    });
    if (job !== undefined) this.#figures.failed(job.task.kind);
    job?.reject(new Error(`the storage worker ended during the task: ${reason}`));
    this.#startNext();
  }

  #end(): Job | undefined {
    const job = this.#current;
    this.#current = undefined;
    this.#silence?.cancel();
    return job;
  }

  #expectLife(): void {
    const silenceMs = this.#options.silenceMs ?? SILENCE_MS;
    this.#silence?.cancel();
    this.#silence = this.#options.clock.schedule(silenceMs, () => {
      this.#options.logger.warn("the storage worker shows no sign of life and is ended", {
        silence_ms: silenceMs,
      });
      this.#worker?.terminate();
    });
  }
}

function closedError(): Error {
  return new Error("the storage worker is closed: the server is stopping");
}
