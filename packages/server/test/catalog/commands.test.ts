import assert from "node:assert/strict";
import { coreLimits } from "#src/foundation/index.js";
import { hasCode, NOW_MS, openCatalog } from "./rig.ts";

const DAY_MS = 86_400_000;
const never = { kind: "never" } as const;
const byDefault = { kind: "default" } as const;

describe("a new catalog", () => {
  it("has an identity and the server's own database, kept for a week", async () => {
    const { catalog } = await openCatalog();
    assert.match(catalog.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(catalog.sequence, 1);
    const [internal, ...others] = catalog.databases();
    assert.equal(internal?.name, "_internal");
    assert.equal(internal?.retentionPeriodNs, 604_800_000_000_000n);
    assert.deepEqual(others, []);
  });

  it("keeps its identity over restarts", async () => {
    const rig = await openCatalog();
    assert.equal((await rig.reopen()).catalog.uuid, rig.catalog.uuid);
  });
});

describe("databases", () => {
  it("are created, found by name and id, and told to listeners", async () => {
    const { catalog, changes } = await openCatalog();
    const created = await catalog.databaseCommands.createDatabase("foo", { retentionPeriodNs: 7n });
    assert.equal(catalog.database("foo"), created);
    assert.equal(catalog.databaseById(created.id), created);
    assert.equal(created.retentionPeriodNs, 7n);
    assert.deepEqual(changes, [{ kind: "database-created", database: created }]);
    await assert.rejects(
      catalog.databaseCommands.createDatabase("foo"),
      hasCode("already_exists", "attempted to create a resource that already exists"),
    );
    await assert.rejects(catalog.databaseCommands.createDatabase("_internal"), hasCode("already_exists"));
  });

  const badNames: [string, string][] = [
    ["", "db name cannot be empty"],
    ["x".repeat(512), "db name too long: max 511"],
    ["_foo", "db name did not start with a number or letter"],
    ["/foo", "db name did not start with a number or letter"],
    ["é", "db name did not start with a number or letter"],
    [
      "föö",
      "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens",
    ],
    [
      "a b",
      "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens",
    ],
    [
      "a\n",
      "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens",
    ],
    [
      "foo/",
      "db name with invalid retention policy, if providing a retention policy name, must be of form '<db_name>/<rp_name>'",
    ],
    [
      "foo/bar/baz",
      "db name with invalid retention policy, if providing a retention policy name, must be of form '<db_name>/<rp_name>'",
    ],
  ];
  for (const [name, text] of badNames) {
    it(`cannot be called '${name.slice(0, 20)}'`, async () => {
      const { catalog } = await openCatalog();
      await assert.rejects(catalog.databaseCommands.createDatabase(name), {
        message: text,
        status: 400,
        style: "json",
      });
      assert.throws(() => catalog.draft(name), { message: text });
      assert.equal(catalog.sequence, 1);
    });
  }
  for (const name of ["foo/bar", "1/-", "1/_", "my_db-2", "x".repeat(511)]) {
    it(`can be called '${name.slice(0, 20)}'`, async () => {
      const { catalog } = await openCatalog();
      assert.equal((await catalog.databaseCommands.createDatabase(name)).name, name);
    });
  }

  it("change and lose their retention period", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createDatabase("foo");
    await catalog.databaseCommands.setRetention("foo", 5n);
    assert.equal(catalog.database("foo")?.retentionPeriodNs, 5n);
    const { sequence } = catalog;
    await catalog.databaseCommands.setRetention("foo", 5n);
    assert.equal(catalog.sequence, sequence, "no change, no commit");
    await catalog.databaseCommands.setRetention("foo", null);
    assert.equal(catalog.database("foo")?.retentionPeriodNs, null);
    await assert.rejects(
      catalog.databaseCommands.setRetention("bar", 1n),
      hasCode("resource_not_found", "the requested resource was not found: bar"),
    );
    await assert.rejects(
      catalog.databaseCommands.setRetention("_internal", 1n),
      hasCode("internal_database_modify", "cannot modify internal db"),
    );
  });

  it("are renamed when they are deleted, so that the name is free", async () => {
    const { catalog, changes } = await openCatalog();
    const first = await catalog.databaseCommands.createDatabase("foo");
    await catalog.databaseCommands.deleteDatabase("foo", byDefault);
    assert.equal(catalog.database("foo"), undefined);
    const gone = catalog.databaseById(first.id)!;
    assert.deepEqual(
      [gone.name, gone.deleted, gone.hardDeleteAtMs],
      ["foo-20260102T030405", true, NOW_MS + 3 * DAY_MS],
    );
    assert.equal(catalog.database("foo-20260102T030405"), undefined, "deleted ones are not in use");
    assert.deepEqual(changes.at(-1), { kind: "database-deleted", database: gone });
    const second = await catalog.databaseCommands.createDatabase("foo");
    assert.notEqual(second.id, first.id);
    await catalog.databaseCommands.deleteDatabase("foo", never);
    assert.equal(catalog.databaseById(second.id)?.name, `foo-20260102T030405-${second.id}`);
    assert.equal(catalog.databaseById(second.id)?.hardDeleteAtMs, null);
  });

  it("lose their data at the time that was asked for", async () => {
    const { catalog } = await openCatalog({ hardDeleteDefaultMs: 1000 });
    const times = [
      [{ kind: "now" }, NOW_MS],
      [{ kind: "default" }, NOW_MS + 1000],
      [{ kind: "at", timeMs: NOW_MS + 77 }, NOW_MS + 77],
      [{ kind: "at", timeMs: 5 }, NOW_MS],
      [{ kind: "never" }, null],
    ] as const;
    for (const [when, expected] of times) {
      const { id } = await catalog.databaseCommands.createDatabase("foo");
      await catalog.databaseCommands.deleteDatabase("foo", when);
      assert.equal(catalog.databaseById(id)?.hardDeleteAtMs, expected);
    }
  });

  it("that are deleted can only be given another time", async () => {
    const { catalog } = await openCatalog();
    const { id } = await catalog.databaseCommands.createDatabase("foo");
    await catalog.databaseCommands.deleteDatabase("foo", never);
    const name = catalog.databaseById(id)!.name;
    const deleted = hasCode(
      "already_deleted",
      `attempted to modify resource that was already deleted: ${name}`,
    );
    await assert.rejects(catalog.databaseCommands.deleteDatabase(name, never), deleted);
    await assert.rejects(catalog.databaseCommands.deleteDatabase(name, byDefault), deleted);
    await catalog.databaseCommands.deleteDatabase(name, { kind: "now" });
    assert.deepEqual(
      [catalog.databaseById(id)?.name, catalog.databaseById(id)?.hardDeleteAtMs],
      [name, NOW_MS],
    );
    await assert.rejects(catalog.databaseCommands.setRetention(name, 1n), hasCode("already_deleted"));
    assert.throws(
      () => catalog.draft(name),
      hasCode(
        "soft_deleted_database",
        `cannot write to soft-deleted database '${name}' - it is marked for deletion`,
      ),
    );
  });

  it("that do not exist, or are the server's own, cannot be deleted", async () => {
    const { catalog } = await openCatalog();
    await assert.rejects(
      catalog.databaseCommands.deleteDatabase("foo", never),
      hasCode("resource_not_found", "the requested resource was not found: foo"),
    );
    await assert.rejects(
      catalog.databaseCommands.deleteDatabase("_internal", never),
      hasCode("internal_database_delete", "cannot delete internal db"),
    );
    assert.throws(() => catalog.draft("_internal"), hasCode("internal_database_modify"));
  });
});

