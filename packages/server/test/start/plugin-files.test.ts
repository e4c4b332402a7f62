import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FileCall, RunContext } from "@millrace/plugin-runtime";
import { silentLogger, systemClock } from "#src/foundation/index.js";
import type { Foundations } from "#src/start/foundations.js";
import { openPluginFiles, type PluginFiles } from "#src/start/plugin-files.js";

describe("the files that a server shows its plugins", () => {
  let top: string;
  const opened: PluginFiles[] = [];
  beforeEach(async () => {
    top = await realpath(await mkdtemp(path.join(tmpdir(), "plugin-files-")));
  });
  afterEach(async () => {
    for (const files of opened.splice(0)) files.close();
    await rm(top, { recursive: true, force: true });
  });

  const open = async (engine: object, nodeDirectory?: string): Promise<PluginFiles> => {
    const limits = { spaceBytes: 1000, interpreter: { files: 10 } };
    const foundations = {
      config: { engine: { limits, packages: { directory: undefined }, ...engine } },
      store: { nodeDirectory },
      clock: systemClock,
      logger: silentLogger,
    };
    const files = await openPluginFiles(foundations as unknown as Foundations);
    opened.push(files);
    return files;
  };
  const context = (cacheNamespace: string, test = false) => ({ cacheNamespace, test }) as RunContext;
  const write = async (files: PluginFiles, run: RunContext, name: string, text: string) => {
    const at = { path: path.join(files.root, name) };
    const calls: FileCall[] = [
      { op: "create", ...at, kind: "file" },
      { op: "write", ...at, offset: 0, bytes: Buffer.from(text) },
    ];
    for (const call of calls)
      assert.deepEqual(await files.service.answer(run, call), { ok: true, value: null });
  };
  const read = async (files: PluginFiles, run: RunContext, at: string) => {
    const reply = await files.service.answer(run, { op: "read", path: at, offset: 0, length: 1000 });
    return reply.ok ? Buffer.from(reply.value as Uint8Array).toString() : reply.code;
  };

  it("lie at the real path of the plugin directory, with the installed packages to be read", async () => {
    await mkdir(path.join(top, "real", ".venv"), { recursive: true });
    await writeFile(path.join(top, "real", ".venv", "x.py"), "x");
    await symlink(path.join(top, "real"), path.join(top, "link"));
    const pluginDir = path.join(top, "link");
    const files = await open({ pluginDir, packages: { directory: path.join(pluginDir, ".venv") } });
    const root = path.join(top, "real");
    assert.equal(files.root, root);
    assert.deepEqual(files.environment, {
      PLUGIN_DIR: root,
      INFLUXDB3_PLUGIN_DIR: root,
      VIRTUAL_ENV: path.join(root, ".venv"),
    });
    const run = context("1/2/3");
    const at = path.join(root, ".venv", "x.py");
    assert.equal(await read(files, run, at), "x");
    const call = { op: "write", path: at, offset: 0, bytes: Buffer.from("y") } as const;
    assert.equal((await files.service.answer(run, call)).ok, false);
  });

  it("are written to a place of the trigger's own, kept over starts, and removed with the trigger", async () => {
    const nodeDirectory = path.join(top, "node");
    const pluginDir = path.join(top, "plugins");
    const files = await open({ pluginDir }, nodeDirectory);
    await write(files, context("1/2/3"), "state", "mine");
    const place = path.join(nodeDirectory, "plugin-files", "1", "2", "state");
    assert.equal(await readFile(place, "utf8"), "mine");
    const again = await open({ pluginDir }, nodeDirectory);
    assert.equal(await read(again, context("1/2/4"), path.join(pluginDir, "state")), "mine");
    assert.equal(await read(again, context("1/3/5"), path.join(pluginDir, "state")), "ENOENT");
    again.forget(1, 2);
    // The test's own time limit ends the wait.
    while (existsSync(place)) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await read(again, context("1/2/6"), path.join(pluginDir, "state")), "ENOENT");
  });

  it("never show the node's own files, also when they lie inside", async () => {
    const nodeDirectory = path.join(top, "data", "node");
    await mkdir(nodeDirectory, { recursive: true });
    await writeFile(path.join(nodeDirectory, "secret"), "s");
    await writeFile(path.join(top, "open"), "o");
    const otherNode = path.join(top, "data", "other");
    await mkdir(otherNode);
    await writeFile(path.join(otherNode, "secret"), "s");
    const files = await open({ pluginDir: top }, nodeDirectory);
    assert.deepEqual(files.closed, [path.join(top, "data")]);
    for (const place of [nodeDirectory, otherNode])
      assert.equal(await read(files, context("1/2/3"), path.join(place, "secret")), "ENOENT");
    assert.equal(await read(files, context("1/2/3"), path.join(top, "open")), "o");
    const beside = await open({ pluginDir: path.join(top, "data") }, nodeDirectory);
    assert.deepEqual(beside.closed, [nodeDirectory]);
    const pluginDir = path.join(top, "data", "node", "plugins");
    assert.deepEqual((await open({ pluginDir }, nodeDirectory)).closed, []);
    const packages = await open({ pluginDir, packages: { directory: top } }, nodeDirectory);
    assert.equal(await read(packages, context("1/2/3"), path.join(otherNode, "secret")), "ENOENT");
    assert.equal(await read(packages, context("1/2/3"), path.join(top, "open")), "o");
    await assert.rejects(open({ pluginDir: nodeDirectory }, nodeDirectory), /where this node keeps its data/);
  });

  it("have their packages beside the plugins when VIRTUAL_ENV is the environment of another Python", async () => {
    const pluginDir = path.join(top, "plugins");
    const directory = path.join(top, "shell");
    await mkdir(directory);
    await writeFile(path.join(directory, "pyvenv.cfg"), "home = /usr/bin\nversion = 3.14.0\n");
    const usual = path.join(pluginDir, ".venv");
    assert.equal((await open({ pluginDir, packages: { directory } })).packages, usual);
    await writeFile(
      path.join(directory, "pyvenv.cfg"),
      "# Packages of Millrace's plugins\nversion = 3.14.0\n",
    );
    assert.equal((await open({ pluginDir, packages: { directory } })).packages, directory);
    assert.deepEqual((await open({ pluginDir, packages: { directory: usual } })).closed, [usual]);
  });

  it("of a server without a directory of its own, and those of tests, go with the process or the test", async () => {
    const pluginDir = path.join(top, "plugins");
    const files = await open({ pluginDir });
    await write(files, context("1/2/3"), "state", "mine");
    await write(files, context("test/x", true), "other", "test");
    assert.equal(await read(files, context("1/2/3"), path.join(pluginDir, "state")), "mine");
    assert.equal(await read(files, context("test/x", true), path.join(pluginDir, "other")), "ENOENT");
    assert.equal(existsSync(path.join(pluginDir, "state")), false);
  });

  it("of a server without a plugin directory are what a test brings along", async () => {
    const files = await open({ pluginDir: undefined });
    const at = `${files.root}/p/__init__.py`;
    const run = { ...context("test/x", true), files: new Map([[at, "text"]]) };
    assert.equal(await read(files, run, at), "text");
    assert.deepEqual(files.environment, {});
  });
});
