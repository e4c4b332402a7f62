import assert from "node:assert/strict";
import { encodeFile, encodeLines } from "#src/commit-log/format.js";
import { LogDamagedError } from "#src/commit-log/index.js";
import { type CatalogRig, describeCatalog, FaultyStore, hasCode, openCatalog } from "./rig.ts";

const LOGS = "node/catalog/v1/logs/";
const CHECKPOINT = "node/catalog/v1/checkpoint";
const logKey = (sequence: number) => `${LOGS}${String(sequence).padStart(20, "0")}.catalog`;

const trigger = {
  pluginFilename: "report.py",
  specification: "every:1m",
  runAsync: true,
  errorBehavior: "retry",
  arguments: { threshold: "90" },
  disabled: false,
} as const;

/** Something of every kind, live and deleted. */
async function fill({ catalog }: CatalogRig): Promise<void> {
  const { databaseCommands: databases, triggerCommands: triggers, tokenCommands: tokens } = catalog;
  await databases.createDatabase("kept", { retentionPeriodNs: 123_456_789_012_345_678n });
  await databases.createTable("kept", "cpu", ["host", "rack"], [{ name: "usage", type: "float64" }]);
  await databases.createTable("kept", "dropped", [], [{ name: "n", type: "int64" }]);
  await databases.deleteTable("kept", "dropped", { kind: "never" });
  await databases.createTable("gone", "mem", [], [{ name: "used", type: "uint64" }]);
  await databases.deleteDatabase("gone", { kind: "default" });
  await triggers.createTrigger("kept", { name: "minutely", ...trigger });
  await triggers.createTrigger("kept", { name: "off", ...trigger, arguments: null, disabled: true });
  await tokens.createAdmin();
  await tokens.createNamed("reader", 60);
}

describe("a checkpoint of a catalog", () => {
  it("brings back something of every kind, live and deleted, without any log before it", async () => {
    const rig = await openCatalog();
    await fill(rig);
    for (let i = 0; i < 100; i++) await rig.catalog.databaseCommands.setRetention("kept", BigInt(i));
    await rig.catalog.close();
    const checkpoint = (await rig.store.get(CHECKPOINT))!;
    const upTo = Number(Buffer.from(checkpoint).readBigUInt64LE(16));
    assert.ok(upTo >= 100);
    for (let sequence = 1; sequence <= upTo; sequence++) await rig.store.delete(logKey(sequence));
    const again = await rig.reopen();
    assert.deepEqual(describeCatalog(again.catalog), describeCatalog(rig.catalog));
    // What is built on it does not meet what was there before.
    const created = await again.catalog.triggerCommands.createTrigger("kept", { name: "new", ...trigger });
    const before = [...rig.catalog.database("kept")!.triggers()].map(({ id }) => id);
    assert.ok(!before.includes(created.id));
    await assert.rejects(
      again.catalog.tokenCommands.createNamed("reader", null),
      hasCode("token_name_taken"),
    );
  });
});

describe("a catalog's log with a right checksum that does not fit what came before it", () => {
  const misfits: [string, object[]][] = [
    ["an operation that nobody knows", [{ op: "rename-planet" }]],
    [
      "a table in a database that is not there",
      [{ op: "create-table", database: 9, id: 9, name: "t", columns: [] }],
    ],
    ["columns of a table that is not there", [{ op: "add-columns", database: 1, table: 9, columns: [] }]],
    ["the end of a table that is not deleted", [{ op: "forget-table", database: 1, table: 0 }]],
    ["the end of a database that is not deleted", [{ op: "forget-database", database: 1 }]],
    ["the end of a trigger that is not there", [{ op: "delete-trigger", database: 1, name: "none" }]],
    ["the end of a token that is not there", [{ op: "delete-token", id: 9 }]],
  ];
  for (const [what, operations] of misfits) {
    it(`is damaged: ${what}`, async () => {
      const rig = await openCatalog();
      await rig.catalog.databaseCommands.createTable("db", "t", [], []);
      await rig.catalog.close();
      const key = logKey(rig.catalog.sequence + 1);
      const header = { sequence: rig.catalog.sequence + 1, writer: 1n, attempt: 1 };
      await rig.store.put(key, encodeFile("MRCATLOG", header, [encodeLines(operations)]));
      await assert.rejects(rig.reopen(), (error: unknown) => {
        assert.ok(error instanceof LogDamagedError, String(error));
        assert.equal(error.file, key);
        return true;
      });
    });
  }
});

describe("commands of a catalog", () => {
  it("refuse a table without a name, and a column that every table has", async () => {
    const { catalog } = await openCatalog();
    const { databaseCommands: commands } = catalog;
    await assert.rejects(
      commands.createTable("db", "", [], []),
      hasCode("invalid_configuration", /the table name cannot be empty/),
    );
    await assert.rejects(commands.createTable("db", "t", ["time"], []), hasCode("reserved_column"));
    const conflict = { name: "usage", type: "float64" } as const;
    await assert.rejects(
      commands.createTable("db", "t", ["usage"], [conflict]),
      hasCode("column_type_conflict", /iox::column_type::tag.*iox::column_type::field::float/),
    );
    assert.equal(catalog.database("db"), undefined, "nothing of a refused command stays");
  });

  it("leave no timer behind when a closed catalog's last commit fails", async () => {
    const store = new FaultyStore();
    let timers = 0;
    const clock = {
      nowNs: () => 0n,
      nowMs: () => 0,
      monotonicMs: () => 0,
      schedule: () => {
        timers++;
        return { cancel: () => void timers-- };
      },
    };
    const { catalog } = await openCatalog({ store, clock });
    let fail: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      store.onPut = () =>
        new Promise((_resolve, reject) => {
          fail = () => reject(new Error("503"));
          resolve();
        });
    });
    const command = assert.rejects(
      catalog.databaseCommands.createDatabase("db"),
      hasCode("catalog_write_failed"),
    );
    await asked;
    const closed = catalog.close();
    fail();
    await Promise.all([command, closed]);
    assert.equal(timers, 0);
  });
});

describe("a draft of a new database", () => {
  it("meets another one of the same name, even without tables", async () => {
    const { catalog } = await openCatalog();
    const draft = catalog.draft("db");
    await catalog.databaseCommands.createDatabase("db");
    assert.equal(await draft.commit(), "conflict");
    assert.equal(await catalog.draft("db").commit(), "committed");
  });

  it("takes no columns for a table that was taken back", async () => {
    const { catalog } = await openCatalog();
    const draft = catalog.draft("db");
    const savepoint = draft.savepoint();
    const table = draft.addTable("t");
    draft.rollbackTo(savepoint);
    assert.throws(() => draft.addColumn(table, "host", "tag"), /'t' is not in the draft/);
  });
});

describe("a catalog's log from before triggers kept a reason", () => {
  it("gives triggers without one", async () => {
    const rig = await openCatalog();
    await rig.catalog.databaseCommands.createDatabase("db");
    await rig.catalog.close();
    const sequence = rig.catalog.sequence + 1;
    const databaseId = rig.catalog.database("db")!.id;
    const operations = [
      { op: "create-trigger", id: 0, databaseId, name: "old", ...trigger },
      { op: "set-trigger-disabled", database: databaseId, name: "old", disabled: true },
    ];
    const header = { sequence, writer: 1n, attempt: 1 };
    await rig.store.put(logKey(sequence), encodeFile("MRCATLOG", header, [encodeLines(operations)]));
    const found = (await rig.reopen()).catalog.database("db")?.trigger("old");
    assert.deepEqual([found?.disabled, found?.disabledReason], [true, null]);
  });
});