describe("limits", () => {
  it("count databases without the server's own and without deleted ones", async () => {
    const { catalog } = await openCatalog({ limits: coreLimits });
    for (let i = 0; i < 5; i++) await catalog.databaseCommands.createDatabase(`db${i}`);
    const full = hasCode("too_many_databases", "Adding a new database would exceed limit of 5 databases");
    await assert.rejects(catalog.databaseCommands.createDatabase("db5"), full);
    await assert.rejects(catalog.databaseCommands.createTable("db5", "t", [], []), full);
    assert.throws(() => catalog.draft("db5"), full);
    catalog.draft("db4");
    await catalog.databaseCommands.deleteDatabase("db0", never);
    await catalog.databaseCommands.createDatabase("db5");
  });

  it("count the tables of all databases, and free those of a deleted one at once", async () => {
    const { catalog } = await openCatalog({ limits: { ...coreLimits, maxTables: 3 } });
    for (const [database, table] of [
      ["a", "1"],
      ["a", "2"],
      ["b", "3"],
    ] as const) {
      await catalog.databaseCommands.createTable(database, table, [], []);
    }
    const text =
      "Update to schema would exceed number of tables limit: attempted to create table but already have 3 table(s) (limit: 3)";
    await assert.rejects(
      catalog.databaseCommands.createTable("b", "4", [], []),
      hasCode("too_many_tables", text),
    );
    await catalog.databaseCommands.deleteTable("a", "1", never);
    await catalog.databaseCommands.createTable("b", "4", [], []);
    await catalog.databaseCommands.deleteDatabase("a", never);
    await catalog.databaseCommands.createTable("b", "5", [], []);
    await assert.rejects(
      catalog.databaseCommands.createTable("b", "6", [], []),
      hasCode("too_many_tables", text),
    );
  });

  it("count the tag and field columns of a table", async () => {
    const { catalog } = await openCatalog({ limits: coreLimits });
    const fields = Array.from({ length: 499 }, (_, i) => ({ name: `f${i}`, type: "int64" as const }));
    await catalog.databaseCommands.createTable("a", "full", ["t"], fields);
    await assert.rejects(
      catalog.databaseCommands.createTable("a", "over", ["t", "u"], fields),
      hasCode(
        "too_many_columns",
        "Update to schema would exceed number of columns per table limit of 500 columns",
      ),
    );
  });
});
