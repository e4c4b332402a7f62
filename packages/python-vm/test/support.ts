import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import {
  type CallMessage,
  ControlWords,
  FileError,
  type HostFiles,
  type Interpreter,
  type InterpreterOptions,
  PythonRuntime,
  type RunDeadlines,
  type RunEnd,
} from "@millrace/python-vm";

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

export const workerUrl = fixture("worker.mjs");
export const prelude = [{ name: "_vm_test", source: readFileSync(fixture("vm_test.py"), "utf8") }];
export const readablePaths = [path.dirname(fileURLToPath(workerUrl))];
export const runtimeOptions = { workerUrl, prelude, readablePaths };

export const snapshotDirectoryOfTests = fileURLToPath(new URL("../dist/.test-snapshot", import.meta.url));

const DEADLINES: RunDeadlines = { softTimeoutMs: 5000, graceMs: 500 };

let shared: Promise<PythonRuntime> | undefined;

/** One runtime for all test files, its snapshot kept beside the build: making one takes seconds. */
export function sharedRuntime(): Promise<PythonRuntime> {
  shared ??= PythonRuntime.create({ ...runtimeOptions, snapshotDirectory: snapshotDirectoryOfTests });
  return shared;
}

before(async function () {
  this.timeout(120_000);
  await sharedRuntime();
});

export interface Python {
  readonly interpreter: Interpreter<string, string>;
  /** The text of `result` after the source ran; fails when the interpreter did not survive. */
  evaluate(source: string, deadlines?: Partial<RunDeadlines>): Promise<string>;
  run(source: string, deadlines?: Partial<RunDeadlines>): Promise<RunEnd<string>>;
  /** What Python sent on the channels "host" and "output" without waiting for an answer. */
  readonly told: unknown[];
  close(): Promise<void>;
}

export type Answer = (request: string, reply: (text: string) => void) => void;

export async function startPython(
  options: InterpreterOptions = {},
  answerHost: Answer = (text, reply) => reply(`host: ${text}`),
  ownRuntime?: PythonRuntime,
): Promise<Python> {
  const runtime = ownRuntime ?? (await sharedRuntime());
  const control = options.control ?? new ControlWords();
  const told: unknown[] = [];
  const host = new MessageChannel();
  const output = new MessageChannel();
  listen(host.port1, ({ id, request }) => {
    if (id === 0) told.push(request);
    else {
      answerHost(request as string, (text) => {
        host.port1.postMessage({ id, reply: text });
        control.wake();
      });
    }
  });
  listen(output.port1, ({ request }) => told.push(request));
  const interpreter = await runtime.startInterpreter<string, string>({
    ...options,
    control,
    channels: { host: host.port2, output: output.port2, ...options.channels },
  });
  const run = (source: string, deadlines: Partial<RunDeadlines> = {}) =>
    interpreter.run(source, { ...DEADLINES, ...deadlines });
  return {
    interpreter,
    told,
    run,
    async evaluate(source, deadlines) {
      const end = await run(source, deadlines);
      if (end.kind !== "done") throw new Error(`the interpreter ended: ${end.reason}`);
      return end.response;
    },
    close: () => interpreter.terminate("the test is over"),
  };
}

interface FileRequest {
  readonly op: keyof HostFiles;
  readonly args: readonly unknown[];
}

/** Answers the file calls of an interpreter; `options` go to its start. */
export function serveFiles(
  files: HostFiles,
  beforeAnswer: (op: string) => Promise<void> = async () => {},
): Pick<InterpreterOptions, "control" | "channels"> {
  const control = new ControlWords();
  const channel = new MessageChannel();
  listen(channel.port1, ({ id, request }) => {
    const { op, args } = request as FileRequest;
    void beforeAnswer(op).then(() => {
      channel.port1.postMessage({ id, reply: replyTo(files, op, args) });
      control.wake();
    });
  });
  return { control, channels: { files: channel.port2 } };
}

function replyTo(files: HostFiles, op: keyof HostFiles, args: readonly unknown[]): object {
  try {
    return { value: (files[op] as (...args: readonly unknown[]) => unknown)(...args) };
  } catch (error) {
    return { code: error instanceof FileError ? error.code : "EIO" };
  }
}

function listen(port: MessagePort, receive: (message: CallMessage<unknown>) => void): void {
  port.on("message", receive);
  port.unref();
}

export function temporaryDirectory(): { path: string; remove(): void } {
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-python-"));
  return { path: directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
