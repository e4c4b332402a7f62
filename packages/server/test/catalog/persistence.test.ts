import assert from "node:assert/strict";
import { FieldType } from "#src/catalog/index.js";
import { LogDamagedError } from "#src/commit-log/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import { clockAt, describeCatalog, FaultyStore, hasCode, openCatalog } from "./rig.ts";

const LOGS = "node/catalog/v1/logs/";
const logKey = (sequence: number) => `${LOGS}${String(sequence).padStart(20, "0")}.catalog`;
const CHECKPOINT = "node/catalog/v1/checkpoint";

async function withSomeCommits(count: number, store = new MemoryStore()) {
  const rig = await openCatalog({ store });
  for (let i = 0; i < count; i++) {
    const draft = rig.catalog.draft(`db${i % 3}`);
    draft.addColumn(draft.addTable(`t${i}`), "f", "field", FieldType.float);
    await draft.commit();
  }
  return rig;
}

describe("catalog files", () => {
  it("have the bytes of their reference page", async () => {
    const { catalog, store } = await openCatalog();
    await catalog.databaseCommands.createDatabase("foo", { retentionPeriodNs: 9n });
    const file = Buffer.from((await store.get(logKey(2)))!);
    const payload = '{"op":"create-database","id":1,"name":"foo","retentionNs":"9"}\n';
    assert.equal(file.toString("latin1", 0, 8), "MRCATLOG");
    assert.equal(file.readUInt32LE(8), 1);
    assert.equal(file.readBigUInt64LE(16), 2n);
    assert.equal(file.readUInt32LE(32), payload.length);
    assert.equal(file.toString("utf8", 40), payload);
    file.writeBigUInt64LE(0n, 24);
    const { crc32 } = await import("node:zlib");
    const original = Buffer.from((await store.get(logKey(2)))!);
    assert.equal(original.readUInt32LE(12), crc32(original.subarray(16)));
  });

  it("bring everything back, from logs alone and from a checkpoint", async () => {
    for (const commits of [0, 3, 99, 100, 250]) {
      const rig = await withSomeCommits(commits);
      await rig.catalog.databaseCommands.deleteDatabase("db1", { kind: "never" }).catch(() => {});
      await rig.catalog.databaseCommands.deleteTable("db0", "t0", { kind: "now" }).catch(() => {});
      await rig.catalog.tokenCommands.createAdmin();
      await rig.catalog.close();
      const again = await rig.reopen();
      assert.deepEqual(describeCatalog(again.catalog), describeCatalog(rig.catalog), `${commits} commits`);
      assert.equal((await rig.store.get(CHECKPOINT)) !== undefined, commits >= 99);
      // Counters go on where they were.
      await rig.catalog.databaseCommands.createTable("db9", "t", [], []);
      await (await rig.reopen({ store: rig.store })).catalog.close();
    }
  });

  it("keep the logs between the last two checkpoints, and no older ones", async () => {
    const rig = await withSomeCommits(350);
    await rig.catalog.close();
    const sequences = (await rig.store.list(LOGS)).map(({ key }) => Number(key.slice(LOGS.length, -8)));
    assert.ok(sequences[0]! > 100 && sequences[0]! <= 260, `the oldest is ${sequences[0]}`);
    assert.equal(sequences.at(-1), 351);
  });

  it("get their checkpoint also when every run of the server is short", async () => {
    let rig = await openCatalog();
    for (let i = 0; i < 120; i++) {
      await rig.catalog.databaseCommands.createDatabase(`db${i}`);
      if (i % 30 === 0) {
        await rig.catalog.close();
        rig = await rig.reopen();
      }
    }
    await rig.catalog.close();
    assert.ok((await rig.store.get(CHECKPOINT)) !== undefined);
  });

  it("survive a checkpoint that cannot be stored", async () => {
    const store = new FaultyStore();
    store.onPut = (key) => {
      if (key === CHECKPOINT) throw new Error("no space left");
    };
    const rig = await withSomeCommits(150, store as unknown as MemoryStore);
    await rig.catalog.close();
    assert.deepEqual(describeCatalog((await rig.reopen()).catalog), describeCatalog(rig.catalog));
  });
});

