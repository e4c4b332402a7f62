import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Settings } from "./compare-ingest.ts";
import { prepareLoad, saveBodies } from "./harness/load.ts";
import { untilCalm } from "./harness/process.ts";
import { markdownTable, median, quantile, round } from "./harness/statistics.ts";
import { millrace } from "./peers/millrace.ts";
import { type Peer, readAll } from "./peers/peer.ts";
import { measureInterpreter } from "./plugin-interpreter.ts";
import { cpuWorkload } from "./workloads/cpu.ts";

const plugins = path.join(path.dirname(fileURLToPath(import.meta.url)), "workloads", "plugins");
const TEST_RUNS = 200;
const REQUEST_RUNS = 1000;
const CONNECTIONS = 8;
const ROWS_PER_BATCH = 10_000;
/** Until these were seen, the compilers of JavaScript and of Python's WebAssembly take more than the work itself. */
const WARM_UP_ROWS = 500_000;
/** More than elsewhere: the share of two rates is disturbed by whatever disturbs one of them. */
const INGEST_ROUNDS = 5;
/** Of the interpreter that soaks; a quarter of it lies between two figures. */
const SOAK_RUNS = 20_000;

/** What plugins cost: tests, triggers, and the writes that a trigger follows. */
export async function measurePlugins(settings: Settings, directory: string): Promise<string> {
  const parts = [
    await measureInterpreter(settings.seed, SOAK_RUNS),
    await measureServer(path.join(directory, "plugins")),
    await measureIngest(settings, directory),
  ];
  return parts.join("\n\n");
}

async function start(directory: string): Promise<Peer> {
  const pluginDirectory = path.join(directory, "plugin-files");
  mkdirSync(pluginDirectory, { recursive: true });
  cpSync(plugins, pluginDirectory, { recursive: true });
  return (await millrace.start(directory, ["--plugin-dir", pluginDirectory]))!;
}

async function measureServer(directory: string): Promise<string> {
  const peer = await start(directory);
  try {
    const base = new URL(peer.writeUrl).origin;
    const lines = cpuWorkload(1, 100).batches(100, 100)[0]!.toString();
    const body = { filename: "average.py", database: "bench", input_lp: lines };
    const test = (): Promise<string> => post(`${base}/api/v3/plugin_test/wal`, body);
    const [coldMs] = await timed(1, test);
    const warmMs = await timed(TEST_RUNS, test);
    await post(peer.writeUrl, "m v=1");
    await createTrigger(base, "nothing", "request:nothing");
    const ask = (): Promise<string> => readAll(`${base}/api/v3/engine/nothing`);
    const ping = (): Promise<string> => readAll(`${base}/api/v3/query_sql?db=none`).catch(() => "");
    await timed(REQUEST_RUNS / 5, ask);
    await timed(REQUEST_RUNS / 5, ping);
    const requestMs = await timed(REQUEST_RUNS, ask);
    const refusedMs = await timed(REQUEST_RUNS, ping);
    const overheadMs = quantile(requestMs, 0.5) - quantile(refusedMs, 0.5);
    const rows = [
      ["first plugin test of a new server, ms", round(coldMs!, 0)],
      ["plugin test: p50, p99 ms", figures(warmMs)],
      ["request to a trigger that does nothing: p50, p99 ms", figures(requestMs)],
      ["of which beyond a request without a plugin: p50 ms", round(overheadMs, 2)],
    ];
    return `### The server\n\n${markdownTable(["", ""], rows)}`;
  } finally {
    await peer.stop();
  }
}

/** The same writes with and without a trigger that adds up one field of every row, in turn. */
async function measureIngest({ seed, rows }: Settings, directory: string): Promise<string> {
  const bodyFile = path.join(directory, "plugin-bodies");
  const bodies = cpuWorkload(seed, 4000).batches(rows + WARM_UP_ROWS, ROWS_PER_BATCH);
  saveBodies(bodyFile, bodies.slice(WARM_UP_ROWS / ROWS_PER_BATCH));
  const warmUpFile = path.join(directory, "plugin-warm-up");
  saveBodies(warmUpFile, bodies.slice(0, WARM_UP_ROWS / ROWS_PER_BATCH));
  const rates = { without: [] as number[], with: [] as number[] };
  const perProcessor = { without: [] as number[], with: [] as number[] };
  const residentMb: number[] = [];
  const waits: number[] = [];
  for (let turn = 0; turn < INGEST_ROUNDS; turn++) {
    for (const trigger of [false, true]) {
      const peer = await start(path.join(directory, `plugin-ingest-${turn}-${trigger}`));
      try {
        const base = new URL(peer.writeUrl).origin;
        await post(peer.writeUrl, "warm v=1");
        if (trigger) await createTrigger(base, "total", "table:cpu");
        const to = { url: peer.writeUrl, connections: CONNECTIONS };
        await (await prepareLoad({ ...to, bodyFile: warmUpFile })).run();
        await untilCalm(peer);
        const load = await prepareLoad({ ...to, bodyFile });
        const busyBefore = peer.cpuSeconds();
        const { wallSeconds, refused } = await load.run();
        const name = trigger ? "with" : "without";
        rates[name].push(rows / wallSeconds);
        await untilCalm(peer);
        perProcessor[name].push(rows / (peer.cpuSeconds() - busyBefore));
        if (!trigger) continue;
        residentMb.push(peer.residentBytes() / 2 ** 20);
        waits.push(refused);
      } finally {
        await peer.stop();
      }
    }
  }
  const share = ({ with: one, without: other }: Record<"with" | "without", number[]>): string =>
    `${round((median(one) / median(other)) * 100, 0)} %`;
  const cells = [
    ["without a trigger, krows/s", round(median(rates.without) / 1000, 0)],
    ["with one that sums a field, krows/s", round(median(rates.with) / 1000, 0)],
    ["without, krows per CPU-s", round(median(perProcessor.without) / 1000, 0)],
    ["with it, krows per CPU-s", round(median(perProcessor.with) / 1000, 0)],
    ["writes that were asked to wait", round(median(waits), 0)],
    ["share per CPU-second", share(perProcessor)],
    ["share per second", share(rates)],
    ["resident memory afterwards, MB", round(median(residentMb), 0)],
  ];
  return `### Ingest beside a data-write trigger: cpu, batches of 10,000 lines, ${CONNECTIONS} connections\n\n${markdownTable(["", ""], cells)}`;
}

async function createTrigger(base: string, plugin: string, specification: string): Promise<void> {
  await post(`${base}/api/v3/configure/processing_engine_trigger`, {
    db: "bench",
    plugin_filename: `${plugin}.py`,
    trigger_name: plugin,
    trigger_settings: { run_async: false, error_behavior: "log" },
    trigger_specification: specification,
    disabled: false,
  });
}

function post(url: string, body: unknown): Promise<string> {
  const json = typeof body !== "string";
  return readAll(url, {
    method: "POST",
    ...(json ? { headers: { "content-type": "application/json" } } : {}),
    body: json ? JSON.stringify(body) : body,
  });
}

/** Milliseconds of each call, sorted. */
async function timed(times: number, call: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    await call();
    took.push(performance.now() - startedAt);
  }
  return took.sort((a, b) => a - b);
}

function figures(sorted: readonly number[]): string {
  return `${round(quantile(sorted, 0.5), 1)}, ${round(quantile(sorted, 0.99), 1)}`;
}
