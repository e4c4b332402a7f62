import { readFileSync } from "node:fs";
import { Precision } from "@millrace/line-protocol";
import {
  type PluginHost,
  type PluginInterpreter,
  PluginRuntime,
  type RunRequest,
  serveQueries,
} from "@millrace/plugin-runtime";
import { markdownTable, quantile, round } from "./harness/statistics.ts";
import { cpuWorkload } from "./workloads/cpu.ts";

const WARM_UP_RUNS = 500;
const SMALL_RUNS = 5000;
const LARGE_RUNS = 30;

/** What the interpreter alone costs: no server, no database, no network. */
export async function measureInterpreter(seed: number, soakRuns: number): Promise<string> {
  const runtime = await PluginRuntime.create();
  const startedAt = performance.now();
  const interpreter = await runtime.startInterpreter({ host, monotonicMs: () => performance.now() });
  const startMs = performance.now() - startedAt;
  try {
    const small = run("average", cpuWorkload(seed, 100).batches(100, 100)[0]!);
    await repeat(interpreter, small, WARM_UP_RUNS);
    const smallMs = await repeat(interpreter, small, SMALL_RUNS);
    const smallSeconds = smallMs.reduce((sum, ms) => sum + ms, 0) / 1000;
    const nothingMs = await repeat(interpreter, run("nothing", Buffer.from("m v=1")), SMALL_RUNS);
    const large = run("nothing", cpuWorkload(seed, 1000).batches(10_000, 10_000)[0]!);
    const largeMs = await repeat(interpreter, large, LARGE_RUNS);
    const rows = [
      ["a new interpreter is ready, ms", round(startMs, 0)],
      ["run that does nothing: p50, p99 ms", figures(nothingMs)],
      ["100 rows in, one line, one log line, cache: p50, p99 ms", figures(smallMs)],
      ["such runs per second in one interpreter", round(SMALL_RUNS / smallSeconds, 0)],
      ["10,000 rows of 21 columns into table_batches: p50, p99 ms", figures(largeMs)],
      [
        `resident memory after each quarter of ${soakRuns} runs, MB`,
        await soak(interpreter, small, soakRuns),
      ],
    ];
    return `### One interpreter\n\n${markdownTable(["", ""], rows)}`;
  } finally {
    await interpreter.dispose();
  }
}

const host: PluginHost = {
  log: () => {},
  writeSync: async () => undefined,
  globalCache: { get: () => undefined, put: () => {}, delete: () => false },
  connectQueries(link) {
    serveQueries(link, async () => ({ batches: [] }));
    link.port.unref();
  },
};

function run(plugin: string, bytes: Uint8Array): RunRequest {
  const fileName = `${plugin}.py`;
  const source = readFileSync(new URL(`workloads/plugins/${fileName}`, import.meta.url), "utf8");
  return {
    kind: "writes",
    runId: "bench",
    plugin: { fileName, source },
    database: "bench",
    args: null,
    cacheNamespace: "bench",
    test: false,
    batches: { frames: [{ precision: Precision.nanosecond, defaultTimeNs: 0n, bytes }] },
  };
}

/** Milliseconds of each run, sorted. */
async function repeat(interpreter: PluginInterpreter, request: RunRequest, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    const outcome = await interpreter.run(request);
    took.push(performance.now() - startedAt);
    if (!outcome.ok) throw new Error(outcome.error?.text);
  }
  return took.sort((a, b) => a - b);
}

async function soak(interpreter: PluginInterpreter, request: RunRequest, runs: number): Promise<string> {
  const resident: string[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    await repeat(interpreter, request, runs / 4);
    resident.push(round(process.memoryUsage().rss / 2 ** 20, 0));
  }
  return resident.join(", ");
}

function figures(sorted: readonly number[]): string {
  return `${round(quantile(sorted, 0.5), 2)}, ${round(quantile(sorted, 0.99), 2)}`;
}
