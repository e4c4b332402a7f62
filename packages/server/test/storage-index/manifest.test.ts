import assert from "node:assert/strict";
import fc from "fast-check";
import { LogDamagedError, SecondWriterError } from "#src/commit-log/index.js";
import { silentLogger } from "#src/foundation/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { Manifest } from "#src/storage/file-index/index.js";
import { DAY_NS, type NewFile } from "#src/storage/index.js";

let randomCounter = 0;

const CATALOG = { uuid: "c0ffee", sequence: 9 };

function open(store: MemoryStore, catalog = CATALOG): Promise<Manifest> {
  const random = (sizeBytes: number) => {
    const bytes = Buffer.alloc(sizeBytes);
    bytes.writeUInt32LE(++randomCounter);
    return bytes;
  };
  return Manifest.open({ store, nodeId: "node", random, logger: silentLogger, catalog });
}

function newFile(key: string, snapshot: number, changes: Partial<NewFile> = {}): NewFile {
  const day = changes.day ?? 20_000;
  return {
    key,
    databaseId: 1,
    tableId: 4,
    day,
    sizeBytes: 10,
    rowCount: 2,
    // More than 53 bits.
    minTimeNs: BigInt(day) * DAY_NS + 1n,
    maxTimeNs: BigInt(day) * DAY_NS + DAY_NS - 1n,
    firstSnapshot: snapshot,
    lastSnapshot: snapshot,
    columnIds: [0, 1, 7],
    createdAtMs: 1_767_323_045_000,
    ...changes,
  };
}

const ignore = () => {};

async function commitSnapshot(manifest: Manifest, walSequence: number, files: NewFile[]): Promise<void> {
  const number = manifest.index.snapshot + 1;
  await manifest.commit(() => ({ added: files, removed: [], snapshot: { number, walSequence } }), ignore);
}

/** Everything an index says, to compare two of them. */
function describeIndex({ index }: Manifest): unknown {
  const { snapshot, walSequence, nextFileId, fileCount, sizeBytes } = index;
  const byTable = [...index.tableIds()]
    .sort((a, b) => a - b)
    .map((tableId) => [
      tableId,
      [...index.days(tableId)].sort((a, b) => a - b).map((day) => [day, index.filesOfDay(tableId, day)]),
    ]);
  return { snapshot, walSequence, nextFileId, fileCount, sizeBytes, files: index.files(), byTable };
}

const LOGS = "node/snapshots/v1/logs/";
const logKey = (sequence: number) => `${LOGS}${String(sequence).padStart(20, "0")}.manifest`;
const CHECKPOINT = "node/snapshots/v1/checkpoint";

describe("the index of data files", () => {
  it("is written as its reference page says", async () => {
    const store = new MemoryStore();
    const manifest = await open(store);
    await commitSnapshot(manifest, 42, [newFile("node/dbs/1/4/2024-10-04/x.parquet", 1)]);
    const file = Buffer.from((await store.get(logKey(1)))!);
    assert.equal(file.toString("latin1", 0, 8), "MRSNPLOG");
    assert.equal(
      file.toString("utf8", 40),
      '{"op":"catalog","uuid":"c0ffee"}\n{"op":"snapshot","number":1,"walSequence":42,"catalogSequence":9}\n' +
        '{"op":"add-file","id":1,"key":"node/dbs/1/4/2024-10-04/x.parquet","database":1,"table":4,"day":20000,' +
        '"sizeBytes":10,"rowCount":2,"minTimeNs":"1728000000000000001","maxTimeNs":"1728086399999999999",' +
        '"snapshots":[1,1],"columns":[0,1,7],"createdAtMs":1767323045000}\n',
    );
  });

  it("comes back as it was, from logs and checkpoints, after any changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            tables: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
            day: fc.integer({ min: -3, max: 3 }),
            remove: fc.nat(),
            reopen: fc.boolean(),
          }),
          { minLength: 1, maxLength: 130 },
        ),
        async (steps) => {
          const store = new MemoryStore();
          let manifest = await open(store);
          let wal = 0;
          for (const [at, { tables, day, remove, reopen }] of steps.entries()) {
            const { index } = manifest;
            const number = index.snapshot + 1;
            const added = tables.map((tableId) => newFile(`k${at}/${tableId}`, number, { tableId, day }));
            const files = index.files();
            const removed = remove % 3 === 0 && files.length > 0 ? [files[remove % files.length]!.id] : [];
            wal += remove % 5;
            await manifest.commit(() => ({ added, removed, snapshot: { number, walSequence: wal } }), ignore);
            if (!reopen) continue;
            await manifest.close();
            const before = describeIndex(manifest);
            manifest = await open(store);
            assert.deepEqual(describeIndex(manifest), before);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("never gives an id out twice, also when the last files are gone", async () => {
    const store = new MemoryStore();
    let manifest = await open(store);
    for (let i = 1; i <= 120; i++) {
      await commitSnapshot(manifest, i, [newFile(`k${i}`, i)]);
      await manifest.commit(() => ({ added: [], removed: [i] }), ignore);
    }
    await manifest.close();
    assert.notEqual(await store.get(CHECKPOINT), undefined);
    manifest = await open(store);
    await commitSnapshot(manifest, 121, [newFile("last", 121)]);
    assert.equal(manifest.index.files()[0]!.id, 121);
  });

  it("hands out lists that never change", async () => {
    const manifest = await open(new MemoryStore());
    await commitSnapshot(manifest, 1, [newFile("a", 1)]);
    const all = manifest.index.files();
    const ofDay = manifest.index.filesOfDay(4, 20_000);
    assert.equal(manifest.index.files(), all);
    await commitSnapshot(manifest, 2, [newFile("b", 2)]);
    await manifest.commit(() => ({ added: [], removed: [1] }), ignore);
    assert.deepEqual([all.length, ofDay.length], [1, 1]);
    assert.deepEqual(
      manifest.index.files().map(({ key }) => key),
      ["b"],
    );
  });

  it("refuses what does not fit, and stays as it was", async () => {
    const manifest = await open(new MemoryStore());
    await commitSnapshot(manifest, 5, [newFile("a", 1)]);
    const before = describeIndex(manifest);
    const refused = async (change: Parameters<Manifest["commit"]>[0], reason: RegExp): Promise<void> => {
      await assert.rejects(
        manifest.commit(change, () => assert.fail()),
        reason,
      );
      assert.deepEqual(describeIndex(manifest), before);
    };
    const add =
      (...files: NewFile[]) =>
      () => ({ added: files, removed: [] });
    await refused(add(newFile("a", 2)), /file a is added twice/);
    await refused(add(newFile("b", 2), newFile("b", 3)), /file b is added twice/);
    await refused(add(newFile("b", 1)), /files 1 and 2 hold the same snapshot/);
    await refused(add(newFile("b", 2, { firstSnapshot: 1 })), /hold the same snapshot/);
    await refused(add(newFile("b", 2, { firstSnapshot: 3 })), /begins with a later snapshot/);
    await refused(add(newFile("b", 2, { minTimeNs: 0n })), /times outside of its day/);
    await refused(() => ({ added: [], removed: [1, 1] }), /file 1 is removed, but not there/);
    await refused(
      () => ({ added: [], removed: [], snapshot: { number: 1, walSequence: 9 } }),
      /snapshot 1 was taken before/,
    );
    await refused(
      () => ({ added: [], removed: [], snapshot: { number: 2, walSequence: 4 } }),
      /ends at an earlier write/,
    );
    // A merged file takes the place of its inputs.
    await commitSnapshot(manifest, 6, [newFile("b", 2)]);
    await manifest.commit(
      () => ({ added: [newFile("ab", 2, { firstSnapshot: 1 })], removed: [1, 2] }),
      ignore,
    );
    assert.equal(manifest.index.fileCount, 1);
  });
});

