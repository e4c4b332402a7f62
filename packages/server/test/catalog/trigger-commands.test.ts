import assert from "node:assert/strict";
import { describeCatalog, hasCode, openCatalog } from "./rig.ts";

const never = { kind: "never" } as const;

describe("triggers", () => {
  const definition = {
    name: "t1",
    pluginFilename: "p.py",
    specification: "every:1m 30s",
    runAsync: false,
    errorBehavior: "retry",
    arguments: { a: "1" },
    disabled: false,
  } as const;

  it("live in their database and survive a restart", async () => {
    const rig = await openCatalog();
    const { catalog, changes } = rig;
    await catalog.databaseCommands.createDatabase("foo");
    await catalog.databaseCommands.createDatabase("bar");
    const trigger = await catalog.triggerCommands.createTrigger("foo", definition);
    const databaseId = catalog.database("foo")?.id;
    assert.deepEqual(trigger, { ...definition, id: trigger.id, databaseId, disabledReason: null });
    assert.equal(changes.at(-1)?.kind, "trigger-created");
    await catalog.triggerCommands.createTrigger("bar", definition);
    await assert.rejects(catalog.triggerCommands.createTrigger("foo", definition), hasCode("already_exists"));
    assert.deepEqual(describeCatalog((await rig.reopen()).catalog), describeCatalog(catalog));
  });

  it("are enabled and disabled any number of times", async () => {
    const { catalog, changes } = await openCatalog();
    await catalog.databaseCommands.createDatabase("foo");
    await catalog.triggerCommands.createTrigger("foo", definition);
    assert.equal((await catalog.triggerCommands.setTriggerDisabled("foo", "t1", true)).disabled, true);
    const { sequence } = catalog;
    await catalog.triggerCommands.setTriggerDisabled("foo", "t1", true);
    assert.equal(catalog.sequence, sequence);
    assert.equal(changes.at(-1)?.kind, "trigger-updated");
    await catalog.triggerCommands.setTriggerDisabled("foo", "t1", false);
    assert.equal(catalog.database("foo")?.trigger("t1")?.disabled, false);
  });

  it("keep the reason why the server disabled them, until they are enabled", async () => {
    const rig = await openCatalog();
    const { triggerCommands, databaseCommands } = rig.catalog;
    await databaseCommands.createDatabase("foo");
    await triggerCommands.createTrigger("foo", definition);
    await triggerCommands.setTriggerDisabled("foo", "t1", true, "it failed");
    const { catalog: again } = await rig.reopen();
    assert.equal(again.database("foo")?.trigger("t1")?.disabledReason, "it failed");
    assert.equal((await again.triggerCommands.setTriggerDisabled("foo", "t1", false)).disabledReason, null);
  });

  it("change in what is named, and commit nothing when nothing is different", async () => {
    const rig = await openCatalog();
    const { catalog, changes } = rig;
    await catalog.databaseCommands.createDatabase("foo");
    const before = await catalog.triggerCommands.createTrigger("foo", definition);
    const update = (changed: Parameters<typeof catalog.triggerCommands.updateTrigger>[2]) =>
      catalog.triggerCommands.updateTrigger("foo", "t1", changed);
    const { sequence } = catalog;
    assert.deepEqual(await update({ runAsync: false, arguments: { a: "1" } }), before);
    assert.equal(catalog.sequence, sequence);
    const after = await update({ arguments: null, pluginFilename: "q.py", errorBehavior: "log" });
    assert.deepEqual(after, { ...before, arguments: null, pluginFilename: "q.py", errorBehavior: "log" });
    assert.equal(changes.at(-1)?.kind, "trigger-updated");
    assert.deepEqual(describeCatalog((await rig.reopen()).catalog), describeCatalog(catalog));
    await assert.rejects(
      catalog.triggerCommands.updateTrigger("foo", "none", {}),
      hasCode("resource_not_found"),
    );
  });

  it("are deleted when disabled, or by force", async () => {
    const { catalog } = await openCatalog();
    await catalog.databaseCommands.createDatabase("foo");
    await catalog.triggerCommands.createTrigger("foo", definition);
    await assert.rejects(
      catalog.triggerCommands.deleteTrigger("foo", "t1", { force: false }),
      hasCode("trigger_running", "Cannot delete running plugin t1. Disable it first or use --force."),
    );
    await catalog.triggerCommands.deleteTrigger("foo", "t1", { force: true });
    assert.deepEqual([...catalog.database("foo")!.triggers()], []);
    await assert.rejects(
      catalog.triggerCommands.deleteTrigger("foo", "t1", { force: true }),
      hasCode("resource_not_found", "the requested resource was not found: t1"),
    );
  });

  it("need a database that is there", async () => {
    const { catalog } = await openCatalog();
    const create = (database: string) => catalog.triggerCommands.createTrigger(database, definition);
    await assert.rejects(create("foo"), hasCode("database_not_found", "Database not found foo"));
    await assert.rejects(create("_internal"), hasCode("internal_database_modify"));
    const { id } = await catalog.databaseCommands.createDatabase("foo");
    await create("foo");
    await catalog.databaseCommands.deleteDatabase("foo", never);
    assert.deepEqual(
      [...catalog.databaseById(id)!.triggers()].map(({ disabled }) => disabled),
      [true],
    );
    await assert.rejects(create(catalog.databaseById(id)!.name), hasCode("already_deleted"));
  });
});
