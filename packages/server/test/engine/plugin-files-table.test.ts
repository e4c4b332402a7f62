import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { TestEngine } from "./support/test-engine.ts";

describe("the table of plugin files", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const files = async () =>
    (await test.engine.tables.pluginFiles()).map(({ pluginName, fileName, filePath }) => [
      pluginName,
      fileName,
      path.relative(test.pluginDir, filePath),
    ]);

  it("has a row for each file of each trigger, of all databases, whether it runs or not", async () => {
    await mkdir(path.join(test.pluginDir, "pkg", "inner"), { recursive: true });
    await mkdir(path.join(test.pluginDir, "pkg", "__pycache__"));
    for (const name of ["__init__.py", "inner/util.py", "__pycache__/x.py", "notes.txt"]) {
      await test.plugin(path.join("pkg", name));
    }
    await test.plugin("nobody.py");
    await test.catalog.databaseCommands.createDatabase("two", {});
    await test.trigger({ name: "single" });
    await test.trigger({ name: "off", disabled: true });
    await test.trigger({ name: "many", database: "two", pluginFilename: "pkg" });
    const rows = await files();
    assert.deepEqual(rows.sort(), [
      ["many", "__init__.py", path.join("pkg", "__init__.py")],
      ["many", path.join("inner", "util.py"), path.join("pkg", "inner", "util.py")],
      ["off", "p.py", "p.py"],
      ["single", "p.py", "p.py"],
    ]);
  });

  it("leaves out what is not there", async () => {
    await test.trigger({ name: "single", disabled: true });
    await test.catalog.databaseCommands.deleteDatabase("db", { kind: "never" });
    assert.deepEqual(await files(), []);
  });
});
