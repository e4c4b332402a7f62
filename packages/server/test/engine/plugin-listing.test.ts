import assert from "node:assert/strict";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("the list of plugins", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  it("names files and packages, and the triggers that run them", async () => {
    await test.plugin("a/one.py", "12345");
    await test.plugin("a/package/__init__.py", "123");
    await test.plugin("a/package/sub/util.py", "12");
    await test.plugin("a/package/__pycache__/x.py", "12");
    await test.plugin("a/data.toml");
    await test.plugin(".venv/lib/site.py");
    await symlink("/etc", path.join(test.pluginDir, "out"));
    await test.catalog.databaseCommands.createDatabase("other");
    await test.trigger({ name: "t1", pluginFilename: "./a/package/", disabled: true });
    await test.trigger({ name: "t2", database: "other", pluginFilename: "a/package", disabled: true });
    const plugins = await test.engine.plugins();
    assert.deepEqual(
      plugins.map(({ path, kind, size_bytes, triggers }) => ({ path, kind, size_bytes, triggers })),
      [
        { path: "a/one.py", kind: "file", size_bytes: 5, triggers: [] },
        { path: "a/package", kind: "package", size_bytes: 5, triggers: ["db/t1", "other/t2"] },
        { path: "p.py", kind: "file", size_bytes: 8, triggers: [] },
      ],
    );
    assert.ok(plugins.every(({ last_modified_ms }) => last_modified_ms > 1e12));
  });

  it("leads to the text of a file, or of all Python files of a package", async () => {
    await test.plugin("package/__init__.py", "i");
    await test.plugin("package/sub/util.py", "ü");
    const contents = async (name: string) => {
      const { kind, files } = await test.engine.pluginContent(name);
      return [kind, files.map(({ path, content, size_bytes }) => [path, content, size_bytes])];
    };
    assert.deepEqual(await contents("p.py"), ["file", [["p.py", "# python", 8]]]);
    assert.deepEqual(await contents("package/"), [
      "package",
      [
        ["__init__.py", "i", 1],
        ["sub/util.py", "ü", 2],
      ],
    ]);
    assert.equal((await refusal(test.engine.pluginContent("none.py"))).status, 404);
    assert.match((await refusal(test.engine.pluginContent("../p.py"))).text, /^Plugin error: Path traversal/);
    assert.match((await refusal(test.engine.pluginContent("package/sub"))).text, /must contain __init__\.py/);
  });

  it("is empty without a plugin directory", async () => {
    await test.close();
    test = await TestEngine.create({ pluginDir: undefined });
    assert.deepEqual(await test.engine.plugins(), []);
    assert.match((await refusal(test.engine.pluginContent("p.py"))).text, /No plugin directory configured/);
  });

  it("in system.plugin_files has one row for each Python file of a trigger's package", async () => {
    await test.plugin("package/__init__.py", "i");
    await test.plugin("package/sub/util.py", "ü");
    await test.trigger({ name: "t1", pluginFilename: "package", disabled: true });
    const rows = await test.engine.tables.pluginFiles();
    assert.deepEqual(
      rows.map(({ pluginName, fileName, filePath, sizeBytes }) => [
        pluginName,
        fileName,
        filePath,
        sizeBytes,
      ]),
      [
        ["t1", "__init__.py", path.join(test.pluginDir, "package/__init__.py"), 1],
        ["t1", "sub/util.py", path.join(test.pluginDir, "package/sub/util.py"), 2],
      ],
    );
  });
});
