import type { PluginEvent, PluginHttpResponse, TracebackFrame } from "@millrace/api";
import type {
  TestError,
  TestEvent,
  TestPlace,
  TestProgress,
  TestResponse,
  TestResult,
} from "../../protocol/index.ts";
import type { TestAnswer } from "../answer.ts";
import type { PluginTexts } from "../plugin-texts/index.ts";
import { writtenRows } from "./written-rows.ts";

export interface TestReportOptions {
  readonly runId: string;
  readonly testId: string;
  readonly label: string;
  readonly notify: (progress: TestProgress) => void;
  readonly nowMs: () => number;
}

export type Conclusion = Pick<TestResult, "outcome"> &
  Partial<Pick<TestResult, "message" | "differences">> & { readonly answer?: TestAnswer };

/** A plugin may do a hundred thousand things a second; editors draw fewer. */
const EVENTS_MAX = 5000;
const EVENTS_A_MESSAGE = 500;
const PAUSE_MS = 30;
const TEXT_MAX = 16 * 1024;
const NS_PER_MS = 1e6;

/** Tells the editor about one test of a run. */
export class TestReport {
  readonly #options: TestReportOptions;
  readonly #startedMs: number;
  #plugin: PluginTexts | undefined;
  #where: TestPlace | undefined;
  #waiting: TestEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #told = 0;
  #untold = 0;

  constructor(options: TestReportOptions) {
    this.#options = options;
    this.#startedMs = options.nowMs();
  }

  started(where: TestPlace, plugin: PluginTexts | undefined): void {
    this.#where = where;
    this.#plugin = plugin;
    this.#notify({ kind: "started", where });
  }

  event(event: PluginEvent): void {
    if (this.#told >= EVENTS_MAX) {
      this.#untold++;
      return;
    }
    this.#told++;
    this.#waiting.push(this.#describe(event));
    if (this.#waiting.length >= EVENTS_A_MESSAGE) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), PAUSE_MS);
  }

  finished({ outcome, message, differences = [], answer }: Conclusion): TestResult {
    this.#flush();
    const { testId, label, nowMs } = this.#options;
    const error = answer === undefined ? undefined : this.#error(answer);
    const result: TestResult = {
      testId,
      label,
      outcome,
      ...(this.#where === undefined ? {} : { where: this.#where }),
      durationMs: answer?.durationMs ?? nowMs() - this.#startedMs,
      ...(message === undefined ? {} : { message }),
      ...(error === undefined ? {} : { error }),
      differences,
      ...writtenRows(answer?.writes ?? {}),
      ...(answer?.response === undefined ? {} : { response: responseOf(answer.response) }),
      untoldEvents: this.#untold,
      notes: answer?.notes ?? [],
    };
    this.#notify({ kind: "finished", result });
    return result;
  }

  #describe(event: PluginEvent): TestEvent {
    const { kind, level, message, file, line, atNs, database, lineProtocol, rows, sql } = event;
    const place = this.#place(file, line);
    return {
      kind,
      ...place,
      ...(atNs < 0 ? {} : { atMs: atNs / NS_PER_MS }),
      ...(level === undefined ? {} : { level }),
      ...(message === undefined ? {} : { message: shortened(message) }),
      ...(database === undefined ? {} : { database }),
      ...(lineProtocol === undefined ? {} : { lineProtocol: shortened(lineProtocol) }),
      ...(sql === undefined ? {} : { sql: shortened(sql) }),
      ...(rows === undefined ? {} : { rows }),
    };
  }

  /** The first error; a line is that of the innermost frame in the plugin. */
  #error({ errors, traceback }: TestAnswer): TestError | undefined {
    const [first] = errors;
    if (first === undefined) return undefined;
    const frames = traceback.map((frame) => this.#frame(frame));
    const inner = frames.findLast((frame) => frame.uri !== undefined);
    return {
      message: errors.map(shortened).join("\n"),
      ...(inner?.uri === undefined ? this.#syntaxPlace(first) : { uri: inner.uri }),
      ...(inner?.line === undefined ? {} : { line: inner.line }),
      traceback: frames,
    };
  }

  #frame({ function: name, file, line, source }: TracebackFrame) {
    return {
      function: name,
      file,
      ...this.#place(file, line),
      ...(source === undefined ? {} : { source }),
    };
  }

  /** Code that Python cannot read has no traceback, but the text says where: `(<string>, line 2)`. */
  #syntaxPlace(text: string): { uri?: string; line?: number } {
    const [, file, line] = /\(([^()]+), line (\d+)\)/.exec(text) ?? [];
    return file === undefined ? {} : this.#place(file, Number(line));
  }

  #place(file: string, line: number): { uri?: string; line?: number } {
    const document = this.#plugin?.documentOf(file);
    if (document === undefined) return {};
    return line > 0 ? { uri: document.uri, line: line - 1 } : { uri: document.uri };
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#notify({ kind: "events", events });
  }

  #notify(
    what:
      | { kind: "started"; where: TestPlace }
      | { kind: "events"; events: readonly TestEvent[] }
      | { kind: "finished"; result: TestResult },
  ): void {
    const { runId, testId, notify } = this.#options;
    notify({ runId, testId, ...what });
  }
}

function responseOf({ status, headers, body, body_base64 }: PluginHttpResponse): TestResponse {
  return {
    status,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(body_base64 === undefined ? {} : { bodyBase64: body_base64 }),
  };
}

function shortened(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}…`;
}
