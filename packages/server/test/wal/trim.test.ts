import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WalDamagedError } from "#src/wal/index.js";
import { startWorkerThread } from "#src/wal/worker-link.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyWalFileSystem } from "./faulty-wal-file-system.ts";
import { config, openRig, randomOf, replayOnly, type WalRig, writeGroups } from "./rig.ts";

const SEGMENT_BYTES = 2048;

describe("trimming the log", () => {
  const directory = temporaryDirectory();
  const names = () => readdirSync(path.join(directory.path, "wal")).sort();
  const text = (i: number) => `t${i} f="${"x".repeat(400)}"`;

  async function writeMany(rig: WalRig, first: number, count: number): Promise<void> {
    for (let i = first; i < first + count; i++) await rig.write(text(i));
  }

  it("keeps whole segments to be overwritten, and no more than it may", async () => {
    const rig = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES, maxSpares: 2 });
    await writeMany(rig, 1, 20);
    assert.equal(names().length, 5);
    await rig.wal.trim(await rig.wal.boundary());
    assert.deepEqual(names(), ["00000000001.spare", "00000000002.spare", "00000000005.wal"]);
    await writeMany(rig, 21, 8);
    assert.deepEqual(names(), ["00000000005.wal", "00000000006.wal", "00000000007.wal"]);
    assert.equal(rig.wal.stats.segmentsCreated, 7);
    assert.equal(rig.wal.stats.segmentsRecycled, 2);
    await rig.wal.close();
    const { texts, result } = await replayOnly(directory.path, { after: 20 });
    assert.deepEqual(texts, [21, 22, 23, 24, 25, 26, 27, 28].map(text));
    assert.equal(result.tornBytes, 0, "what is left in a file from before is no unfinished write");
    assert.equal(result.lastSequence, 28);
  });

  it("leaves a segment that holds one group more", async () => {
    const rig = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES });
    await writeMany(rig, 1, 12);
    await rig.wal.trim(7);
    assert.deepEqual(names(), ["00000000001.spare", "00000000002.wal", "00000000003.wal"]);
    await rig.wal.trim(8);
    assert.deepEqual(names(), ["00000000001.spare", "00000000002.spare", "00000000003.wal"]);
    await rig.wal.trim(1000);
    assert.ok(names().includes("00000000003.wal"), "the newest one stays");
    await rig.wal.close();
  });

  it("deletes segments of an earlier start, which another server may still have open", async () => {
    await writeGroups(directory.path, [1, 2, 3, 4, 5, 6, 7, 8].map(text), SEGMENT_BYTES);
    const rig = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES });
    await rig.write(text(9));
    await rig.wal.trim(8);
    assert.deepEqual(names(), ["00000000003.wal"]);
    await rig.wal.close();
  });

  it("completes at the next start what was interrupted", async () => {
    await writeGroups(directory.path, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(text), SEGMENT_BYTES);
    const rig = await openRig(directory.path, { after: 8, segmentBytes: SEGMENT_BYTES });
    assert.deepEqual(rig.replayed, [text(9)]);
    await rig.wal.trim(8);
    assert.deepEqual(names(), ["00000000003.wal"]);
    await rig.wal.close();
  });

  it("reads no segment that is in data files already", async () => {
    await writeGroups(directory.path, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(text), SEGMENT_BYTES);
    writeFileSync(path.join(directory.path, "wal", "00000000001.wal"), "damaged, and of no use any more");
    const { texts, result } = await replayOnly(directory.path, { after: 8 });
    assert.deepEqual(texts, [text(9)]);
    const end = 32;
    assert.equal(result.bytes, statSync(path.join(directory.path, "wal", "00000000003.wal")).size + end);
  });

  it("a log that begins too late, or is gone, is damaged", async () => {
    await writeGroups(directory.path, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(text), SEGMENT_BYTES);
    const rig = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES });
    await rig.write(text(10));
    await rig.wal.trim(8);
    await rig.wal.close();
    await assert.rejects(replayOnly(directory.path, { after: 7 }), /00000000002\.wal is damaged.*missing/);
    assert.deepEqual((await replayOnly(directory.path, { after: 8 })).texts, [text(9), text(10)]);
    const empty = path.join(directory.path, "other");
    const gone = replayOnly(empty, { after: 3 });
    await assert.rejects(
      gone,
      (error) => error instanceof WalDamagedError && error.file === path.join(empty, "wal"),
    );
    const recover = { config: { ...config, recover: true }, after: 3 };
    assert.equal((await replayOnly(empty, recover)).result.lastSequence, 3);
    assert.equal((await replayOnly(empty, { after: 3 })).result.lastSequence, 3);
  });

  it("a log that ends before the data files goes on behind them", async () => {
    await writeGroups(directory.path, [1, 2, 3].map(text));
    const rig = await openRig(directory.path, { after: 10 });
    await rig.write(text(11));
    assert.equal(await rig.wal.boundary(), 11);
    await rig.wal.close();
    assert.deepEqual((await replayOnly(directory.path, { after: 10 })).texts, [text(11)]);
  });

  it("works the same through its worker thread, also when it is asked before the start", async () => {
    const rig = await openRig(directory.path, {
      segmentBytes: SEGMENT_BYTES,
      startWorker: startWorkerThread,
    });
    await writeMany(rig, 1, 20);
    await Promise.all([rig.wal.trim(8), rig.wal.trim(12), rig.write(text(21))]);
    await rig.wal.close();
    assert.deepEqual((await replayOnly(directory.path, { after: 12 })).texts.length, 9);
    const spares = names().filter((name) => name.endsWith(".spare")).length;
    assert.equal(spares + rig.wal.stats.segmentsRecycled, 3);
  });

  it("never takes a spare that is another name of a segment", async () => {
    const rig = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES });
    await writeMany(rig, 1, 6);
    await rig.wal.close();
    const wal = path.join(directory.path, "wal");
    // As a power cut leaves it that forgot only the first of two renames.
    writeFileSync(path.join(wal, "00000000009.spare"), readFileSync(path.join(wal, "00000000002.wal")));
    const next = await openRig(directory.path, { segmentBytes: SEGMENT_BYTES });
    await next.write(text(7));
    assert.equal(next.wal.stats.segmentsRecycled, 0);
    assert.ok(!names().includes("00000000009.spare"));
    await next.wal.close();
  });

  it("draws boundaries that no group reaches across", async () => {
    const rig = await openRig(directory.path);
    assert.equal(await rig.wal.boundary(), 0);
    const before = [rig.write("a f=1"), rig.write("b f=1", { noSync: true })];
    const boundary = rig.wal.boundary();
    assert.equal(rig.wal.bytesSinceBoundary, 0);
    const behind = [rig.write("c f=1"), rig.write("d f=1")];
    assert.equal(await boundary, 1);
    await Promise.all([...before, ...behind]);
    assert.equal(rig.wal.bytesSinceBoundary, 2 * (32 + 5));
    await rig.wal.close();
    const { texts } = await replayOnly(directory.path, { after: 1 });
    assert.deepEqual(texts, ["c f=1", "d f=1"]);
  });

  it("counts what is in no data file until the trim, not until the boundary", async () => {
    const rig = await openRig(directory.path);
    await rig.write("a f=1");
    const first = await rig.wal.boundary();
    await rig.write("b f=1");
    assert.equal(rig.wal.bytesSinceBoundary, 32 + 5);
    assert.equal(rig.wal.bytesSinceSnapshot, 2 * (32 + 5));
    await rig.wal.trim(first);
    assert.equal(rig.wal.bytesSinceSnapshot, 32 + 5);
    await rig.wal.trim(await rig.wal.boundary());
    assert.equal(rig.wal.bytesSinceSnapshot, 0);
    await rig.write("c f=1");
    await rig.wal.close();
    const next = await openRig(directory.path, { after: 2 });
    assert.equal(next.wal.bytesSinceSnapshot, 32 + 5);
    await next.wal.trim(await next.wal.boundary());
    assert.equal(next.wal.bytesSinceSnapshot, 0);
    await next.wal.close();
  });

  it("answers a boundary with the last durable group when the disk fails", async () => {
    const fs = new FaultyWalFileSystem();
    const rig = await openRig(directory.path, { fs });
    await rig.write("a f=1");
    fs.fault = (step) => (step === "sync" ? "EIO" : undefined);
    const lost = assert.rejects(rig.write("b f=1"));
    assert.equal(await rig.wal.boundary(), 1);
    await lost;
    fs.fault = () => undefined;
    await rig.write("c f=1");
    assert.equal(await rig.wal.boundary(), 2);
    await rig.wal.close();
  });

  it("is asked for boundaries and trims while the log is replayed", async () => {
    await writeGroups(directory.path, [1, 2, 3, 4, 5, 6, 7, 8, 9].map(text), SEGMENT_BYTES);
    const { openWal } = await import("#src/wal/index.js");
    const { silentLogger } = await import("#src/foundation/index.js");
    const wal = openWal({ config, nodeDirectory: directory.path, logger: silentLogger, onFatal: () => {} });
    const boundaries: number[] = [];
    await wal.replay(() => {}, {
      after: 2,
      async onGroup(sequence) {
        if (sequence % 3 !== 0) return;
        boundaries.push(await wal.boundary());
        await wal.trim(sequence);
      },
    });
    assert.deepEqual(boundaries, [3, 6, 9]);
    wal.start({ onSeal() {}, onDurable() {}, onFailed() {} });
    await wal.trim(9);
    await wal.close();
    assert.deepEqual(names(), ["00000000003.wal"]);
  });

  for (const faulty of [false, true]) {
    it(`agrees with a model over 300 random steps${faulty ? " on a disk that often fails" : ""}`, async () => {
      const { random, seed } = randomOf(randomInt(1_000_000));
      const fs = new FaultyWalFileSystem();
      const open = (after: number) =>
        openRig(directory.path, { fs, after, segmentBytes: SEGMENT_BYTES, maxSpares: 2 });
      let rig = await open(0);
      let after = 0;
      const groups = new Map<number, string>();
      const troubled = () => (faulty && random(6) === 0 ? "EIO" : undefined);
      for (let step = 0; step < 300; step++) {
        const choice = random(20);
        const where = `seed ${seed}, step ${step}`;
        fs.fault = choice < 17 ? troubled : () => undefined;
        if (choice < 14) {
          const written = `s${step} f="${"y".repeat(random(900))}"`;
          const stored = await rig.write(written).then(
            () => true,
            () => false,
          );
          assert.ok(stored || faulty, where);
          if (stored) groups.set(await rig.wal.boundary(), written);
        } else if (choice < 17) {
          after = Math.max(after, random((await rig.wal.boundary()) + 1));
          await rig.wal.trim(after);
        } else {
          await rig.wal.close();
          rig = await open(after);
          const expected = [...groups].filter(([sequence]) => sequence > after);
          const known = new Set(groups.values());
          assert.deepEqual(
            rig.replayed.filter((found) => known.has(found)),
            expected.map(([, written]) => written),
            where,
          );
          if (!faulty) assert.equal(rig.replayed.length, expected.length, where);
        }
        // Numbers of lost groups are given again: what a failed write left behind may count once after a restart.
        const last = await rig.wal.boundary();
        assert.ok(last >= Math.max(0, ...groups.keys()), where);
        const files = names();
        assert.ok(files.filter((name) => name.endsWith(".spare")).length <= 2, where);
      }
      await rig.wal.close();
    });
  }
});

