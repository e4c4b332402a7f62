import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { systemClock } from "#src/foundation/index.js";
import { startWorkerThread } from "#src/wal/worker-link.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { openRig, replayOnly, writeGroups } from "./rig.ts";

const SEGMENT = "00000000001.wal";

describe("the write-ahead log", () => {
  const directory = temporaryDirectory();
  const segment = (name = SEGMENT) => path.join(directory.path, "wal", name);

  it("has the bytes of its reference page", async () => {
    await writeGroups(directory.path, ["cpu f=1", "mem f=2i"]);
    const file = readFileSync(segment());
    assert.equal(file.toString("latin1", 0, 8), "MRWALSEG");
    assert.equal(file.readUInt32LE(8), 1, "version");
    assert.equal(file.readUInt32LE(12), crc32(file.subarray(16, 64)));
    assert.equal(file.readBigUInt64LE(16), 1n, "segment number");
    assert.equal(file.readBigUInt64LE(24), 1n, "first group");
    const lap = file.readBigUInt64LE(32);
    const group = file.subarray(64);
    assert.equal(group.toString("latin1", 0, 4), "MRGP");
    assert.equal(group.readBigUInt64LE(8), lap);
    assert.equal(group.readBigUInt64LE(16), 1n, "sequence");
    assert.equal(group.readUInt32LE(24), 32 + 7, "payload");
    assert.equal(group.readUInt32LE(28), 1, "frames");
    assert.equal(group.readUInt32LE(4), crc32(group.subarray(8, 32 + 39)));
    const frame = group.subarray(32);
    assert.equal(frame.readUInt32LE(0), 7, "length");
    assert.equal(frame.readUInt32LE(4), 1, "database");
    assert.equal(frame.readBigUInt64LE(8), 2n, "catalog sequence");
    assert.equal(frame.readBigInt64LE(16), -4n, "default time");
    assert.equal(frame.readUInt8(24), 3, "precision");
    assert.equal(frame.toString("utf8", 32, 39), "cpu f=1");
    const second = group.subarray(32 + 39);
    assert.equal(second.toString("latin1", 0, 4), "MRGP");
    assert.equal(second.readBigUInt64LE(16), 2n);
    const end = second.subarray(32 + 40, 32 + 40 + 32);
    assert.ok(
      end.every((byte) => byte === 0),
      "the end is marked by zeros",
    );
  });

  it("gives back what was written, in order and complete", async () => {
    const rig = await openRig(directory.path);
    await Promise.all([
      rig.write("a f=1", { databaseId: 7 }),
      rig.write("b f=ü", { databaseId: 8, noSync: true }),
      rig.write(""),
    ]);
    await rig.wal.close();
    const { entries, texts, result } = await replayOnly(directory.path);
    assert.deepEqual(texts, ["a f=1", "b f=ü", ""]);
    assert.deepEqual(
      entries.map(({ bytes: _, ...entry }) => entry),
      [7, 8, 1].map((databaseId) => ({ databaseId, catalogSequence: 2, precision: 3, defaultTimeNs: -4n })),
    );
    assert.equal(result.entries, 3);
    assert.equal(result.groups, 1);
    assert.equal(result.tornBytes, 0);
  });

  it("goes on where it ended, over many restarts", async () => {
    const written: string[] = [];
    for (let run = 0; run < 5; run++) {
      const rig = await openRig(directory.path);
      assert.deepEqual(rig.replayed, written);
      for (let i = 0; i < 3; i++) {
        const text = `run${run} f=${i}`;
        await rig.write(text);
        written.push(text);
      }
      await rig.wal.close();
    }
    assert.deepEqual((await replayOnly(directory.path)).texts, written);
    const names = [1, 2, 3, 4, 5].map((number) => `0000000000${number}.wal`);
    assert.deepEqual(readdirSync(path.join(directory.path, "wal")).sort(), names, "a segment a start");
  });

  it("rolls to a new segment when one is full, and takes a group larger than any", async () => {
    const texts = Array.from({ length: 60 }, (_, i) => `t${i} f="${"x".repeat(i * 40)}"`);
    texts.splice(30, 0, `big f="${"y".repeat(20_000)}"`);
    await writeGroups(directory.path, texts, 8192);
    const names = readdirSync(path.join(directory.path, "wal")).sort();
    assert.ok(names.length > 5, names.join());
    assert.equal(names[0], SEGMENT);
    const { texts: replayed, result } = await replayOnly(directory.path);
    assert.deepEqual(replayed, texts);
    assert.equal(result.groups, texts.length);
    await writeGroups(directory.path, ["after f=1"], 8192);
    assert.deepEqual((await replayOnly(directory.path)).texts, [...texts, "after f=1"]);
  });

  it("reports how far its replay has come", async () => {
    await writeGroups(
      directory.path,
      Array.from({ length: 30 }, (_, i) => `t f=${i} ${"1".repeat(500)}`),
      4096,
    );
    const { openWal } = await import("#src/wal/index.js");
    const { config } = await import("./rig.ts");
    const { silentLogger } = await import("#src/foundation/index.js");
    const wal = openWal({ config, nodeDirectory: directory.path, logger: silentLogger, onFatal: () => {} });
    const seen: number[] = [];
    let total = 0;
    await wal.replay(() => {}, {
      after: 0,
      onProgress: ({ bytesRead, bytesTotal }) => {
        seen.push(bytesRead);
        total = bytesTotal;
      },
    });
    assert.ok(seen.length > 2);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      seen,
    );
    assert.equal(seen.at(-1), total);
  });

  it("lets replay wait for each entry, and ends with what it throws", async () => {
    await writeGroups(directory.path, ["a f=1", "b f=1"]);
    const { openWal } = await import("#src/wal/index.js");
    const { config } = await import("./rig.ts");
    const { silentLogger } = await import("#src/foundation/index.js");
    const wal = openWal({ config, nodeDirectory: directory.path, logger: silentLogger, onFatal: () => {} });
    let calls = 0;
    const failing = wal.replay(
      async () => {
        calls++;
        await Promise.resolve();
        throw new Error("cannot apply");
      },
      { after: 0 },
    );
    await assert.rejects(failing, /cannot apply/);
    assert.equal(calls, 1);
  });

  it("works the same through its worker thread", async () => {
    const rig = await openRig(directory.path, { startWorker: startWorkerThread });
    const large = `large f="${"z".repeat(100_000)}"`;
    await Promise.all([rig.write("small f=1"), rig.write(large), rig.write("small f=2")]);
    await rig.write(`huge f="${"h".repeat(20 * 1024 * 1024)}"`);
    await rig.wal.close();
    const { texts } = await replayOnly(directory.path);
    assert.deepEqual(texts.slice(0, 3), ["small f=1", large, "small f=2"]);
    assert.equal(texts[3]?.length, 'huge f=""'.length + 20 * 1024 * 1024);
  });

  it("removes unfinished segments of an interrupted start", async () => {
    await writeGroups(directory.path, ["a f=1"]);
    writeFileSync(segment("00000000002.wal.tmp"), "half");
    assert.deepEqual((await replayOnly(directory.path)).texts, ["a f=1"]);
    assert.deepEqual(readdirSync(path.join(directory.path, "wal")), [SEGMENT]);
  });

  it("fills segments ahead, so that groups overwrite what is there", async () => {
    const { GroupWriter, nodeWalFileSystem, SegmentWriter } = await import("#src/wal/index.js");
    const { countingRandom } = await import("./rig.ts");
    const walDirectory = path.join(directory.path, "wal");
    nodeWalFileSystem.makeDirectory(walDirectory);
    const segments = new SegmentWriter({
      fs: nodeWalFileSystem,
      directory: walDirectory,
      random: countingRandom,
      clock: systemClock,
      segmentBytes: 1024 * 1024,
      maxSpares: 4,
      ownerFile: undefined,
      position: { segment: 1, nextSequence: 1, older: [] },
    });
    const writer = new GroupWriter(segments, () => {});
    assert.equal(writer.work(), false, "no segment, nothing to fill");
    segments.write([Buffer.alloc(100)], 100, 0);
    while (writer.work());
    assert.equal(readFileSync(segment()).length, 1024 * 1024);
    segments.write([Buffer.alloc(5000)], 5000, 0);
    assert.equal(readFileSync(segment()).length, 1024 * 1024);
    segments.close();
  });
});

describe("the log of a memory store", () => {
  it("seals groups and answers, without a directory", async () => {
    const { openWal } = await import("#src/wal/index.js");
    const { config } = await import("./rig.ts");
    const { silentLogger } = await import("#src/foundation/index.js");
    const wal = openWal({ config, nodeDirectory: undefined, logger: silentLogger, onFatal: () => {} });
    await wal.replay(() => assert.fail("there is nothing to replay"), { after: 0 });
    const events: string[] = [];
    wal.start({
      onSeal: (group) => void events.push(`seal ${group}`),
      onDurable: (group) => void events.push(`durable ${group}`),
      onFailed: () => assert.fail("nothing fails"),
    });
    const slice = wal.reserve(3);
    const entry = { databaseId: 1, catalogSequence: 1, precision: 0, defaultTimeNs: 0n, slice, length: 3 };
    await new Promise<void>((resolve) => wal.append(entry, () => resolve()));
    assert.deepEqual(events, ["seal 1", "durable 1"]);
    await wal.close();
    assert.throws(() => wal.reserve(1), { message: "wal is shutdown and not accepting writes" });
  });
});
