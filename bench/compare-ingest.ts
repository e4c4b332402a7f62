import path from "node:path";
import { sendAll } from "./harness/load.ts";
import { markdownTable, median, quantile, round } from "./harness/statistics.ts";
import { influxdb1 } from "./peers/influxdb1.ts";
import { millrace } from "./peers/millrace.ts";
import { victoriametrics } from "./peers/victoriametrics.ts";
import { cpuWorkload } from "./workloads/cpu.ts";
import { homeBatches } from "./workloads/home.ts";

export interface Settings {
  seed: number;
  rounds: number;
  rows: number;
}

export const peers = [millrace, influxdb1, victoriametrics];

type Workload = "ingest" | "home" | "tiny";

interface Shape {
  title: string;
  connections: number;
  rows: number;
  batches: Buffer[];
}

function shapeOf(workload: Workload, { seed, rows }: Settings): Shape {
  if (workload === "ingest") {
    const batches = cpuWorkload(seed, 4000).batches(rows, 10_000);
    return { title: "cpu, 10 tags, 10 fields, batches of 10,000 lines", connections: 8, rows, batches };
  }
  if (workload === "home") {
    return {
      title: "home, batches of 5,000 lines",
      connections: 8,
      rows,
      batches: homeBatches(seed, rows, 5000),
    };
  }
  const few = Math.min(rows, 200_000);
  return {
    title: "tiny: cpu, batches of 10 lines",
    connections: 100,
    rows: few,
    batches: cpuWorkload(seed, 100).batches(few, 10),
  };
}

interface Measured {
  rowsPerSecond: number[];
  rowsPerCpuSecond: number[];
  p50Ms: number[];
  p99Ms: number[];
}

/** Every acknowledged row must be there afterwards: a figure for lost rows is worth nothing. */
export async function compareIngest(
  workload: Workload,
  settings: Settings,
  directory: string,
): Promise<string> {
  const shape = shapeOf(workload, settings);
  const results = new Map<string, Measured>();
  for (let roundIndex = 0; roundIndex < settings.rounds; roundIndex++) {
    for (const kind of peers) {
      const peer = await kind.start(path.join(directory, `${workload}-${roundIndex}-${kind.name}`));
      if (peer === undefined) continue;
      try {
        const cpuBefore = peer.cpuSeconds();
        const load = await sendAll(peer.writeUrl, shape.batches, shape.connections);
        const cpuSeconds = peer.cpuSeconds() - cpuBefore;
        if (workload !== "home") {
          const stored = await peer.countRows();
          if (stored !== shape.rows)
            console.log(`warning: ${kind.name} holds ${stored} of ${shape.rows} rows`);
        }
        const measured = results.get(kind.name) ?? {
          rowsPerSecond: [],
          rowsPerCpuSecond: [],
          p50Ms: [],
          p99Ms: [],
        };
        measured.rowsPerSecond.push(shape.rows / load.wallSeconds);
        measured.rowsPerCpuSecond.push(shape.rows / cpuSeconds);
        measured.p50Ms.push(quantile(load.latenciesMs, 0.5));
        measured.p99Ms.push(quantile(load.latenciesMs, 0.99));
        results.set(kind.name, measured);
      } finally {
        await peer.stop();
      }
    }
  }
  return `### Ingest: ${shape.title}, ${shape.connections} connections\n\n${table(results)}`;
}

function table(results: ReadonlyMap<string, Measured>): string {
  const ours = results.get("Millrace")!;
  const rows = [...results].map(([name, measured]) => [
    name,
    round(median(measured.rowsPerSecond) / 1000, 0),
    round(median(measured.rowsPerCpuSecond) / 1000, 0),
    round(median(ours.rowsPerSecond) / median(measured.rowsPerSecond), 1),
    round(median(ours.rowsPerCpuSecond) / median(measured.rowsPerCpuSecond), 1),
    round(median(measured.p50Ms), 1),
    round(median(measured.p99Ms), 1),
  ]);
  return markdownTable(
    [
      "server",
      "krows/s",
      "krows per CPU-s",
      "ours ÷ it, per s",
      "ours ÷ it, per CPU-s",
      "ack p50 ms",
      "ack p99 ms",
    ],
    rows,
  );
}
