import { readFileSync } from "node:fs";
import { Precision } from "@millrace/line-protocol";
import {
  type PluginHost,
  type PluginInterpreter,
  PluginRuntime,
  type RunRequest,
  serveQueries,
} from "@millrace/plugin-runtime";
import { markdownTable, median, quantile, round } from "./harness/statistics.ts";
import { cpuWorkload } from "./workloads/cpu.ts";
import { narrowLines } from "./workloads/narrow.ts";

/** By then the compiler of WebAssembly, which works on every core, has compiled what these runs need. */
const WARM_UP_RUNS = 5000;
const SMALL_RUNS = 5000;
const LARGE_RUNS = 30;
/** A rate is the median of that many parts: what other load on the machine disturbs is one or the other of them. */
const PARTS = 10;

/** What the interpreter alone costs: no server, no database, no network. */
export async function measureInterpreter(seed: number, soakRuns: number): Promise<string> {
  const runtime = await PluginRuntime.create();
  const startedAt = performance.now();
  const interpreter = await runtime.startInterpreter({ host, monotonicMs: () => performance.now() });
  const startMs = performance.now() - startedAt;
  try {
    const small = run("average", narrowLines(seed, 100));
    await repeat(interpreter, small, WARM_UP_RUNS);
    const smallRuns = await repeat(interpreter, small, SMALL_RUNS);
    await repeat(interpreter, run("nothing", Buffer.from("m v=1")), SMALL_RUNS / PARTS);
    const nothing = await repeat(interpreter, run("nothing", Buffer.from("m v=1")), SMALL_RUNS);
    const large = async (bytes: Buffer): Promise<Runs> => {
      await repeat(interpreter, run("nothing", bytes), LARGE_RUNS / 3);
      return repeat(interpreter, run("nothing", bytes), LARGE_RUNS);
    };
    const narrow = await large(narrowLines(seed, 10_000));
    const wide = await large(cpuWorkload(seed, 1000).batches(10_000, 10_000)[0]!);
    await repeat(interpreter, run("nothing", cpuWorkload(seed, 1000).batches(50_000, 50_000)[0]!), 2);
    const heapMb = interpreter.heapBytes / 2 ** 20;
    const rows = [
      ["a new interpreter is ready", round(startMs, 0)],
      ["run that does nothing", figures(nothing)],
      ["100 rows in, one line, one log line, cache", figures(smallRuns)],
      ["such runs per second in one interpreter", round(smallRuns.perSecond, 0)],
      ["10,000 rows of 2 tags, 3 fields and time into table_batches", figures(narrow)],
      ["10,000 rows of 10 tags, 10 fields and time into table_batches", figures(wide)],
      ["Python's memory after one call with 50,000 of these, as many as one may have, MB", round(heapMb, 0)],
      [
        `resident memory after each quarter of ${soakRuns} runs, MB`,
        await soak(interpreter, small, soakRuns),
      ],
    ];
    return `### One interpreter\n\n${markdownTable(["", "ms: p50, p99; of processor time"], rows)}`;
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

interface Runs {
  /** Milliseconds of each run, sorted. */
  readonly tookMs: readonly number[];
  readonly perSecond: number;
  /** Of all threads: what other load on the machine disturbs least. */
  readonly processorMs: number;
}

async function repeat(interpreter: PluginInterpreter, request: RunRequest, times: number): Promise<Runs> {
  const tookMs: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    const outcome = await interpreter.run(request);
    tookMs.push(performance.now() - startedAt);
    if (!outcome.ok) throw new Error(outcome.error?.text);
  }
  const { user, system } = process.cpuUsage(before);
  const perSecond = median(rates(tookMs));
  return { tookMs: tookMs.sort((a, b) => a - b), perSecond, processorMs: (user + system) / 1000 / times };
}

function rates(tookMs: readonly number[]): number[] {
  const length = Math.ceil(tookMs.length / PARTS);
  return Array.from({ length: Math.ceil(tookMs.length / length) }, (_, part) => {
    const runs = tookMs.slice(part * length, (part + 1) * length);
    return (1000 * runs.length) / runs.reduce((sum, ms) => sum + ms, 0);
  });
}

async function soak(interpreter: PluginInterpreter, request: RunRequest, runs: number): Promise<string> {
  const resident: string[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    await repeat(interpreter, request, runs / 4);
    resident.push(round(process.memoryUsage().rss / 2 ** 20, 0));
  }
  return resident.join(", ");
}

function figures({ tookMs, processorMs }: Runs): string {
  return `${round(quantile(tookMs, 0.5), 2)}, ${round(quantile(tookMs, 0.99), 2)}; ${round(processorMs, 2)}`;
}
