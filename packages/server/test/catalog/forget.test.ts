import assert from "node:assert/strict";
import { describeCatalog, openCatalog } from "./rig.ts";

describe("forgetting what was deleted", () => {
  it("removes the record and frees the name, but no id", async () => {
    const rig = await openCatalog();
    const { databaseCommands: commands } = rig.catalog;
    const first = await commands.createTable("db", "t", ["a"], []);
    await commands.deleteTable("db", "t", { kind: "now" });
    await commands.forget([{ databaseId: first.databaseId, tableId: first.id }]);
    assert.equal(rig.catalog.tableById(first.id), undefined);
    assert.deepEqual([...rig.catalog.database("db")!.allTables()], []);
    const second = await commands.createTable("db", "t", [], []);
    assert.equal(second.id, first.id + 1);
    await commands.deleteDatabase("db", { kind: "now" });
    await commands.forget([{ databaseId: first.databaseId }]);
    assert.equal(rig.catalog.databaseById(first.databaseId), undefined);
    assert.equal(rig.catalog.tableById(second.id), undefined);
    assert.deepEqual(
      [...rig.catalog.databases()].map(({ name }) => name),
      ["_internal"],
    );
    assert.ok(rig.catalog.hadDatabase(first.databaseId));
    assert.ok(!rig.catalog.hadDatabase(first.databaseId + 1));
    const again = await rig.reopen();
    assert.deepEqual(describeCatalog(again.catalog), describeCatalog(rig.catalog));
    assert.equal((await again.catalog.databaseCommands.createDatabase("db")).id, first.databaseId + 1);
  });

  it("comes back from a checkpoint without the ids being free", async () => {
    const rig = await openCatalog();
    for (let i = 0; i < 60; i++) {
      const table = await rig.catalog.databaseCommands.createTable(`db${i}`, "t", [], []);
      await rig.catalog.databaseCommands.deleteDatabase(`db${i}`, { kind: "now" });
      await rig.catalog.databaseCommands.forget([{ databaseId: table.databaseId }]);
    }
    await rig.catalog.close();
    const again = await rig.reopen();
    assert.deepEqual(describeCatalog(again.catalog), describeCatalog(rig.catalog));
    assert.ok(again.catalog.hadDatabase(60));
    const next = await again.catalog.databaseCommands.createTable("db", "t", [], []);
    assert.deepEqual([next.databaseId, next.id], [61, 60]);
  });

  it("leaves alone what is not deleted, and what is not there", async () => {
    const rig = await openCatalog();
    const table = await rig.catalog.databaseCommands.createTable("db", "t", [], []);
    const before = describeCatalog(rig.catalog);
    await rig.catalog.databaseCommands.forget([
      { databaseId: table.databaseId },
      { databaseId: table.databaseId, tableId: table.id },
      { databaseId: table.databaseId, tableId: 99 },
      { databaseId: 99 },
    ]);
    assert.deepEqual(describeCatalog(rig.catalog), before);
  });

  it("does not touch what limits count", async () => {
    const { coreLimits } = await import("#src/foundation/index.js");
    const rig = await openCatalog({ limits: { ...coreLimits, maxDatabases: 1, maxTables: 1 } });
    const { databaseCommands: commands } = rig.catalog;
    for (let i = 0; i < 3; i++) {
      const table = await commands.createTable("db", "t", [], []);
      await assert.rejects(commands.createTable("db", "u", [], []));
      await assert.rejects(commands.createDatabase("other"));
      await commands.deleteTable("db", "t", { kind: "now" });
      await commands.forget([{ databaseId: table.databaseId, tableId: table.id }]);
      await commands.deleteDatabase("db", { kind: "now" });
      if (i > 0) await commands.forget([{ databaseId: table.databaseId }]);
    }
  });
});

describe("the gen1 duration", () => {
  it("is that of the first start, whatever later ones say", async () => {
    const rig = await openCatalog({ gen1DurationSeconds: 300 });
    assert.equal(rig.catalog.gen1DurationSeconds, 300);
    assert.equal(rig.catalog.sequence, 1);
    for (let i = 0; i < 100; i++) await rig.catalog.databaseCommands.createDatabase(`db${i}`);
    await rig.catalog.close();
    const again = await rig.reopen({ gen1DurationSeconds: 600 });
    assert.equal(again.catalog.gen1DurationSeconds, 300);
    assert.equal(again.catalog.sequence, 101);
  });

  it("is taken up by a catalog that has none", async () => {
    const rig = await openCatalog();
    assert.equal(rig.catalog.gen1DurationSeconds, null);
    assert.equal((await rig.reopen({ gen1DurationSeconds: 60 })).catalog.gen1DurationSeconds, 60);
    assert.equal((await rig.reopen({ gen1DurationSeconds: 600 })).catalog.gen1DurationSeconds, 60);
  });
});
