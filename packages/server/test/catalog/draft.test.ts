import assert from "node:assert/strict";
import { FieldType } from "#src/catalog/index.js";
import { coreLimits } from "#src/foundation/index.js";
import { describeCatalog, FaultyStore, hasCode, openCatalog } from "./rig.ts";

describe("a schema draft", () => {
  it("shows additions that nobody else sees until they are committed", async () => {
    const rig = await openCatalog();
    const { catalog, changes } = rig;
    const draft = catalog.draft("foo");
    assert.equal(draft.empty, false, "the database itself is new");
    const table = draft.addTable("cpu");
    draft.addColumn(table, "host", "tag");
    const seen = draft.addColumn(table, "usage", "field", FieldType.float);
    assert.deepEqual(
      seen.columns.map(({ name }) => name),
      ["time", "host", "usage"],
    );
    assert.equal(draft.table("cpu")?.column("usage")?.fieldType, FieldType.float);
    assert.equal(catalog.database("foo"), undefined);
    assert.deepEqual(changes, []);
    assert.equal(await draft.commit(), "committed");
    const committed = catalog.database("foo")!.table("cpu")!;
    assert.equal(committed.id, table.id);
    assert.equal(committed.createdSequence, catalog.sequence);
    assert.deepEqual(committed.columns, seen.columns);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ["database-created", "table-created"],
    );
    assert.deepEqual(describeCatalog((await rig.reopen()).catalog), describeCatalog(catalog));
  });

  it("of nothing new is empty and costs nothing", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createTable("foo", "cpu", ["host"], []);
    const { sequence } = catalog;
    const draft = catalog.draft("foo");
    assert.equal(draft.table("cpu")?.column("host")?.kind, "tag");
    assert.equal(draft.empty, true);
    assert.equal(await draft.commit(), "committed");
    assert.equal(catalog.sequence, sequence);
  });

  it("adds columns to a table without touching what others hold", async () => {
    const { catalog, changes } = await openCatalog();
    const before = await catalog.databaseCommands.createTable("foo", "cpu", ["host"], []);
    const draft = catalog.draft("foo");
    draft.addColumn(draft.table("cpu")!, "rack", "tag");
    assert.equal(await draft.commit(), "committed");
    assert.equal(before.columns.length, 2);
    assert.deepEqual(
      catalog.tableById(before.id)?.tags.map(({ name, tagIndex }) => [name, tagIndex]),
      [
        ["host", 0],
        ["rack", 1],
      ],
    );
    assert.equal(changes.at(-1)?.kind, "table-updated");
  });

  it("goes back to a savepoint", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createTable("foo", "old", ["host"], []);
    const draft = catalog.draft("foo");
    draft.addColumn(draft.table("old")!, "kept", "field", FieldType.integer);
    const savepoint = draft.savepoint();
    draft.addColumn(draft.table("old")!, "dropped", "tag");
    const dropped = draft.addTable("dropped");
    draft.addColumn(dropped, "x", "tag");
    draft.rollbackTo(savepoint);
    assert.equal(draft.table("dropped"), undefined);
    assert.deepEqual(
      draft.table("old")?.columns.map(({ name }) => name),
      ["time", "host", "kept"],
    );
    assert.equal(draft.addTable("next").id, dropped.id, "ids of what was taken back are free");
    await draft.commit();
    assert.deepEqual(
      [...catalog.database("foo")!.tables()].map(({ name }) => name),
      ["old", "next"],
    );
    const empty = catalog.draft("foo");
    const start = empty.savepoint();
    empty.addTable("x");
    empty.rollbackTo(start);
    assert.equal(empty.empty, true);
  });

  it("meets the limits where it adds", async () => {
    const { catalog } = await openCatalog({
      limits: { ...coreLimits, maxTables: 2, maxColumns: 2, maxTagColumns: 1 },
    });
    const draft = catalog.draft("foo");
    const table = draft.addTable("a");
    draft.addTable("b");
    assert.throws(
      () => draft.addTable("c"),
      hasCode("too_many_tables", /already have 2 table\(s\) \(limit: 2\)/),
    );
    draft.addColumn(table, "t", "tag");
    assert.throws(() => draft.addColumn(table, "u", "tag"), hasCode("too_many_tag_columns"));
    draft.addColumn(table, "f", "field", FieldType.float);
    assert.throws(() => draft.addColumn(table, "g", "field", FieldType.float), hasCode("too_many_columns"));
    assert.throws(() => draft.addColumn(table, "time", "tag"), hasCode("reserved_column"));
    assert.equal(await draft.commit(), "committed");
  });

  it("conflicts with another that took its database, its table or its columns", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createTable("foo", "cpu", [], []);
    const cases: [(name: string) => ReturnType<typeof catalog.draft>][] = [
      [
        () => {
          const draft = catalog.draft("new");
          draft.addTable("t");
          return draft;
        },
      ],
      [
        () => {
          const draft = catalog.draft("foo");
          draft.addTable("mem");
          return draft;
        },
      ],
      [
        () => {
          const draft = catalog.draft("foo");
          draft.addColumn(draft.table("cpu")!, "x", "tag");
          return draft;
        },
      ],
    ];
    for (const [make] of cases) {
      const [first, second] = [make("first"), make("second")];
      const { sequence } = catalog;
      assert.deepEqual(await Promise.all([first.commit(), second.commit()]), ["committed", "conflict"]);
      assert.equal(catalog.sequence, sequence + 1);
    }
  });

  it("does not mind commits that leave its ground alone", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createTable("foo", "cpu", [], []);
    await catalog.databaseCommands.createTable("foo", "mem", [], []);
    const draft = catalog.draft("foo");
    draft.addColumn(draft.table("cpu")!, "x", "tag");
    const other = catalog.draft("foo");
    other.addColumn(other.table("mem")!, "y", "tag");
    await other.commit();
    await catalog.tokenCommands.createAdmin();
    await catalog.databaseCommands.createDatabase("bar");
    assert.equal(await draft.commit(), "committed");
    assert.ok(catalog.database("foo")?.table("mem")?.column("y") !== undefined);
    assert.ok(catalog.database("foo")?.table("cpu")?.column("x") !== undefined);
  });

  it("conflicts when its database or table was deleted meanwhile", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createTable("foo", "cpu", [], []);
    const onTable = catalog.draft("foo");
    onTable.addColumn(onTable.table("cpu")!, "x", "tag");
    const onNothing = catalog.draft("foo");
    await catalog.databaseCommands.deleteTable("foo", "cpu", { kind: "never" });
    assert.equal(await onTable.commit(), "conflict");
    assert.equal(await onNothing.commit(), "committed");
    const onDatabase = catalog.draft("foo");
    await catalog.databaseCommands.deleteDatabase("foo", { kind: "never" });
    assert.equal(await onDatabase.commit(), "conflict");
  });

  it("that cannot be stored changes nothing, and can be tried again", async () => {
    const store = new FaultyStore();
    const { catalog, changes } = await openCatalog({ store });
    store.onPut = () => {
      throw new Error("no space left");
    };
    const before = describeCatalog(catalog);
    const draft = catalog.draft("foo");
    draft.addTable("cpu");
    await assert.rejects(
      draft.commit(),
      hasCode("catalog_write_failed", "error writing catalog file: no space left"),
    );
    assert.deepEqual(describeCatalog(catalog), before);
    assert.deepEqual(changes, []);
    store.onPut = () => {};
    assert.equal(await draft.commit(), "committed");
  });

  it("is durable before it is visible", async () => {
    const store = new FaultyStore();
    const { catalog } = await openCatalog({ store });
    let visibleDuringPut: boolean | undefined;
    store.onPut = () => {
      visibleDuringPut = catalog.database("foo") !== undefined;
    };
    await catalog.draft("foo").commit();
    assert.equal(visibleDuringPut, false);
    assert.ok(catalog.database("foo") !== undefined);
  });

  it("leaves every other table as it is, where there are two thousand", async () => {
    const { catalog } = await openCatalog();
    const many = catalog.draft("foo");
    for (let i = 0; i < 2000; i++) many.addColumn(many.addTable(`t${i}`), "host", "tag");
    await many.commit();
    const before = [...catalog.database("foo")!.tables()];
    const draft = catalog.draft("foo");
    draft.addColumn(draft.table("t1999")!, "f", "field", FieldType.float);
    await draft.commit();
    const after = [...catalog.database("foo")!.tables()];
    assert.deepEqual(
      after.map((table, i) => table === before[i]),
      before.map((_, i) => i !== 1999),
    );
  });
});

describe("listeners", () => {
  it("all hear of a commit although one of them fails", async () => {
    const rig = await openCatalog();
    const heard: string[] = [];
    rig.catalog.onChange(() => {
      throw new Error("a defect");
    });
    rig.catalog.onChange(({ kind }) => heard.push(kind));
    await rig.catalog.databaseCommands.createDatabase("foo");
    assert.deepEqual(heard, ["database-created"]);
  });
});
