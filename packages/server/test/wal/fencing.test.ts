import assert from "node:assert/strict";
import { unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ServerError } from "#src/foundation/index.js";
import { startWorkerThread } from "#src/wal/worker-link.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { openRig, replayOnly } from "./rig.ts";

const failedWrite = (error: unknown) => error instanceof ServerError && error.code === "wal_write_failed";

describe("two servers on one log", () => {
  const directory = temporaryDirectory();
  const lock = (name: string) => path.join(directory.path, name);

  /** As the owner's lock does it: the new file first, then the old one goes. */
  function takeOver(former: string | undefined, next: string): string {
    writeFileSync(lock(next), "");
    if (former !== undefined) unlinkSync(former);
    return lock(next);
  }

  for (const [where, worker] of [
    ["on this thread", {}],
    ["in worker threads", { startWorker: startWorkerThread }],
  ] as const) {
    it(`never acknowledge a write of the former one, ${where}`, async () => {
      const fatal: Error[] = [];
      const first = takeOver(undefined, "owner-1.lock");
      const former = await openRig(directory.path, {
        ...worker,
        ownerFile: first,
        onFatal: (error) => void fatal.push(error),
      });
      await former.write("former f=1");
      const second = takeOver(first, "owner-2.lock");
      const owner = await openRig(directory.path, { ...worker, ownerFile: second });
      assert.deepEqual(owner.replayed, ["former f=1"]);
      await owner.write("owner f=1");
      await assert.rejects(former.write("too late f=1"), failedWrite);
      assert.equal(fatal.length, 1);
      assert.match(
        fatal[0]!.message,
        /^another server took over the write-ahead log, as .*owner-1\.lock shows: two servers use the same data and node id$/,
      );
      assert.throws(() => former.wal.reserve(1), failedWrite);
      await owner.write("owner f=2");
      await owner.wal.close();
      await former.wal.close();
      assert.deepEqual((await replayOnly(directory.path)).texts, ["former f=1", "owner f=1", "owner f=2"]);
    });
  }

  it("never take the place of each other's segments", async () => {
    const fatal: Error[] = [];
    const former = await openRig(directory.path, {
      segmentBytes: 600,
      onFatal: (error) => void fatal.push(error),
    });
    await former.write(`former s="${"x".repeat(300)}"`);
    // Without a lock file there is only the log itself to tell.
    const owner = await openRig(directory.path, { segmentBytes: 600 });
    await owner.write("owner f=1");
    await assert.rejects(former.write(`too late s="${"x".repeat(300)}"`), failedWrite);
    assert.match(fatal[0]!.message, /00000000002\.wal shows: two servers use the same data and node id$/);
    await owner.write("owner f=2");
    await owner.wal.close();
    const { texts } = await replayOnly(directory.path);
    assert.deepEqual(texts.slice(1), ["owner f=1", "owner f=2"]);
  });

  it("do not share files: a former one's late group spoils nothing", async () => {
    const first = takeOver(undefined, "owner-1.lock");
    const former = await openRig(directory.path, { segmentBytes: 600, ownerFile: first, onFatal: () => {} });
    await former.write(`former s="${"x".repeat(300)}"`);
    const owner = await openRig(directory.path, {
      segmentBytes: 600,
      ownerFile: takeOver(first, "owner-2.lock"),
    });
    const texts = Array.from({ length: 10 }, (_, i) => `owner s="${String(i).repeat(300)}"`);
    for (const [i, text] of texts.entries()) {
      await owner.write(text);
      if (i === 5) await owner.wal.trim(4);
    }
    assert.ok(owner.wal.stats.segmentsRecycled > 0);
    // It fits into the segment that the former one still has open.
    await assert.rejects(former.write("too late f=1"), failedWrite);
    await owner.wal.close();
    assert.deepEqual((await replayOnly(directory.path, { after: 4 })).texts, texts.slice(3));
  });
});