describe("making a segment", () => {
  const directory = temporaryDirectory();
  const filler = `s="${"x".repeat(300)}"`;

  it("moves it where file systems have no links, and still takes no other's place", async () => {
    const fs = new FaultyWalFileSystem();
    fs.fault = (step) => (step === "link" ? "ENOTSUP" : undefined);
    const fatal: Error[] = [];
    const onFatal = (error: Error) => void fatal.push(error);
    const former = await openRig(directory.path, { fs, segmentBytes: 600, onFatal });
    for (let i = 0; i < 3; i++) await former.write(filler);
    const owner = await openRig(directory.path, { fs, segmentBytes: 600 });
    await owner.write("owner f=1");
    await assert.rejects(former.write(filler));
    assert.equal(fatal.length, 1);
    await owner.wal.close();
    assert.equal((await replayOnly(directory.path)).texts.length, 4);
  });

  it("knows its own when the first attempt was reported as failed", async () => {
    const fs = new FaultyWalFileSystem();
    const rig = await openRig(directory.path, { fs });
    const link = fs.link.bind(fs);
    fs.link = (from, to) => {
      link(from, to);
      throw Object.assign(new Error("EIO: applied all the same"), { code: "EIO" });
    };
    await assert.rejects(rig.write("lost f=1"));
    fs.link = link;
    await rig.write("a f=1");
    await rig.wal.close();
    assert.deepEqual((await replayOnly(directory.path)).texts, ["a f=1"]);
  });

  it("does without a spare that cannot be used", async () => {
    const fs = new FaultyWalFileSystem();
    const rig = await openRig(directory.path, { fs, segmentBytes: 600 });
    for (let i = 0; i < 4; i++) await rig.write(filler);
    await rig.wal.trim(4);
    fs.fault = (step) => (step === "rename" ? "EACCES" : undefined);
    await rig.write(filler);
    assert.equal(rig.wal.stats.segmentsRecycled, 0);
    await rig.wal.close();
    assert.equal((await replayOnly(directory.path, { after: 4 })).texts.length, 1);
  });
});
