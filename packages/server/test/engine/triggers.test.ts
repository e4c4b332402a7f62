import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { settle } from "./support/fake-clock.ts";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("triggers", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  describe("are refused with", () => {
    const cases: [
      what: string,
      options: Parameters<TestEngine["trigger"]>[0],
      status: number,
      text: string | RegExp,
    ][] = [
      [
        "an unknown specification",
        { specification: "sometimes" },
        500,
        /^failed to parse trigger from sometimes: expect one of the following forms: /,
      ],
      [
        "no table",
        { specification: "table:" },
        500,
        "failed to parse trigger from table:: table name is empty",
      ],
      [
        "a file that is missing",
        { pluginFilename: "x.py" },
        500,
        /^Plugin error: reading plugin file: Plugin not found: .*x\.py$/,
      ],
      [
        "a path that leaves the directory",
        { pluginFilename: "../p.py" },
        500,
        "Plugin error: Path traversal detected: plugin filename '../p.py' attempts to access files outside the plugin directory",
      ],
      [
        "an absolute path",
        { pluginFilename: "/etc/passwd" },
        500,
        /Path traversal detected: plugin filename '\/etc\/passwd'/,
      ],
      ["a drive", { pluginFilename: "C:p.py" }, 500, /Path traversal detected/],
      ["backslashes", { pluginFilename: "..\\p.py" }, 500, /Path traversal detected/],
      ["a NUL byte", { pluginFilename: "p.py\0" }, 500, /Path traversal detected/],
      ["an unknown database", { database: "none" }, 404, "Database not found none"],
      ["the internal database", { database: "_internal" }, 500, "cannot modify internal db"],
    ];
    for (const [what, options, status, text] of cases) {
      it(what, async () => {
        const got = await refusal(test.trigger(options));
        assert.equal(got.status, status);
        if (typeof text === "string") assert.equal(got.text, text);
        else assert.match(got.text, text);
      });
    }

    it("a name that is taken", async () => {
      await test.trigger();
      const got = await refusal(test.trigger({ specification: "every:1s" }));
      assert.deepEqual(got, { status: 409, text: "attempted to create a resource that already exists" });
    });

    it("directories that are no package", async () => {
      await mkdir(path.join(test.pluginDir, "empty"));
      assert.match(
        (await refusal(test.trigger({ pluginFilename: "empty/" }))).text,
        /^Plugin error: reading plugin file: Multi-file plugin directory must contain __init__\.py: .*empty$/,
      );
    });

    it("links that lead out of the plugin directory, also on the way, and links that lead nowhere", async () => {
      await symlink("/etc", path.join(test.pluginDir, "out"));
      await symlink("/etc/passwd", path.join(test.pluginDir, "secret.py"));
      await symlink("/nowhere/x.py", path.join(test.pluginDir, "lost.py"));
      await symlink(path.join(test.pluginDir, "p.py"), path.join(test.pluginDir, "inside.py"));
      for (const pluginFilename of ["out/passwd", "out/new/x.py", "secret.py", "lost.py"]) {
        assert.match(
          (await refusal(test.trigger({ pluginFilename }))).text,
          /Path traversal detected/,
          pluginFilename,
        );
      }
      await test.trigger({ pluginFilename: "inside.py" });
    });

    it("source that is no text", async () => {
      await writeFile(path.join(test.pluginDir, "bad.py"), Uint8Array.of(0x61, 0xff));
      assert.match((await refusal(test.trigger({ pluginFilename: "bad.py" }))).text, /not valid UTF-8$/);
    });

    it("a kind that the operator does not allow, before the file is looked at", async () => {
      await test.close();
      test = await TestEngine.create({ allowedKinds: new Set(["request"]) });
      assert.deepEqual(await refusal(test.trigger({ pluginFilename: "missing.py" })), {
        status: 400,
        text: "invalid request: server is configured to reject WalRows plugin triggers",
      });
      assert.match(
        (await refusal(test.trigger({ specification: "every:1s" }))).text,
        /reject Schedule plugin/,
      );
    });

    it("no plugin directory", async () => {
      await test.close();
      test = await TestEngine.create({ pluginDir: undefined });
      assert.equal(
        (await refusal(test.trigger())).text,
        "Plugin error: Node not configured with plugin directory",
      );
    });
  });

  it("need a plugin directory: where none can be made, the start ends with the reason", async () => {
    const dangling = path.join(test.pluginDir, "link");
    await symlink(path.join(test.pluginDir, "nowhere"), dangling);
    await assert.rejects(TestEngine.create({ pluginDir: path.join(dangling, "plugins") }), {
      message:
        `Unable to create plugin directory "${path.join(dangling, "plugins")}": ` +
        `a symbolic link of that name leads to a place that does not exist (at "${dangling}"). ` +
        "Make it a directory that this user can read, or choose another one with --plugin-dir",
    });
  });

  it("accept nested files, ./ and a trailing slash", async () => {
    await mkdir(path.join(test.pluginDir, "a", "b"), { recursive: true });
    await test.plugin("a/b/c.py");
    await test.trigger({ name: "1", pluginFilename: "a/b/c.py" });
    await test.trigger({ name: "2", pluginFilename: "./p.py" });
    await test.trigger({ name: "3", pluginFilename: "p.py/" });
  });

  it("keep a normalised specification and show it as JSON", async () => {
    await test.trigger({ specification: " every:90s ", arguments: { a: "1", b: "2" } });
    const database = test.catalog.database("db");
    assert.ok(database);
    assert.deepEqual(test.engine.tables.triggers(database), [
      {
        triggerName: "t",
        pluginFilename: "p.py",
        triggerSpecification: '{"every":{"duration":{"secs":90,"nanos":0}}}',
        disabled: false,
        errorBehavior: "log",
      },
    ]);
    assert.deepEqual(test.engine.tables.triggerArguments(database), [
      { triggerName: "t", argumentKey: "a", argumentValue: "1" },
      { triggerName: "t", argumentKey: "b", argumentValue: "2" },
    ]);
    const [file] = await test.engine.tables.pluginFiles();
    assert.deepEqual(
      { ...file, lastModifiedMs: 0 },
      {
        pluginName: "t",
        fileName: "p.py",
        filePath: path.join(test.pluginDir, "p.py"),
        sizeBytes: 8,
        lastModifiedMs: 0,
      },
    );
  });

  it("are deleted only when disabled or by force", async () => {
    await test.trigger();
    assert.deepEqual(await refusal(test.engine.deleteTrigger("db", "t", { force: false })), {
      status: 500,
      text: "Cannot delete running plugin t. Disable it first or use --force.",
    });
    await test.engine.deleteTrigger("db", "t", { force: true });
    assert.deepEqual(await refusal(test.engine.deleteTrigger("db", "t", { force: true })), {
      status: 404,
      text: "the requested resource was not found: t",
    });
    test.write("cpu usage=1");
    await test.clock.advance(2000);
    assert.equal(test.python.runs.length, 0);
    await test.trigger({ disabled: true });
    await test.engine.deleteTrigger("db", "t", { force: false });
  });

  it("are enabled and disabled any number of times", async () => {
    await test.trigger();
    await test.engine.enableTrigger("db", "t");
    await Promise.all([test.engine.disableTrigger("db", "t"), test.engine.disableTrigger("db", "t")]);
    await Promise.all([test.engine.enableTrigger("db", "t"), test.engine.enableTrigger("db", "t")]);
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    assert.equal((await test.runsBegan(1)).length, 1);
    assert.equal((await refusal(test.engine.enableTrigger("db", "x"))).status, 404);
    assert.equal((await refusal(test.engine.disableTrigger("none", "t"))).text, "Database not found none");
  });

  it("disable waits for the run at work, and starts with an empty cache afterwards", async () => {
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    let disabled = false;
    const disabling = test.engine.disableTrigger("db", "t").then(() => (disabled = true));
    await settle();
    assert.equal(disabled, false);
    finish();
    await disabling;
    await test.engine.enableTrigger("db", "t");
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    const [before, after] = await test.runsBegan(2);
    assert.notEqual(before?.cacheNamespace, after?.cacheNamespace);
    finish();
  });

  it("start again at boot; one whose file is gone does not stop the others, and heals by enabling it", async () => {
    await test.plugin("q.py");
    await test.trigger({ name: "broken", pluginFilename: "q.py" });
    await test.trigger({ name: "fine" });
    await test.trigger({ name: "off", disabled: true });
    await test.engine.stop().catch(() => {});
    await rm(path.join(test.pluginDir, "q.py"));
    await test.boot();
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    assert.deepEqual(
      (await test.runsBegan(1)).map(({ trigger }) => trigger),
      ["fine"],
    );
    await test.plugin("q.py");
    await test.engine.enableTrigger("db", "broken");
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    await test.runsBegan(3);
  });

  it("stop when their database is deleted", async () => {
    await test.trigger({ specification: "every:1s" });
    await test.clock.advance(1000);
    await test.runsBegan(1);
    await test.catalog.databaseCommands.deleteDatabase("db", { kind: "never" } as never);
    await settle();
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 1);
  });

  it("are interrupted, then ended, when the server stops and they go on", async () => {
    await test.trigger();
    test.python.script = () => new Promise(() => {});
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    const stopping = test.engine.stop();
    await test.clock.advance(5500);
    assert.equal(test.python.interpreters[0]?.interrupted, 1);
    await test.clock.advance(2000);
    await stopping;
    assert.equal(test.python.aliveCount, 0);
  });
});