describe("damage", () => {
  it("at any byte of a log or a checkpoint is named with its file", async () => {
    const rig = await withSomeCommits(102);
    await rig.catalog.close();
    for (const key of [CHECKPOINT, logKey(103)]) {
      const intact = (await rig.store.get(key))!;
      for (let at = 0; at < intact.length; at += 1 + (intact.length >> 9)) {
        const damaged = intact.slice();
        damaged[at]! ^= 1 << (at % 8);
        await rig.store.put(key, damaged);
        await assert.rejects(rig.reopen(), (error) => {
          assert.ok(error instanceof LogDamagedError, `${key} at ${at}: ${error}`);
          assert.equal(error.file, key);
          assert.equal(error.exitCode, 3);
          assert.match(error.message, new RegExp(`^catalog file ${key} is damaged at byte \\d+: `));
          return true;
        });
      }
      await rig.store.put(key, intact);
    }
    await rig.reopen();
  });

  it("by cutting a file is found at every length", async () => {
    const rig = await withSomeCommits(1);
    const key = logKey(2);
    const intact = (await rig.store.get(key))!;
    for (let length = 0; length < intact.length; length++) {
      await rig.store.put(key, intact.slice(0, length));
      await assert.rejects(rig.reopen(), LogDamagedError);
    }
  });

  it("by a missing log names the missing file", async () => {
    const rig = await withSomeCommits(5);
    await rig.store.delete(logKey(3));
    await assert.rejects(
      rig.reopen(),
      (error) => error instanceof LogDamagedError && error.file === logKey(3),
    );
  });

  it("by a log that holds another commit is found", async () => {
    const rig = await withSomeCommits(5);
    await rig.store.put(logKey(4), (await rig.store.get(logKey(3)))!);
    await assert.rejects(
      rig.reopen(),
      (error) => error instanceof LogDamagedError && error.file === logKey(4),
    );
  });

  it("by a format of the future is told apart", async () => {
    const rig = await withSomeCommits(1);
    const file = (await rig.store.get(logKey(2)))!;
    file[8] = 2;
    await rig.store.put(logKey(2), file);
    await assert.rejects(rig.reopen(), /its format is version 2, this server reads version 1/);
  });
});

describe("two writers", () => {
  it("the one behind stops with the name of the file", async () => {
    const fatal: Error[] = [];
    const first = await (await withSomeCommits(1)).reopen({ onFatal: (error) => void fatal.push(error) });
    const second = await first.reopen();
    await second.catalog.databaseCommands.createDatabase("from-second");
    await assert.rejects(
      first.catalog.databaseCommands.createDatabase("from-first"),
      hasCode(
        "catalog_second_owner",
        `another process has written to the catalog ahead of this one: ${logKey(3)}`,
      ),
    );
    assert.equal(fatal.length, 1);
    assert.equal(first.catalog.database("from-first"), undefined);
    const names = [...(await first.reopen()).catalog.databases()].map(({ name }) => name);
    assert.ok(names.includes("from-second") && !names.includes("from-first"));
  });

  it("a commit that was stored although its put failed gives way to the next", async () => {
    const store = new FaultyStore();
    const { catalog, reopen } = await openCatalog({ store });
    store.onPut = async (key, bytes) => {
      await store.inner.put(key, bytes);
      throw new Error("applied, but answered with an error");
    };
    await assert.rejects(catalog.databaseCommands.createDatabase("first"), hasCode("catalog_write_failed"));
    store.onPut = () => {};
    await catalog.databaseCommands.createDatabase("second");
    const names = [...(await reopen()).catalog.databases()].map(({ name }) => name);
    assert.deepEqual(names, ["_internal", "second"]);
  });
});

describe("a delete that the store has not confirmed", () => {
  it("keeps writes of its database out until it is known not to have happened", async () => {
    const store = new FaultyStore();
    const due: (() => void)[] = [];
    const clock = {
      ...clockAt(),
      schedule: (_delayMs: number, callback: () => void) => {
        due.push(callback);
        return { cancel: () => void due.splice(due.indexOf(callback), 1) };
      },
    };
    const { catalog, reopen } = await openCatalog({ store, clock });
    const { databaseId } = await catalog.databaseCommands.createTable("db", "t", [], []);
    store.onPut = async (key, bytes) => {
      await store.inner.put(key, bytes);
      throw new Error("applied, but answered with an error");
    };
    await assert.rejects(catalog.databaseCommands.deleteTable("db", "t", { kind: "now" }));
    assert.match(catalog.refusal(databaseId) ?? "", /has not confirmed a delete/);
    assert.equal(catalog.refusal(databaseId + 1), undefined);
    due.shift()?.();
    await catalog.databaseCommands.setRetention("db", 5n).catch(() => {});
    assert.notEqual(catalog.refusal(databaseId), undefined);
    store.onPut = () => {};
    due.pop()?.();
    // Queued behind it.
    await catalog.databaseCommands.setRetention("db", null);
    assert.equal(catalog.refusal(databaseId), undefined);
    await catalog.close();
    const again = await reopen();
    assert.notEqual(again.catalog.database("db")!.table("t"), undefined);
    assert.equal(again.catalog.database("db")!.retentionPeriodNs, null);
    assert.equal(again.catalog.sequence, catalog.sequence);
  });
});
