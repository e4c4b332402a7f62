import assert from "node:assert/strict";
import { CountedLoad } from "./support/counted-load.ts";
import { temporaryDirectory } from "./support/directories.ts";
import type { Session } from "./support/http.ts";
import { metric, scrape } from "./support/metrics.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer, type TestServer } from "./support/server.ts";

const FULL = Boolean(process.env["MILLRACE_TEST_FULL"]);
const args = [
  "--snapshot-wal-size",
  "64kb",
  "--wal-flush-interval",
  "20ms",
  "--log-filter",
  "info,storage=debug",
];

describe("counts of rows", function () {
  this.timeout(FULL ? 1_200_000 : 120_000);
  const SNAPSHOTS = FULL ? 200 : 12;
  const COMPACTIONS = FULL ? 50 : 4;

  it("never miss or double a row during flushes, snapshots and compactions, and are right after a restart", async () => {
    const random = new Random(seedFor("counts"));
    const dataDir = temporaryDirectory("counts");
    let server = await startServer({ dataDir, withoutAuth: true, args });
    const load = new CountedLoad({ url: server.url }, { writers: 4, linesPerWrite: 60, random });
    const readers = Array.from({ length: 2 }, () => readUntil(load, server, SNAPSHOTS, COMPACTIONS));
    await Promise.all(readers);
    const { snapshots, compactions } = await storageOf({ url: server.url });
    // Amid the load: what was not acknowledged may be there or not.
    await server.kill();
    await load.ended();

    for (const end of ["kill", "stop"] as const) {
      server = await startServer({ dataDir, withoutAuth: true, args });
      await load.check({ url: server.url });
      const replayed = Number(/write-ahead log replayed .*? rows=(\d+)/.exec(server.output())?.[1]);
      // What came since the last snapshot, not what was ever written.
      assert.ok(replayed <= load.lines / 3, `${replayed} of ${load.lines} lines replayed`);
      await server[end]();
    }
    console.log(
      `      ${load.acknowledged} rows, ${load.queries} queries, ${snapshots} snapshots, ${compactions} compactions`,
    );
  });
});

interface StorageFigures {
  snapshots: number;
  compactions: number;
}

async function storageOf(session: Session): Promise<StorageFigures> {
  const families = await scrape(session);
  return {
    snapshots: metric(families, "millrace_snapshots_total"),
    compactions: metric(families, "millrace_compactions_total"),
  };
}

async function readUntil(
  load: CountedLoad,
  server: TestServer,
  snapshots: number,
  compactions: number,
): Promise<void> {
  const session = { url: server.url };
  for (;;) {
    if (load.stopped) return await load.ended();
    if (load.acknowledged > 0) await load.check(session);
    const done = await storageOf(session);
    if (done.snapshots >= snapshots && done.compactions >= compactions) return;
  }
}
