import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { markdownTable, round } from "./harness/statistics.ts";
import { millrace } from "./peers/millrace.ts";
import type { Peer } from "./peers/peer.ts";
import { MIXED_TABLES, mixedBatches } from "./workloads/mixed.ts";

export interface SustainSettings {
  readonly seed: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

const LINES_PER_BATCH = 2_000;
const LANES = 4;
const SAMPLES = 20;

/**
 * Writes to several tables for a long time, with late and repeated points, while rows are counted all the time; then
 * starts again after a clean end and after a kill in the middle. docs/benchmarks.md, "Sustained load".
 */
export async function sustain(settings: SustainSettings, directory: string): Promise<string> {
  const home = path.join(directory, "sustain");
  const load = new Load(settings);
  let peer = (await millrace.start(home))!;
  const samples = await load.run(peer, settings.seconds, home);
  const sections = [
    `### Sustained load: ${MIXED_TABLES.length} tables, ${settings.rowsPerSecond} rows/s asked for, ${settings.seconds} s\n`,
    markdownTable(
      ["after s", "M rows sent", "RSS MB", "write-ahead log MB", "Parquet MB", "Parquet files"],
      samples.map((sample) => [
        round(sample.seconds, 0),
        round(sample.rows / 1e6, 2),
        round(sample.rssBytes / 1e6, 0),
        round(sample.disk.wal / 1e6, 0),
        round(sample.disk.parquet / 1e6, 1),
        sample.disk.files,
      ]),
    ),
    `\n${load.counts} counts meanwhile, ${load.wrongCounts} of them wrong.\n`,
  ];
  await peer.stop();
  peer = await load.startAndCheck(home, "a clean end", sections);
  const { child } = peer;
  await load.run(peer, 10, home, async () => void child.kill("SIGKILL"));
  peer = await load.startAndCheck(home, "kill -9 under load", sections);
  await peer.stop();
  return sections.join("\n");
}

interface Sample {
  seconds: number;
  rows: number;
  rssBytes: number;
  disk: DiskUse;
}

interface DiskUse {
  wal: number;
  parquet: number;
  files: number;
}

class Load {
  counts = 0;
  wrongCounts = 0;
  #rows = 0;
  readonly #batches;
  readonly #rowsPerSecond: number;
  /** Points acknowledged, and points sent whose answer is not known. */
  readonly #acknowledged = new Map<string, number>(MIXED_TABLES.map((table) => [table, 0]));
  readonly #open = new Map<string, number>(MIXED_TABLES.map((table) => [table, 0]));

  constructor({ seed, rowsPerSecond }: SustainSettings) {
    this.#batches = mixedBatches(seed, LINES_PER_BATCH);
    this.#rowsPerSecond = rowsPerSecond;
  }

  async run(peer: Peer, seconds: number, home: string, kill?: () => Promise<void>): Promise<Sample[]> {
    const samples: Sample[] = [];
    const startedAt = performance.now();
    const elapsed = (): number => (performance.now() - startedAt) / 1000;
    const rowsBefore = this.#rows;
    let ended = false;
    const lane = async (): Promise<void> => {
      while (!ended) {
        const aheadSeconds = (this.#rows - rowsBefore) / this.#rowsPerSecond - elapsed();
        if (aheadSeconds > 0) await delay(aheadSeconds * 1000);
        else if (!(await this.#send(peer))) ended = true;
      }
    };
    const counter = async (): Promise<void> => {
      while (!ended) {
        await this.#countOnce(peer);
        await delay(100);
      }
    };
    const lanes = [...Array.from({ length: LANES }, lane), counter()];
    for (let i = 1; i <= SAMPLES && !ended; i++) {
      await delay(Math.max(0, (seconds * i) / SAMPLES - elapsed()) * 1000);
      const disk = diskUse(home);
      samples.push({ seconds: elapsed(), rows: this.#rows, rssBytes: peer.residentBytes(), disk });
    }
    if (kill === undefined) ended = true;
    await kill?.();
    await Promise.all(lanes);
    return samples;
  }

  /** Starts the server again and says how long it took and whether everything is there. */
  async startAndCheck(home: string, after: string, sections: string[]): Promise<Peer> {
    const startedAt = performance.now();
    const peer = (await millrace.start(home))!;
    const seconds = (performance.now() - startedAt) / 1000;
    let problems = 0;
    for (const table of MIXED_TABLES) {
      const rows = await count(peer, table);
      const least = this.#acknowledged.get(table)!;
      if (rows < least || rows > least + this.#open.get(table)!) problems++;
      this.#acknowledged.set(table, rows);
      this.#open.set(table, 0);
    }
    sections.push(
      `Start after ${after}: ${round(seconds, 2)} s, ${problems === 0 ? "all counts right" : `${problems} tables WRONG`}.`,
    );
    return peer;
  }

  async #send(peer: Peer): Promise<boolean> {
    const { body, table, newPoints } = this.#batches.next().value;
    this.#rows += LINES_PER_BATCH;
    this.#open.set(table, this.#open.get(table)! + newPoints);
    try {
      const response = await fetch(peer.writeUrl, { method: "POST", body: new Uint8Array(body) });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`a write was answered with ${response.status}`);
    } catch {
      return false;
    }
    this.#acknowledged.set(table, this.#acknowledged.get(table)! + newPoints);
    this.#open.set(table, this.#open.get(table)! - newPoints);
    return true;
  }

  async #countOnce(peer: Peer): Promise<void> {
    const table = MIXED_TABLES[this.counts % MIXED_TABLES.length]!;
    const least = this.#acknowledged.get(table)!;
    const rows = await count(peer, table).catch(() => undefined);
    if (rows === undefined) return;
    this.counts++;
    if (rows < least || rows > this.#acknowledged.get(table)! + this.#open.get(table)!) this.wrongCounts++;
  }
}

async function count(peer: Peer, table: string): Promise<number> {
  const response = await fetch(new URL("/api/v3/query_sql", peer.writeUrl), {
    method: "POST",
    body: JSON.stringify({ db: "bench", q: `SELECT count(*) AS n FROM ${table}`, format: "json" }),
  });
  if (!response.ok) {
    if ((await response.text()).includes("not found")) return 0;
    throw new Error(`a count was answered with ${response.status}`);
  }
  return ((await response.json()) as { n: number }[])[0]!.n;
}

/** By what lies in the node's directory. */
export function diskUse(home: string): DiskUse {
  const use = { wal: 0, parquet: 0, files: 0 };
  const visit = (directory: string): void => {
    if (!existsSync(directory)) return;
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (entry.name.endsWith(".parquet")) {
        use.parquet += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        use.files++;
      } else if (file.includes(`${path.sep}wal${path.sep}`))
        use.wal += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    }
  };
  visit(home);
  return use;
}
