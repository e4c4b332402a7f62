import { Worker } from "node:worker_threads";
import type { CommitGroup, GroupSink } from "./commit-pipeline.ts";
import { encodeFrameHeader, FRAME_HEADER_BYTES } from "./segment-format.ts";
import type { FromWorker, GroupMessage, StoredMessage, ToWorker, WalWorkerData } from "./worker-protocol.ts";

/** The other end of a WAL worker. */
export interface WorkerChannel {
  post(message: ToWorker, transfer: readonly ArrayBuffer[]): void;
  /** Ends the worker at once. */
  terminate(): void;
}

export interface WorkerHandlers {
  onMessage(message: FromWorker): void;
  /** The worker ended by itself: nothing can be written any more. */
  onExit(error: Error): void;
}

export type StartWorker = (data: WalWorkerData, handlers: WorkerHandlers) => WorkerChannel;

export const startWorkerThread: StartWorker = (data, handlers) => {
  // Flags of the main program, such as a loader, are not for this thread.
  const worker = new Worker(new URL("./wal-worker.js", import.meta.url), { workerData: data, execArgv: [] });
  let failure = new Error("the WAL worker ended");
  worker.on("message", handlers.onMessage);
  worker.on("error", (error) => {
    failure = error as Error;
  });
  worker.on("exit", () => handlers.onExit(failure));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => {
      worker.terminate().catch(() => {});
    },
  };
};

export interface WorkerLinkOptions {
  data: WalWorkerData;
  startWorker: StartWorker;
  onStored(stored: StoredMessage): void;
  onFailed(error: Error): void;
  /** Another server took the log over; `file` shows it. */
  onFenced(file: string): void;
  onExit(error: Error): void;
}

/** Hands commit groups to the worker and keeps both sides in step after a failure. */
export class WorkerLink implements GroupSink {
  readonly #options: WorkerLinkOptions;
  readonly #channel: WorkerChannel;
  readonly #bufferNumbers = new Map<SharedArrayBuffer, number>();
  #lastNumber = 0;
  #epoch = 0;
  #exited = false;
  #onClosed: (() => void) | undefined;
  readonly #trims: ((problem: string | undefined) => void)[] = [];

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.#channel = options.startWorker(options.data, {
      onMessage: (message) => this.#receive(message),
      onExit: (error) => {
        this.#exited = true;
        for (const answer of this.#trims.splice(0)) answer("the WAL worker ended");
        if (this.#onClosed !== undefined) this.#onClosed();
        else options.onExit(error);
      },
    });
  }

  write(group: CommitGroup): void {
    if (this.#exited) return;
    const count = group.entries.length;
    const headers = new Uint8Array(count * FRAME_HEADER_BYTES);
    const bodies = new Uint32Array(count * 3);
    for (let i = 0; i < count; i++) {
      const entry = group.entries[i]!;
      encodeFrameHeader(headers, i * FRAME_HEADER_BYTES, entry);
      bodies[i * 3] = this.#numberOf(entry.slice.buffer);
      bodies[i * 3 + 1] = entry.slice.offset;
      bodies[i * 3 + 2] = entry.length;
    }
    const { payloadBytes } = group;
    const message: GroupMessage = { kind: "group", epoch: this.#epoch, headers, bodies, payloadBytes };
    this.#channel.post(message, [headers.buffer, bodies.buffer]);
  }

  forget(buffer: SharedArrayBuffer): void {
    const number = this.#bufferNumbers.get(buffer);
    if (number === undefined) return;
    this.#bufferNumbers.delete(buffer);
    if (!this.#exited) this.#channel.post({ kind: "forget", number }, []);
  }

  /** Resolves when the space of groups up to the sequence is given back, with what prevented a part of it. */
  trim(sequence: number): Promise<string | undefined> {
    if (this.#exited) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#trims.push(resolve);
      this.#channel.post({ kind: "trim", sequence }, []);
    });
  }

  /** Resolves when the worker has closed its file and ended. */
  close(): Promise<void> {
    if (this.#exited) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onClosed = resolve;
      this.#channel.post({ kind: "close" }, []);
    });
  }

  terminate(): void {
    this.#channel.terminate();
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case "stored":
        this.#options.onStored(message);
        return;
      case "failed":
        if (message.epoch !== this.#epoch) return;
        this.#epoch++;
        this.#options.onFailed(new Error(message.message));
        return;
      case "fenced":
        this.#options.onFenced(message.file);
        return;
      case "trimmed":
        this.#trims.shift()?.(message.problem);
        return;
      case "closed":
        this.#onClosed?.();
    }
  }

  #numberOf(buffer: SharedArrayBuffer): number {
    const known = this.#bufferNumbers.get(buffer);
    if (known !== undefined) return known;
    const number = ++this.#lastNumber;
    this.#bufferNumbers.set(buffer, number);
    this.#channel.post({ kind: "buffer", number, buffer }, []);
    return number;
  }
}
