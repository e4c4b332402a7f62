import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Settings } from "./compare-ingest.ts";
import { sendAll } from "./harness/load.ts";
import { markdownTable, round } from "./harness/statistics.ts";
import { millrace } from "./peers/millrace.ts";
import { cpuWorkload } from "./workloads/cpu.ts";

const WRITERS = 4;
const READERS = 4;
const WARM_UP_BATCHES = 20;

/** How long our main thread keeps others waiting while it takes writes and four queries run all the time. */
export async function measureLoopDelay(settings: Settings, directory: string): Promise<string> {
  const home = path.join(directory, "loop");
  const peer = (await millrace.start(home))!;
  try {
    const batches = cpuWorkload(settings.seed, 1000).batches(settings.rows * 2, 5000);
    await sendAll(peer.writeUrl, batches.slice(0, WARM_UP_BATCHES), 2);
    for (let i = 0; i < 3; i++) await peer.ask("all hosts by hour");
    peer.child.kill("SIGUSR2");
    let writing = true;
    let answered = 0;
    const reader = async (): Promise<void> => {
      while (writing) {
        await peer.ask("all hosts by hour");
        answered++;
      }
    };
    const readers = Array.from({ length: READERS }, reader);
    await sendAll(peer.writeUrl, batches.slice(WARM_UP_BATCHES), WRITERS);
    writing = false;
    await Promise.all(readers);
    const file = path.join(home, "loop.json");
    for (let i = 0; i < 100 && !existsSync(file); i++) await delay(50);
    const figures = JSON.parse(readFileSync(file, "utf8")) as { p50: number; p99: number; max: number };
    const cells = [answered, round(figures.p50, 1), round(figures.p99, 1), round(figures.max, 1)];
    const columns = ["queries answered meanwhile", "p50 ms", "p99 ms", "max ms"];
    return `### Event-loop delay of the main thread, ${READERS} queries and ${WRITERS} writers at once\n\n${markdownTable(columns, [cells])}`;
  } finally {
    await peer.stop();
  }
}
