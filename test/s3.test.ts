import assert from "node:assert/strict";
import { type S3Rig, startS3 } from "../packages/server/test/support/s3/start-s3.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, send } from "./support/http.ts";
import { Ledger } from "./support/ledger.ts";
import { compare, LedgerWriter } from "./support/ledger-writer.ts";
import { metric, scrape, untilSnapshotted } from "./support/metrics.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const WRITERS = 4;
const ACKNOWLEDGED = 1_500;

/** A server whose data is in the bucket, with nothing on its local disk. */
function startOnS3(rig: S3Rig, more: readonly string[] = []): Promise<TestServer> {
  return startServer({
    withoutAuth: true,
    store: [
      ...["--object-store", "s3", "--bucket", rig.bucket, "--aws-endpoint", rig.endpoint, "--aws-allow-http"],
      ...["--aws-access-key-id", rig.accessKeyId, "--aws-secret-access-key", rig.secretAccessKey],
      ...["--object-store-cache-dir", temporaryDirectory("s3-cache")],
    ],
    args: ["--wal-flush-interval", "20ms", ...more],
  });
}

describe("a server on S3", function () {
  this.timeout(180_000);
  let rig: S3Rig;
  const ledger = new Ledger();

  before(async () => {
    rig = await startS3();
  });
  after(() => rig?.stop());
  afterEach(() => {
    rig.proxy.rules = [];
  });

  /** Writers until enough is acknowledged; `amid` runs while they still write. */
  async function load(
    server: TestServer,
    { random, snapshots, mayFail }: { random: Random; snapshots: number; mayFail: boolean },
    amid: () => Promise<void>,
  ): Promise<number> {
    const session = { url: server.url };
    const stop = new AbortController();
    const enough = ledger.acknowledgedCount + ACKNOWLEDGED;
    const name = `${random.between(0, 2 ** 31)}`;
    const writers = Array.from(
      { length: WRITERS },
      (_, i) => new LedgerWriter(`${name}-${i}`, ledger, random, { mayFail }),
    );
    const writing = Promise.all(writers.map((writer) => writer.write(session, stop.signal)));
    const loaded = waitFor(
      "writes and snapshots",
      async () =>
        ledger.acknowledgedCount >= enough &&
        metric(await scrape(session), "millrace_snapshots_total") >= snapshots,
      120_000,
    );
    await Promise.race([loaded, writing]);
    await amid();
    stop.abort();
    await writing;
    return writers.reduce((sum, { failures }) => sum + failures, 0);
  }

  it("has everything after a restart and a kill with an empty local disk", async () => {
    const random = new Random(seedFor("s3"));
    let server = await startOnS3(rig, ["--snapshot-wal-size", "8kb"]);
    await load(server, { random, snapshots: 2, mayFail: false }, async () => {});
    await compare({ url: server.url }, ledger, "while it runs");
    assert.equal(await server.stop(), 0);

    server = await startOnS3(rig, ["--snapshot-wal-size", "8kb"]);
    await compare({ url: server.url }, ledger, "after a restart");
    await load(server, { random, snapshots: 1, mayFail: false }, () => server.kill());

    server = await startOnS3(rig, ["--snapshot-wal-size", "1b"]);
    const session = { url: server.url };
    await compare(session, ledger, "after a kill");
    await untilSnapshotted(session);
    await compare(session, ledger, "from data files alone");
    assert.equal((await send(session, "POST", "/api/v3/write_lp?db=gone", "t f=1 1")).status, 204);
    await untilSnapshotted(session);
    const path = "/api/v3/configure/table?db=gone&table=t&hard_delete_at=now";
    assert.equal((await send(session, "DELETE", path)).status, 200);
    await waitFor("its files to go", async () => {
      const families = await scrape(session);
      return metric(families, "millrace_objects_removed_total") > 0;
    });
    await server.kill();

    server = await startOnS3(rig);
    await compare({ url: server.url }, ledger, "after another kill");
    await assert.rejects(query({ url: server.url }, "gone", "SELECT * FROM t"), /not found/);
    assert.equal(await server.stop(), 0);
  });

  it("keeps what it acknowledges while the service fails, applies and fails, is slow, cuts off and resets", async () => {
    const seed = seedFor("s3 faults");
    const random = new Random(seed);
    const more = ["--snapshot-wal-size", "8kb", "--object-store-request-timeout", "5s"];
    let server = await startOnS3(rig, more);
    rig.proxy.rules = [
      { fault: "error", chance: 0.05 },
      { fault: "error-after", chance: 0.05 },
      { fault: "reset", chance: 0.03 },
      { fault: "reset-after", chance: 0.03 },
      { fault: "truncate", method: "GET", chance: 0.1 },
      { fault: "slow", chance: 0.1, delayMs: 150 },
      { fault: "hang", chance: 0.002 },
    ];
    const failures = await load(server, { random, snapshots: 3, mayFail: true }, async () => {});
    await compare({ url: server.url }, ledger, "while the service fails");
    await load(server, { random, snapshots: 3, mayFail: true }, () => server.kill());
    rig.proxy.rules = [];
    server = await startOnS3(rig, more);
    await compare({ url: server.url }, ledger, "after a kill amid failures");
    // An outage: nothing is acknowledged that is not stored, and service resumes.
    rig.proxy.rules = [{ fault: "error" }];
    const path = "/api/v3/write_lp?db=outage&precision=ns";
    const held = send({ url: server.url }, "POST", path, "t f=1 1");
    await waitFor("attempts to store it", () =>
      rig.proxy.seen.slice(-20).some(({ status }) => status === 503),
    );
    rig.proxy.rules = [];
    assert.ok([204, 500, 503].includes((await held).status));
    await waitFor(
      "service to resume",
      async () => (await send({ url: server.url }, "POST", path, "t f=2 1")).status === 204,
    );
    assert.deepEqual(await query({ url: server.url }, "outage", "SELECT f FROM t"), [{ f: 2 }]);
    assert.equal(await server.stop(), 0);
    console.log(`      ${ledger.acknowledgedCount} acknowledged fields, ${failures} writes refused`);
  });

  it("refuses a second server on the same node while the first lives, and lets it in when that was killed", async () => {
    const first = await startOnS3(rig);
    await assert.rejects(
      startOnS3(rig),
      /node "test" in bucket "bucket" is in use by process \d+ on .*\. Stop that server, or start this one with another --node-id or --bucket/,
    );
    await first.kill();
    const second = await startOnS3(rig);
    await compare({ url: second.url }, ledger, "by the second server");
    assert.equal(await second.stop(), 0);
  });
});
