import { fileURLToPath } from "node:url";
import { Precision } from "@millrace/line-protocol";
import {
  type GlobalCache,
  type InterpreterSettings,
  type LineFrame,
  type LogLine,
  type PluginHost,
  type PluginInterpreter,
  PluginRuntime,
  type QueryLink,
  type QueryReply,
  type QueryRequest,
  type RequestRun,
  type RunOutcome,
  type RunRequest,
  serveQueries,
} from "@millrace/plugin-runtime";

let shared: Promise<PluginRuntime> | undefined;

/** One runtime for all test files, its snapshot kept beside the build: making one takes seconds. */
export function sharedRuntime(): Promise<PluginRuntime> {
  const snapshotDirectory = fileURLToPath(new URL("../dist/.test-snapshot", import.meta.url));
  shared ??= PluginRuntime.create({ snapshotDirectory });
  return shared;
}

before(async function () {
  this.timeout(120_000);
  await sharedRuntime();
});

/** A host that remembers what plugins told it, and answers as the test says. */
export class FakeHost implements PluginHost {
  readonly logged: LogLine[] = [];
  readonly printed: string[] = [];
  readonly written: { database: string; text: string; noSync: boolean }[] = [];
  readonly queries: QueryRequest[] = [];
  readonly cached = new Map<string, { value: Uint8Array; ttlMs: number | null }>();
  answerQuery: (request: QueryRequest) => Promise<QueryReply> = async () => ({ batches: [] });
  refuseWrite: string | undefined;

  log(_context: unknown, line: LogLine): void {
    this.logged.push(line);
  }

  print(_context: unknown, text: string): void {
    this.printed.push(text);
  }

  async writeSync(
    _context: unknown,
    database: string,
    text: string,
    noSync: boolean,
  ): Promise<string | undefined> {
    this.written.push({ database, text, noSync });
    return this.refuseWrite;
  }

  readonly globalCache = {
    get: (_context: unknown, key: string) => this.cached.get(key)?.value,
    put: (_context: unknown, key: string, value: Uint8Array, ttlMs: number | null) => {
      this.cached.set(key, { value, ttlMs });
    },
    delete: (_context: unknown, key: string) => this.cached.delete(key),
  };

  readonly localCached = new Map<string, Uint8Array>();
  readonly localCache: GlobalCache = {
    get: ({ cacheNamespace }, key) => this.localCached.get(`${cacheNamespace} ${key}`),
    put: ({ cacheNamespace }, key, value) => void this.localCached.set(`${cacheNamespace} ${key}`, value),
    delete: ({ cacheNamespace }, key) => this.localCached.delete(`${cacheNamespace} ${key}`),
  };

  connectQueries(link: QueryLink): void {
    serveQueries(link, (request) => {
      this.queries.push(request);
      return this.answerQuery(request);
    });
    link.port.unref();
  }
}

export interface Plugins {
  readonly host: FakeHost;
  readonly interpreter: PluginInterpreter;
  /** Runs a body of `process_writes(influxdb3_local, table_batches, args)`; fails unless the run is fine. */
  body(source: string, changes?: Partial<RunRequest>): Promise<RunOutcome>;
  /** Runs a whole plugin, whatever comes of it. */
  run(source: string, changes?: Partial<RunRequest>): Promise<RunOutcome>;
  request(source: string, request?: Partial<RequestRun["request"]>): Promise<RunOutcome>;
}

export async function startPlugins(
  settings: Partial<InterpreterSettings> = {},
  hostParts: Partial<Pick<PluginHost, "files" | "openNetwork">> = {},
): Promise<Plugins> {
  const host = Object.assign(new FakeHost(), hostParts);
  const interpreter = await (await sharedRuntime()).startInterpreter({
    host,
    monotonicMs: () => performance.now(),
    ...settings,
  });
  const run = (source: string, changes: Partial<RunRequest> = {}) =>
    interpreter.run({ ...basics(source), ...writes([]), ...changes } as RunRequest);
  return {
    host,
    interpreter,
    run,
    async body(source, changes) {
      const lines = source.split("\n").map((line) => `    ${line}`);
      const outcome = await run(
        `def process_writes(influxdb3_local, table_batches, args):\n${lines.join("\n")}`,
        changes,
      );
      if (!outcome.ok) throw new Error(outcome.error?.text);
      return outcome;
    },
    request: (source, request = {}) =>
      interpreter.run({
        ...basics(source),
        kind: "request",
        request: { query: {}, headers: {}, body: new Uint8Array(0), ...request },
      }),
  };
}

function basics(source: string) {
  return {
    runId: "run-1",
    plugin: { fileName: "plugin.py", source },
    database: "db",
    args: null,
    cacheNamespace: "trigger-1",
    test: false,
  };
}

export function frame(lines: string, defaultTimeNs = 7n): LineFrame {
  return { precision: Precision.nanosecond, defaultTimeNs, bytes: new TextEncoder().encode(lines) };
}

export function writes(frames: LineFrame[], tables?: string[]) {
  return { kind: "writes" as const, batches: { frames, ...(tables ? { tables } : {}) } };
}

/** The messages that a run logged. */
export function messages(outcome: RunOutcome): string[] {
  return outcome.logs.map((line) => line.message);
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
