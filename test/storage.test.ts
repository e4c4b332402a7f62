import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CountedLoad } from "./support/counted-load.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send } from "./support/http.ts";
import { metric, scrape } from "./support/metrics.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

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

describe("memory for buffered rows", function () {
  this.timeout(240_000);
  const TABLES = FULL ? 2_000 : 400;
  const THRESHOLD = FULL ? "48mb" : "10mb";
  const ROUNDS = 12;

  it("is bounded with many wide tables: writes beyond it are refused with the option's name, and go through later", async () => {
    const server = await startServer({
      dataDir: temporaryDirectory("memory"),
      withoutAuth: true,
      args: ["--force-snapshot-mem-threshold", THRESHOLD],
    });
    const session = { url: server.url };
    const idleBytes = residentBytes(server);
    let refusals = 0;
    let peakBytes = 0;
    const write = async (round: number): Promise<void> => {
      const lines = Array.from({ length: TABLES }, (_, table) => wideLine(table, round)).join("\n");
      await waitFor(
        "the write to go through",
        async () => {
          const answer = await send(session, "POST", "/api/v3/write_lp?db=wide&precision=ns", lines);
          peakBytes = Math.max(peakBytes, residentBytes(server));
          if (answer.status === 204) return true;
          refusals++;
          assert.equal(answer.status, 503, answer.text);
          assert.match(answer.text, /--force-snapshot-mem-threshold sets the bound/);
          assert.ok(Number(answer.headers.get("retry-after")) > 0);
          return false;
        },
        120_000,
      );
    };
    for (let round = 0; round < ROUNDS; round += 4) {
      await Promise.all([0, 1, 2, 3].map((more) => write(round + more)));
    }
    const { snapshots } = await storageOf(session);
    console.log(
      `      ${TABLES} tables, ${ROUNDS} rounds: ${refusals} refusals, ${snapshots} snapshots, ` +
        `${idleBytes >> 20} MiB idle, ${peakBytes >> 20} MiB at most`,
    );
    for (const table of [0, TABLES >> 1, TABLES - 1]) {
      const [row] = await query<{ n: number }>(session, "wide", `SELECT count(f19) AS n FROM t${table}`);
      assert.equal(row!.n, ROUNDS);
    }
    assert.ok(refusals > 0, "the bound was never reached");
    assert.ok(snapshots > 0);
    assert.ok(peakBytes < 1.5 * 2 ** 30, `${peakBytes >> 20} MiB resident`);
    assert.equal(await server.stop(), 0);
  });
});

function wideLine(table: number, round: number): string {
  const fields = Array.from({ length: 20 }, (_, i) => `f${i}=${round + i / 100}`).join();
  return `t${table},host=h${round % 3} ${fields} ${1_700_000_000_000_000_000n + BigInt(round)}`;
}

/** Linux only; elsewhere 0. */
function residentBytes({ process: { pid } }: TestServer): number {
  if (process.platform !== "linux") return 0;
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024;
}
