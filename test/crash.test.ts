import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryDirectory } from "./support/directories.ts";
import { Ledger } from "./support/ledger.ts";
import { compare, LedgerWriter } from "./support/ledger-writer.ts";
import { Random, seedFor } from "./support/random.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { ShortLivedDatabases } from "./support/short-lived-databases.ts";
import { waitFor } from "./support/wait.ts";

const KILLS = process.env["MILLRACE_TEST_FULL"] ? 100 : 20;
const WRITERS = 4;

/** So small that every round sees several snapshots, and compactions of their files. */
const args = [
  ...["--snapshot-wal-size", "8kb", "--wal-flush-interval", "20ms", "--retention-check-interval", "100ms"],
  ...["--log-filter", "info,storage=debug"],
];

/**
 * Kills the server at random moments while writers keep writing and databases come and go, and compares what it holds
 * after each restart with a ledger of its own. A point's field `a` comes first; later writes give further fields to
 * points already acknowledged, or `a` another value.
 */
describe(`crash: ${KILLS} times SIGKILL amid writes, snapshots, compactions and changes of the catalog`, function () {
  this.timeout(KILLS * 15_000);

  it("keeps every acknowledged point once, invents none, and merges fields", async () => {
    const random = new Random(seedFor("crash"));
    const dataDir = temporaryDirectory("crash");
    const ledger = new Ledger();
    const writers = Array.from({ length: WRITERS }, (_, i) => new LedgerWriter(`w${i}`, ledger, random));
    const databases = new ShortLivedDatabases(random);
    const seen = { snapshots: 0, compactions: 0 };

    for (let round = 0; round < KILLS; round++) {
      const server = await startServer({ dataDir, withoutAuth: true, args });
      const session = { url: server.url };
      await compare(session, ledger, `after kill ${round}`);
      await databases.compare(session);
      const stop = new AbortController();
      const writing = writers.map((writer) => writer.write(session, stop.signal));
      const changing = databases.change(session, stop.signal);
      await Promise.race([momentOf(server, random, () => ledger.acknowledgedCount), ...writing, changing]);
      await server.kill();
      stop.abort();
      await Promise.all([...writing, changing]);
      seen.snapshots += count(server.output(), "snapshot written");
      seen.compactions += count(server.output(), "data files merged");
    }
    const server = await startServer({ dataDir, withoutAuth: true, args });
    await compare({ url: server.url }, ledger, `after kill ${KILLS}`);
    await databases.compare({ url: server.url });
    assert.equal(await server.stop(), 0);
    console.log(
      `      ${ledger.acknowledgedCount} acknowledged fields, all found; ${databases.deletions} of ` +
        `${databases.count} databases deleted; ${seen.snapshots} snapshots, ${seen.compactions} compactions`,
    );
    assert.ok(ledger.acknowledgedCount > KILLS * WRITERS, "hardly anything was written");
    assert.ok(seen.snapshots > KILLS / 4, "hardly any snapshot was taken");
    assert.ok(seen.compactions > KILLS / 10, "hardly any files were merged");
    assert.ok(databases.deletions > 0, "no database was deleted");
  });
});

/** Some time after so many fields, snapshots or merged files: never at a moment of the server's own choice. */
async function momentOf(server: TestServer, random: Random, acknowledged: () => number): Promise<void> {
  const fields = acknowledged() + random.between(1, 1_000);
  const [line, times] = random.pick([
    ["snapshot written", random.between(1, 4)],
    ["data files merged", random.between(1, 2)],
    ["no such line", 1],
  ] as const);
  await waitFor(
    "the moment of the kill",
    () => acknowledged() >= fields || count(server.output(), line) >= times,
    60_000,
  );
  await delay(random.between(0, 40));
}

const count = (text: string, what: string): number => text.split(what).length - 1;
