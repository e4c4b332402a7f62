import assert from "node:assert/strict";
import { hasCode, NOW_MS, openCatalog } from "./rig.ts";

const never = { kind: "never" } as const;
const byDefault = { kind: "default" } as const;

describe("tables", () => {
  it("are created with their columns, and the database with them", async () => {
    const { catalog, changes } = await openCatalog();
    const table = await catalog.databaseCommands.createTable(
      "foo",
      "cpu",
      ["host", "region"],
      [
        { name: "a", type: "float64" },
        { name: "b", type: "int64" },
        { name: "c", type: "uint64" },
        { name: "d", type: "bool" },
        { name: "e", type: "utf8" },
      ],
    );
    assert.deepEqual(table.columns, [
      { id: 0, name: "time", kind: "time" },
      { id: 1, name: "host", kind: "tag", tagIndex: 0 },
      { id: 2, name: "region", kind: "tag", tagIndex: 1 },
      { id: 3, name: "a", kind: "field", fieldType: 1 },
      { id: 4, name: "b", kind: "field", fieldType: 2 },
      { id: 5, name: "c", kind: "field", fieldType: 3 },
      { id: 6, name: "d", kind: "field", fieldType: 4 },
      { id: 7, name: "e", kind: "field", fieldType: 5 },
    ]);
    assert.equal(table.createdSequence, catalog.sequence);
    assert.equal(catalog.tableById(table.id), table);
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ["database-created", "table-created"],
    );
    await assert.rejects(
      catalog.databaseCommands.createTable("foo", "cpu", [], []),
      hasCode("already_exists"),
    );
    const bare = await catalog.databaseCommands.createTable("foo", "bare", [], []);
    assert.equal(bare.columns.length, 1);
  });

  it("refuse reserved, empty and conflicting columns and leave nothing behind", async () => {
    const { catalog } = await openCatalog();
    const create = (tags: string[], fields: { name: string; type: "int64" | "float64" }[]) =>
      catalog.databaseCommands.createTable("foo", "cpu", tags, fields);
    await assert.rejects(create(["time"], []), hasCode("reserved_column", "'time' is a reserved column"));
    await assert.rejects(create([], [{ name: "__chunk_order", type: "int64" }]), hasCode("reserved_column"));
    await assert.rejects(create([""], []), hasCode("invalid_configuration"));
    await assert.rejects(
      create(["x"], [{ name: "x", type: "int64" }]),
      hasCode(
        "column_type_conflict",
        "invalid column type for column 'x', expected iox::column_type::tag, got iox::column_type::field::integer",
      ),
    );
    await assert.rejects(
      create(
        [],
        [
          { name: "x", type: "int64" },
          { name: "x", type: "float64" },
        ],
      ),
      hasCode("column_type_conflict"),
    );
    assert.equal(catalog.database("foo"), undefined);
    const table = await create(
      ["x", "x"],
      [
        { name: "y", type: "int64" },
        { name: "y", type: "int64" },
      ],
    );
    assert.deepEqual(
      table.columns.map(({ name }) => name),
      ["time", "x", "y"],
    );
    await assert.rejects(
      catalog.databaseCommands.createTable("_internal", "t", [], []),
      hasCode("internal_database_modify"),
    );
  });

  it("are deleted like databases", async () => {
    const { catalog, changes } = await openCatalog();
    const { id } = await catalog.databaseCommands.createTable("foo", "cpu", ["host"], []);
    await catalog.databaseCommands.deleteTable("foo", "cpu", { kind: "now" });
    const gone = catalog.tableById(id)!;
    assert.deepEqual([gone.name, gone.deleted, gone.hardDeleteAtMs], ["cpu-20260102T030405", true, NOW_MS]);
    assert.deepEqual([...catalog.database("foo")!.tables()], []);
    assert.deepEqual([...catalog.database("foo")!.allTables()], [gone]);
    assert.equal(changes.at(-1)?.kind, "table-deleted");
    const again = await catalog.databaseCommands.createTable("foo", "cpu", [], []);
    assert.notEqual(again.id, id);
    await catalog.databaseCommands.deleteTable("foo", "cpu", never);
    assert.equal(catalog.tableById(again.id)?.name, `cpu-20260102T030405-${again.id}`);
    await assert.rejects(
      catalog.databaseCommands.deleteTable("foo", "cpu-20260102T030405", byDefault),
      hasCode("already_deleted"),
    );
    await assert.rejects(
      catalog.databaseCommands.deleteTable("foo", "cpu", never),
      hasCode("resource_not_found"),
    );
    await assert.rejects(
      catalog.databaseCommands.deleteTable("bar", "cpu", never),
      hasCode("database_not_found", "Database not found bar"),
    );
  });
});
