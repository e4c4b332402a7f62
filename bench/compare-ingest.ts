import path from "node:path";
import { prepareLoad, saveBodies } from "./harness/load.ts";
import { untilCalm } from "./harness/process.ts";
import { markdownTable, median, quantile, round } from "./harness/statistics.ts";
import { influxdb1 } from "./peers/influxdb1.ts";
import { millrace } from "./peers/millrace.ts";
import type { Peer, PeerKind } from "./peers/peer.ts";
import { victoriametrics } from "./peers/victoriametrics.ts";
import { cpuWorkload } from "./workloads/cpu.ts";
import { homeBatches } from "./workloads/home.ts";

export interface Settings {
  seed: number;
  rounds: number;
  rows: number;
}

export const peers = [millrace, influxdb1, victoriametrics];

type WorkloadName = "ingest" | "home" | "tiny";

interface Workload {
  title: string;
  connections: number;
  rowsPerBatch: number;
  /** What every peer is sent; those that take a share get the first batches. */
  rows: number;
  batches(rows: number): Buffer[];
  /** False: rows share points, so that their number says nothing. */
  countable: boolean;
}

function workloadOf(name: WorkloadName, { seed, rows }: Settings): Workload {
  switch (name) {
    case "ingest":
      return {
        title: "cpu, 10 tags, 10 fields, batches of 10,000 lines",
        connections: 8,
        rowsPerBatch: 10_000,
        rows,
        batches: (count) => cpuWorkload(seed, 4000).batches(count, 10_000),
        countable: true,
      };
    case "home":
      return {
        title: "home, batches of 5,000 lines",
        connections: 8,
        rowsPerBatch: 5000,
        rows,
        batches: (count) => homeBatches(seed, count, 5000),
        countable: false,
      };
    case "tiny":
      return {
        title: "tiny: cpu, batches of 10 lines",
        connections: 100,
        rowsPerBatch: 10,
        rows: rows / 2,
        batches: (count) => cpuWorkload(seed, 100).batches(count, 10),
        countable: true,
      };
  }
}

interface Measured {
  rowsPerSecond: number;
  rowsPerCpuSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** How busy the one thread of the sender was: near 1 it is what limits the rate. */
  senderLoad: number;
}

/** The same bodies for every peer, each on a fresh directory, round by round in turn. */
export async function compareIngest(
  name: WorkloadName,
  settings: Settings,
  directory: string,
): Promise<string> {
  const workload = workloadOf(name, settings);
  const bodyFiles = saveWorkload(workload, directory);
  const results = new Map<string, Measured[]>();
  for (let turn = 0; turn < settings.rounds; turn++) {
    for (const kind of peers) {
      const peer = await kind.start(path.join(directory, `${name}-${turn}-${kind.name}`));
      if (peer === undefined) continue;
      try {
        const measured = await measure(peer, workload, rowsFor(kind, workload), bodyFiles.get(kind.share)!);
        results.set(kind.name, [...(results.get(kind.name) ?? []), measured]);
      } finally {
        await peer.stop();
      }
    }
  }
  return `### Ingest: ${workload.title}, ${workload.connections} connections\n\n${table(results)}`;
}

/** One file for each share there is. */
function saveWorkload(workload: Workload, directory: string): Map<number, string> {
  const files = new Map<number, string>();
  for (const kind of peers) {
    const file = path.join(directory, `bodies-${kind.share}`);
    if (!files.has(kind.share)) saveBodies(file, workload.batches(rowsFor(kind, workload)));
    files.set(kind.share, file);
  }
  return files;
}

function rowsFor({ share }: PeerKind, { rows, rowsPerBatch }: Workload): number {
  return Math.ceil((rows * share) / rowsPerBatch) * rowsPerBatch;
}

/** Every acknowledged row must be there afterwards: a figure for lost rows is worth nothing. */
async function measure(peer: Peer, workload: Workload, rows: number, bodyFile: string): Promise<Measured> {
  const { connections, countable } = workload;
  const load = await prepareLoad({ url: peer.writeUrl, bodyFile, connections });
  const cpuBefore = peer.cpuSeconds();
  const { wallSeconds, senderCpuSeconds, latenciesMs } = await load.run();
  if (peer.countsAftermath) await untilCalm(peer);
  const cpuSeconds = peer.cpuSeconds() - cpuBefore;
  const stored = countable ? await peer.countRows() : rows;
  if (stored !== rows) console.log(`warning: ${peer.name} holds ${stored} of ${rows} rows`);
  return {
    rowsPerSecond: rows / wallSeconds,
    rowsPerCpuSecond: rows / cpuSeconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    senderLoad: senderCpuSeconds / wallSeconds,
  };
}

function table(results: ReadonlyMap<string, readonly Measured[]>): string {
  const middle = (name: string, figure: keyof Measured): number =>
    median(results.get(name)!.map((measured) => measured[figure]));
  const ratio = (name: string, figure: keyof Measured): string =>
    round(middle(millrace.name, figure) / middle(name, figure), 1);
  const rows = [...results.keys()].map((name) => [
    name,
    round(middle(name, "rowsPerSecond") / 1000, 0),
    round(middle(name, "rowsPerCpuSecond") / 1000, 0),
    ratio(name, "rowsPerSecond"),
    ratio(name, "rowsPerCpuSecond"),
    round(middle(name, "p50Ms"), 1),
    round(middle(name, "p99Ms"), 1),
    `${round(middle(name, "senderLoad") * 100, 0)} %`,
  ]);
  const columns = [
    ...["server", "krows/s", "krows per CPU-s", "ours ÷ it, per s", "ours ÷ it, per CPU-s"],
    ...["ack p50 ms", "ack p99 ms", "sender busy"],
  ];
  return markdownTable(columns, rows);
}
