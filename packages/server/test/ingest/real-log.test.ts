import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLogger } from "#src/foundation/index.js";
import { openWal, type Wal } from "#src/wal/index.js";
import { type Rig, rig, rowsOf } from "./rig.ts";

function open(nodeDirectory: string | undefined): Wal {
  return openWal({
    config: {
      flushIntervalMs: 20,
      maxBufferedWrites: 1000,
      stagingBytes: 64 * 2 ** 20,
      recover: false,
    } as never,
    nodeDirectory,
    logger: silentLogger,
    segmentBytes: 4 * 2 ** 20,
    onFatal: (error) => {
      throw error;
    },
  });
}

async function fill(db: Rig): Promise<void> {
  const bodies = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 200 }, (_, k) => `m,host=h${k % 50} f=${i},g=${k}i,s="text ${i}" ${k % 100}`).join(
      "\n",
    ),
  );
  await Promise.all(bodies.map((body, i) => db.write(body, { noSync: i % 5 === 0 })));
  await db.write("m,host=h1,new=x f=1 1\nbad line\nn f=t");
}

describe("write path and log", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "millrace-ingest-"));
  });
  after(() => rm(directory, { recursive: true }));

  it("give everything back after a restart", async () => {
    const wal = open(directory);
    const db = await rig({ wal });
    await fill(db);
    await wal.close();
    assert.equal(rowsOf(db, "m").length, 101);
    const reopened = open(directory);
    const again = await rig({ wal: reopened, catalog: db.catalog });
    assert.deepEqual(rowsOf(again, "m"), rowsOf(db, "m"));
    assert.deepEqual(rowsOf(again, "n"), rowsOf(db, "n"));
    await again.write("m,host=h1 f=99 1");
    await reopened.close();
    assert.equal(rowsOf(again, "m").length, 101);
  });

  it("work the same way in memory", async () => {
    const wal = open(undefined);
    const db = await rig({ wal });
    await fill(db);
    assert.equal(rowsOf(db, "m").length, 101);
    await wal.close();
    await assert.rejects(db.write("m f=1"), { code: "wal_closed" });
  });
});
