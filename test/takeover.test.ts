import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startS3 } from "../packages/server/test/support/s3/start-s3.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { Ledger } from "./support/ledger.ts";
import { compare, LedgerWriter } from "./support/ledger-writer.ts";
import { Random, seedFor } from "./support/random.ts";
import { type ServerOptions, startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const LOCK = "owner-0000000001.lock";

interface Lock {
  owner: { machine: string };
}

/** As if the owner were on another machine, which nobody here can ask whether it lives. */
function elsewhere(text: string): string {
  const lock = JSON.parse(text) as Lock;
  return JSON.stringify({ ...lock, owner: { ...lock.owner, machine: "elsewhere//" } });
}

/**
 * A server that stands still, as a machine does that is paused or cut off, and wakes up when another one has its node.
 * Both run with connections of writers that wait for their answers all the while.
 */
describe("a server that wakes up after another has taken over its node", function () {
  this.timeout(120_000);

  it("stops with the reason, acknowledges nothing that the other does not have, and leaves its data alone, on files and on S3", async () => {
    const random = new Random(seedFor("takeover"));
    // The time that the others wait for a sign of life is most of it: both at once.
    await Promise.all([onFiles(random), onS3(random)]);
  });

  async function onFiles(random: Random): Promise<void> {
    const dataDir = temporaryDirectory("takeover");
    const lockFile = path.join(dataDir, "test", LOCK);
    await takeOver({ dataDir }, random, async () => {
      writeFileSync(lockFile, elsewhere(readFileSync(lockFile, "utf8")));
    });
    assert.ok(!readdirSync(path.join(dataDir, "test")).includes(LOCK));
  }

  async function onS3(random: Random): Promise<void> {
    const rig = await startS3();
    const store = [
      ...["--object-store", "s3", "--bucket", rig.bucket, "--aws-endpoint", rig.endpoint, "--aws-allow-http"],
      ...["--aws-access-key-id", rig.accessKeyId, "--aws-secret-access-key", rig.secretAccessKey],
    ];
    const lockUrl = `${rig.endpoint}/${rig.bucket}/test/owner/${LOCK}`;
    try {
      await takeOver({ store }, random, async () => {
        const body = elsewhere(await (await fetch(lockUrl)).text());
        assert.equal((await fetch(lockUrl, { method: "PUT", body })).status, 200);
      });
    } finally {
      await rig.stop();
    }
  }
});

async function takeOver(place: ServerOptions, random: Random, moveAway: () => Promise<void>): Promise<void> {
  const options = {
    ...place,
    withoutAuth: true,
    args: ["--snapshot-wal-size", "8kb", "--wal-flush-interval", "20ms"],
  };
  const ledger = new Ledger();
  const first = await startServer(options);
  const writing = writeTo(first, ledger, random);
  await waitFor("writes", () => ledger.acknowledgedCount > 500);
  first.process.kill("SIGSTOP");
  await waitFor("it to stand still", () => stateOf(first) === "T");
  await moveAway();

  const second = await startServer(options);
  assert.match(second.output(), /waiting to see whether the last owner of the node's data still lives/);
  await compare({ url: second.url }, ledger, "by the second server");
  const exited = once(first.process, "exit");
  first.process.kill("SIGCONT");
  assert.deepEqual(await exited, [1, null], first.output());
  assert.match(first.output(), /two servers use the same data and node id|another process has written/i);
  await writing.ended;
  await compare({ url: second.url }, ledger, "after the first has woken up and ended");

  const before = ledger.acknowledgedCount;
  const more = writeTo(second, ledger, random);
  await waitFor("writes to the second", () => ledger.acknowledgedCount > before + 500);
  await second.kill();
  await more.ended;
  const third = await startServer(options);
  await compare({ url: third.url }, ledger, "after the second was killed");
  assert.equal(await third.stop(), 0);
}

function writeTo(server: TestServer, ledger: Ledger, random: Random): { ended: Promise<unknown> } {
  const name = random.between(0, 2 ** 31);
  const writers = Array.from(
    { length: 4 },
    (_, i) => new LedgerWriter(`${name}-${i}`, ledger, random, { mayFail: true }),
  );
  const ended = Promise.all(
    writers.map((writer) => writer.write({ url: server.url }, new AbortController().signal)),
  );
  return { ended };
}

/** Linux: the letter of the process's state; elsewhere the signal is trusted. */
function stateOf({ process: { pid } }: TestServer): string {
  if (process.platform !== "linux") return "T";
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))![1]!;
}
