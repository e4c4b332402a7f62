import path from "node:path";
import { peers, type Settings } from "./compare-ingest.ts";
import { sendAll } from "./harness/load.ts";
import { markdownTable, median, round } from "./harness/statistics.ts";
import type { Peer, QueryName } from "./peers/peer.ts";
import { cpuWorkload } from "./workloads/cpu.ts";

const QUERIES: readonly QueryName[] = ["count", "last point", "one host by minute", "all hosts by hour"];
const ASKED = 7;

/** The same data in every peer, all running at once; each question goes round the peers in turn. */
export async function compareQueries(settings: Settings, directory: string): Promise<string> {
  const batches = cpuWorkload(settings.seed, 1000).batches(settings.rows, 10_000);
  const running: Peer[] = [];
  try {
    for (const kind of peers) {
      const peer = await kind.start(path.join(directory, `query-${kind.name}`));
      if (peer === undefined) continue;
      running.push(peer);
      await sendAll(peer.writeUrl, batches, 4);
      await peer.countRows();
    }
    const rows: (string | number)[][] = [];
    for (const query of QUERIES) {
      const times = new Map(running.map((peer) => [peer.name, [] as number[]]));
      for (let i = 0; i <= ASKED; i++) {
        for (const peer of running) {
          const startedAt = performance.now();
          await peer.ask(query);
          if (i > 0) times.get(peer.name)!.push(performance.now() - startedAt);
        }
      }
      rows.push([query, ...running.map((peer) => round(median(times.get(peer.name)!), 1))]);
    }
    const title = `### Queries over ${settings.rows} rows of cpu, median ms over HTTP`;
    return `${title}\n\n${markdownTable(["query", ...running.map((peer) => peer.name)], rows)}`;
  } finally {
    for (const peer of running) await peer.stop();
  }
}