describe("damage of the index", () => {
  it("at any byte of a log or a checkpoint is named with its file", async () => {
    const store = new MemoryStore();
    const manifest = await open(store);
    for (let i = 1; i <= 102; i++)
      await commitSnapshot(manifest, i, [newFile(`k${i}`, i, { tableId: i % 3 })]);
    await manifest.close();
    for (const key of [CHECKPOINT, logKey(102)]) {
      const intact = (await store.get(key))!;
      for (let at = 0; at < intact.length; at += 1 + (intact.length >> 10)) {
        const damaged = intact.slice();
        damaged[at]! ^= 1 << (at % 8);
        await store.put(key, damaged);
        await assert.rejects(open(store), (error) => {
          assert.ok(error instanceof LogDamagedError, `${key} at ${at}: ${error}`);
          assert.match(error.message, new RegExp(`^snapshot file ${key} is damaged at byte \\d+: `));
          return error.exitCode === 3;
        });
      }
      await store.put(key, intact);
    }
    await store.delete(logKey(101));
    await assert.rejects(open(store), /00101\.manifest is damaged at byte 0: the file is missing/);
  });

  it("by commits that contradict each other is found", async () => {
    const store = new MemoryStore();
    const manifest = await open(store);
    await commitSnapshot(manifest, 1, [newFile("a", 1)]);
    await manifest.commit(() => ({ added: [], removed: [1] }), ignore);
    // The first commit again, as the third.
    const bytes = Buffer.from((await store.get(logKey(1)))!);
    bytes.writeBigUInt64LE(3n, 16);
    const { crc32 } = await import("node:zlib");
    bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
    await store.put(logKey(3), bytes);
    await assert.rejects(open(store), /00003\.manifest is damaged at byte 0: its catalog was named before/);
  });
});

describe("a catalog that does not belong to the files", () => {
  it("stops the start before any file is taken for another table's", async () => {
    const store = new MemoryStore();
    await commitSnapshot(await open(store), 1, [newFile("a", 1)]);
    await assert.rejects(
      open(store, { uuid: "decaf", sequence: 9 }),
      (error: Error & { exitCode?: number }) =>
        error.exitCode === 3 &&
        error.message.startsWith("the data files belong to catalog c0ffee, but the catalog here is decaf: "),
    );
    await assert.rejects(
      open(store, { uuid: "c0ffee", sequence: 8 }),
      /^CatalogBehindFilesError: the catalog ends at commit 8, but there are data files of commit 9: /,
    );
    await open(store, { uuid: "c0ffee", sequence: 10 });
  });

  it("is found out from a checkpoint too", async () => {
    const store = new MemoryStore();
    const manifest = await open(store);
    for (let i = 1; i <= 220; i++) await commitSnapshot(manifest, i, []);
    await manifest.close();
    await assert.rejects(open(store, { uuid: "decaf", sequence: 9 }), /belong to catalog c0ffee/);
  });
});

describe("two writers of the index", () => {
  it("meet at the next commit or claim", async () => {
    const store = new MemoryStore();
    const first = await open(store);
    const second = await open(store);
    await second.claim();
    await assert.rejects(first.confirm(), SecondWriterError);
    await assert.rejects(first.claim(), SecondWriterError);
    await assert.rejects(commitSnapshot(first, 1, []), SecondWriterError);
    await second.confirm();
    await commitSnapshot(second, 1, []);
    assert.equal((await open(store)).index.walSequence, 1);
  });
});
