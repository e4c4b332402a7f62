import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { peers, type Settings } from "./compare-ingest.ts";
import { sendAll } from "./harness/load.ts";
import { markdownTable, round } from "./harness/statistics.ts";
import { diskUse } from "./sustain.ts";
import { cpuWorkload } from "./workloads/cpu.ts";
import { mixedBatches } from "./workloads/mixed.ts";

const ROWS = 1_000_000;
const LINES_PER_BATCH = 5_000;
/** Peers move what they hold in memory to files by themselves when nothing is written for a while. */
const QUIET_MS = 60_000;
const LOOK_MS = 2_000;

/** What the same points take on the disk. Ours: the Parquet files once the log has been moved to them. */
export async function compareDisk(settings: Settings, directory: string): Promise<string> {
  const workloads: [string, Buffer[], number][] = [
    ["cpu, 10 tags, 10 integers", cpuWorkload(settings.seed, 1000).batches(ROWS, LINES_PER_BATCH), ROWS],
    ["mixed types, late and repeated points", ...mixed(settings.seed)],
  ];
  const rows: (string | number)[][] = [];
  for (const [name, batches, points] of workloads) {
    const cells: string[] = [];
    for (const kind of peers) {
      const home = path.join(directory, `disk-${kind.name}-${rows.length}`);
      const peer = await kind.start(home, ["--snapshot-wal-size", "32mb"]);
      if (peer === undefined) {
        cells.push("–");
        continue;
      }
      await sendAll(peer.writeUrl, batches, 2);
      await peer.countRows();
      await settled(home);
      const inFiles = await peer.rowsInFiles?.();
      await peer.stop();
      const bytes = inFiles === undefined ? sizeOf(home) : diskUse(home).parquet;
      cells.push(round(bytes / (inFiles ?? points), 1));
    }
    rows.push([name, ...cells]);
  }
  return `### Bytes per row on disk, ${ROWS} rows\n\n${markdownTable(["rows", ...peers.map(({ name }) => name)], rows)}`;
}

function mixed(seed: number): [Buffer[], number] {
  const batches: Buffer[] = [];
  let points = 0;
  for (const { body, newPoints } of mixedBatches(seed, LINES_PER_BATCH)) {
    batches.push(body);
    points += newPoints;
    if (points >= ROWS) break;
  }
  return [batches, points];
}

/** Until the directory has not changed its size for a while. */
async function settled(home: string): Promise<void> {
  let size = -1;
  for (let quietMs = 0; quietMs < QUIET_MS; quietMs += LOOK_MS) {
    await delay(LOOK_MS);
    const now = sizeOf(home);
    if (now !== size) quietMs = 0;
    size = now;
  }
}

function sizeOf(directory: string): number {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    // Peers rename and remove files while we look.
    if (entry.isDirectory()) bytes += sizeOf(file);
    else bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
