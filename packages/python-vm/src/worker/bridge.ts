import { type MessagePort, receiveMessageOnPort, type TransferListItem } from "node:worker_threads";
import { monotonicMs } from "../clock/index.ts";
import { SystemCallInterrupted } from "../host-files/index.ts";
import type { CallMessage, ControlWords, ReplyMessage } from "../protocol/index.ts";
import { type CPython, PythonError, PythonErrorIsSet } from "./cpython.ts";

/** Python's synchronous way to the host: named channels, each wait with a deadline and open to interrupts. */
export class Bridge {
  readonly #python: CPython;
  readonly #control: ControlWords;
  readonly #channels: Readonly<Record<string, MessagePort>>;
  #lastId = 0;
  #inSystemCall = false;
  #interruptedBefore = false;

  constructor(python: CPython, control: ControlWords, channels: Readonly<Record<string, MessagePort>>) {
    this.#python = python;
    this.#control = control;
    this.#channels = channels;
  }

  /** Sends without waiting for an answer. */
  post<Request>(channel: string, request: Request, transfer: readonly TransferListItem[] = []): void {
    this.#send(channel, { id: 0, request }, transfer);
  }

  /** Asks and sleeps until the answer, the deadline, or an interrupt that a Python signal handler turns into an exception. */
  call<Request, Reply>(channel: string, request: Request, timeoutMs: number): Reply {
    const id = ++this.#lastId;
    this.#send(channel, { id, request }, []);
    const reply = this.#sleepUntil(timeoutMs, () => this.#receive<Reply>(channel, id));
    if (reply === undefined) {
      throw new PythonError("TimeoutError", `the host did not answer on '${channel}' within ${timeoutMs} ms`);
    }
    return reply.reply;
  }

  /**
   * Marks work that C code asked for while it does not hold Python: no exception can be set then. An interrupt that
   * comes during such work ends its waits with SystemCallInterrupted; one that was pending before does not, because
   * some C code (SQLite's) tries again without ever looking for signals.
   */
  duringSystemCall<Result>(work: () => Result): Result {
    this.#inSystemCall = true;
    this.#interruptedBefore = this.#control.interrupted;
    try {
      return work();
    } finally {
      this.#inSystemCall = false;
    }
  }

  sleep(durationMs: number): void {
    this.#sleepUntil(durationMs, () => undefined);
  }

  #sleepUntil<Result>(timeoutMs: number, poll: () => Result | undefined): Result | undefined {
    const deadlineMs = monotonicMs() + timeoutMs;
    for (;;) {
      const wakeCount = this.#control.wakeCount;
      const result = poll();
      if (result !== undefined) return result;
      if (this.#control.interrupted) this.#noticeInterrupt();
      const leftMs = deadlineMs - monotonicMs();
      if (leftMs <= 0) return undefined;
      this.#control.sleep(wakeCount, leftMs);
    }
  }

  #noticeInterrupt(): void {
    if (this.#inSystemCall) {
      // Left pending: Python raises it as soon as the system call is over.
      if (!this.#interruptedBefore) throw new SystemCallInterrupted();
      return;
    }
    this.#control.clearInterrupt();
    if (this.#python.raiseInterrupt()) throw new PythonErrorIsSet();
  }

  /** Answers to calls that were given up are dropped here. */
  #receive<Reply>(channel: string, id: number): ReplyMessage<Reply> | undefined {
    const port = this.#port(channel);
    for (;;) {
      const received = receiveMessageOnPort(port) as { message: ReplyMessage<Reply> } | undefined;
      if (received === undefined || received.message.id === id) return received?.message;
    }
  }

  #send<Request>(
    channel: string,
    message: CallMessage<Request>,
    transfer: readonly TransferListItem[],
  ): void {
    this.#port(channel).postMessage(message, transfer);
  }

  #port(channel: string): MessagePort {
    const port = this.#channels[channel];
    if (port === undefined)
      throw new PythonError("RuntimeError", `this interpreter has no channel '${channel}'`);
    return port;
  }
}
