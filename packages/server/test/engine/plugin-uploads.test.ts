import assert from "node:assert/strict";
import { mkdir, readdir, readFile, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { resolveInside } from "#src/engine/plugin-files/index.js";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

const file = (relative_path: string, content = "# python") => ({ relative_path, content });

describe("uploaded plugin files", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const inPluginDir = (...parts: string[]) => path.join(test.pluginDir, ...parts);
  const text = (...parts: string[]) => readFile(inPluginDir(...parts), "utf8");

  it("lie at their path, with the directories on the way, and replace what was there", async () => {
    await test.engine.uploadPluginFile("a/b/c.py", "one");
    assert.equal(await text("a", "b", "c.py"), "one");
    await test.engine.uploadPluginFile("a/b/c.py", "zwei ü");
    assert.equal(await text("a", "b", "c.py"), "zwei ü");
    await test.engine.uploadPluginFile("./settings.toml", "x = 1");
    assert.equal(await text("settings.toml"), "x = 1");
    assert.deepEqual(await readdir(inPluginDir("a", "b")), ["c.py"]);
  });

  it("never leave the plugin directory", async () => {
    await symlink("/tmp", inPluginDir("out"));
    for (const name of ["../x.py", "a/../../x.py", "/tmp/x.py", "C:\\x.py", "out/x.py", "x\0.py"]) {
      assert.deepEqual(await refusal(test.engine.uploadPluginFile(name, "")), {
        status: 500,
        text: `Processing engine error: plugin error: Path traversal detected: plugin filename '${name}' attempts to access files outside the plugin directory`,
      });
    }
  });

  it("are refused as directories, beyond the size limit, and among installed packages", async () => {
    await mkdir(inPluginDir("package"));
    const refused = async (name: string, content = "") =>
      (await refusal(test.engine.uploadPluginFile(name, content))).text;
    assert.match(await refused("package"), /plugin error: 'package' is a directory/);
    assert.match(await refused("new/"), /is a directory/);
    assert.match(await refused("big.py", "x".repeat(16 * 2 ** 20 + 1)), /larger than 16777216 bytes/);
    for (const name of ["./.venv/lib/x.py", ".VENV/x.py"])
      assert.match(await refused(name), /belongs to installed packages/);
    assert.match(await refused("p.py/x.py"), /plugin error: writing .*p\.py/);
    assert.deepEqual((await readdir(test.pluginDir)).sort(), ["p.py", "package"]);
  });

  it("need a plugin directory, and an operator who allows them", async () => {
    await test.close();
    test = await TestEngine.create({ pluginDir: undefined });
    const without = "Processing engine error: plugin error: No plugin directory configured";
    assert.equal((await refusal(test.engine.uploadPluginFile("x.py", ""))).text, without);
    assert.equal((await refusal(test.engine.replacePluginFile("t", ""))).text, without);
    await test.close();
    test = await TestEngine.create({ uploadsRefused: true });
    const refused =
      "Processing engine error: plugin error: plugin installation is disabled; plugins must already exist in the configured plugin directory";
    assert.equal((await refusal(test.engine.uploadPluginFile("x.py", ""))).text, refused);
    assert.equal((await refusal(test.engine.replacePluginDirectory("t", []))).text, refused);
  });

  it("replace the file of a trigger, whatever its database, and of a package its __init__.py", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.trigger({ name: "single" });
    await test.trigger({ name: "multi", pluginFilename: "package/", disabled: true });
    await test.engine.replacePluginFile("single", "new");
    await test.engine.replacePluginFile("multi", "new too");
    assert.deepEqual([await text("p.py"), await text("package", "__init__.py")], ["new", "new too"]);
    assert.deepEqual(await refusal(test.engine.replacePluginFile("none", "")), {
      status: 500,
      text: "Processing engine error: plugin error: Plugin not found: none",
    });
    test.repository.files.set("a.py", "");
    await test.trigger({ name: "remote", pluginFilename: "gh:a.py" });
    assert.match((await refusal(test.engine.replacePluginFile("remote", ""))).text, /read from a repository/);
  });

  it("replace a whole package: files that are not sent disappear", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.plugin("package/gone.py");
    await test.trigger({ name: "multi", pluginFilename: "package", disabled: true });
    await test.engine.replacePluginDirectory("multi", [file("__init__.py", "new"), file("sub/util.py", "u")]);
    assert.deepEqual((await readdir(inPluginDir("package"))).sort(), ["__init__.py", "sub"]);
    assert.deepEqual(
      [await text("package", "__init__.py"), await text("package", "sub", "util.py")],
      ["new", "u"],
    );
    assert.deepEqual((await readdir(test.pluginDir)).sort(), ["p.py", "package"]);
  });

  it("put back a package or a file that is gone", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.trigger({ name: "multi", pluginFilename: "package", disabled: true });
    await test.trigger({ name: "single", disabled: true });
    await rm(inPluginDir("package"), { recursive: true });
    await rm(inPluginDir("p.py"));
    await test.engine.replacePluginDirectory("multi", [file("__init__.py", "new")]);
    assert.match(
      (await refusal(test.engine.replacePluginDirectory("single", [file("__init__.py")]))).text,
      /runs a single file/,
    );
    await test.engine.replacePluginFile("single", "new too");
    assert.deepEqual([await text("package", "__init__.py"), await text("p.py")], ["new", "new too"]);
  });

  it("lie inside whatever their names are made of, or nowhere", async () => {
    await mkdir(inPluginDir("plugins"));
    await symlink("..", inPluginDir("plugins", "up"));
    const within = inPluginDir("plugins");
    const part = fc.constantFrom("..", ".", "", "a", "up", "b.py", "C:", "~", "...", "\0");
    const name = fc.tuple(fc.array(part, { maxLength: 5 }), fc.constantFrom("/", "\\"));
    await fc.assert(
      fc.asyncProperty(name, async ([parts, separator]) => {
        const found = await resolveInside(within, parts.join(separator)).catch(() => undefined);
        if (found === undefined) return;
        assert.ok(found === within || found.startsWith(`${within}/`), found);
        assert.notEqual(found.slice(within.length).split("/")[1], "up", found);
      }),
    );
  });

  it("replace no package by what is none", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.trigger({ name: "multi", pluginFilename: "package", disabled: true });
    await test.trigger({ name: "single", disabled: true });
    const refused = async (files: ReturnType<typeof file>[], trigger = "multi") =>
      (await refusal(test.engine.replacePluginDirectory(trigger, files))).text;
    assert.match(await refused([file("a.py")]), /must contain __init__\.py/);
    assert.match(await refused([]), /must contain __init__\.py/);
    assert.match(
      await refused([file("__init__.py"), file("../p.py", "")]),
      /Path traversal detected: plugin filename '\.\.\/p\.py'/,
    );
    assert.match(await refused([file("__init__.py"), file("./__init__.py")]), /sent twice/);
    assert.match(await refused([file("__init__.py"), file("sub/")]), /does not name a file/);
    assert.match(await refused([file("__init__.py"), file("a"), file("a/b.py")]), /plugin error: writing /);
    assert.match(await refused([file("__init__.py")], "single"), /runs a single file/);
    assert.equal(await text("package", "__init__.py"), "old");
    assert.deepEqual((await readdir(test.pluginDir)).sort(), ["p.py", "package"]);
  });

  it("leave copies of a package beside it alone", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.plugin("package.old/__init__.py", "my copy");
    await test.plugin("package.tmp/notes", "mine");
    await test.trigger({ name: "multi", pluginFilename: "package" });
    await test.engine.replacePluginDirectory("multi", [file("__init__.py", "new")]);
    assert.equal(await text("package", "__init__.py"), "new");
    assert.equal(await text("package.old", "__init__.py"), "my copy");
    assert.equal(await text("package.tmp", "notes"), "mine");
  });

  it("never replace the plugin directory itself", async () => {
    await test.plugin("__init__.py", "root");
    await symlink(".", inPluginDir("self"));
    for (const pluginFilename of [".", "./", "self", "self/."]) {
      const { text: said } = await refusal(test.trigger({ name: "all", pluginFilename }));
      assert.match(said, /is the plugin directory itself: name a file or a package in it/);
    }
    await test.plugin("late/__init__.py", "");
    await test.trigger({ name: "late", pluginFilename: "late", disabled: true });
    await rm(inPluginDir("late"), { recursive: true });
    await symlink(".", inPluginDir("late"));
    const { text: said } = await refusal(test.engine.replacePluginDirectory("late", [file("__init__.py")]));
    assert.match(said, /is the plugin directory itself/);
    assert.equal(await text("__init__.py"), "root");
  });

  it("and plugins stay out of the directories of others inside the plugin directory", async () => {
    const { pluginDir } = test;
    await test.close();
    await mkdir(path.join(pluginDir, "package", "data"), { recursive: true });
    await writeFile(path.join(pluginDir, "p.py"), "");
    const closedDirectories = [await realpath(path.join(pluginDir, "package", "data"))];
    test = await TestEngine.create({ closedDirectories }, pluginDir);
    await test.plugin("package/__init__.py", "old");
    await test.plugin("package/data/node/state.py", "precious");
    await symlink("package/data", inPluginDir("link"));
    for (const name of ["package/data/node/state.py", "link/node/state.py", "package/data/new.py"]) {
      const refused = /lies in .*data, which holds no plugins: choose another place/;
      assert.match((await refusal(test.engine.uploadPluginFile(name, ""))).text, refused);
      assert.match((await refusal(test.engine.pluginContent(name))).text, refused);
      assert.match((await refusal(test.trigger({ name: "t", pluginFilename: name }))).text, refused);
    }
    await test.trigger({ name: "multi", pluginFilename: "package" });
    const replaced = test.engine.replacePluginDirectory("multi", [file("__init__.py")]);
    assert.match((await refusal(replaced)).text, /cannot be replaced: .*data lies in it/);
    await rm(inPluginDir("package", "__init__.py"));
    assert.deepEqual(
      (await test.engine.plugins()).map(({ path }) => path),
      ["p.py"],
    );
    assert.equal(await text("package", "data", "node", "state.py"), "precious");
  });

  it("that a crash left between two directories are put back at the next start", async () => {
    await test.plugin("package/__init__.py", "old");
    await test.trigger({ name: "multi", pluginFilename: "package", specification: "every:1s" });
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    await rename(inPluginDir("package"), inPluginDir(".package.replacement-old"));
    await mkdir(inPluginDir(".package.replacement-new"));
    await writeFile(inPluginDir(".package.replacement-new", "__init__.py"), "half");
    await test.boot();
    assert.equal(await text("package", "__init__.py"), "old");
    const [run] = await test.runsBeganWithin(3, 1);
    assert.equal(run?.plugin.source, "old");
    await test.engine.replacePluginDirectory("multi", [file("__init__.py", "new")]);
    assert.deepEqual((await readdir(test.pluginDir)).sort(), ["p.py", "package"]);
  });
});
