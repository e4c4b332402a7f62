import assert from "node:assert/strict";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

const URL = "http://repository.test/plugins/a/b.py";

describe("plugins from a repository", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
    test.repository.files.set("a/b.py", "one");
  });
  afterEach(() => test.close());

  const refused = async (pluginFilename: string) => (await refusal(test.trigger({ pluginFilename }))).text;

  it("are fetched when the trigger is created, enabled and booted, and never in between", async () => {
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    assert.deepEqual(test.repository.requests, [URL]);
    test.repository.files.set("a/b.py", "two");
    const first = await test.runsBeganWithin(3, 2);
    assert.deepEqual(first.map(({ plugin }) => [plugin.fileName, plugin.source]).slice(0, 2), [
      ["gh:a/b.py", "one"],
      ["gh:a/b.py", "one"],
    ]);
    await test.engine.disableTrigger("db", "t");
    const before = test.python.runs.length;
    await test.engine.enableTrigger("db", "t");
    assert.equal(test.repository.requests.length, 2);
    assert.equal((await test.runsBeganWithin(3, before + 1))[before]?.plugin.source, "two");
    assert.deepEqual(await test.engine.tables.pluginFiles(), [], "they have no local file");
  });

  it("need no plugin directory", async () => {
    await test.close();
    test = await TestEngine.create({ pluginDir: undefined });
    test.repository.files.set("a/b.py", "one");
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    assert.equal((await test.runsBeganWithin(3, 1))[0]?.plugin.source, "one");
  });

  it("are refused when they cannot be fetched", async () => {
    assert.equal(
      await refused("gh:none.py"),
      "Plugin error: error fetching plugin from repository: 404 Not Found http://repository.test/plugins/none.py",
    );
    assert.match(await refused("gh:../secret.py"), /^Plugin error: Path traversal detected/);
    test.repository.files.set("big.py", "x".repeat(16 * 2 ** 20 + 1));
    assert.match(await refused("gh:big.py"), /^Plugin error: error reading plugin from repository: .*larger/);
    test.repository.down = true;
    assert.equal(
      await refused("gh:a/b.py"),
      `Plugin error: error getting plugin from repository: connect ECONNREFUSED (${URL})`,
    );
  });

  it("that cannot be fetched at boot leave the trigger not running until it is enabled again", async () => {
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    const before = test.python.runs.length;
    test.repository.down = true;
    await test.boot();
    await test.clock.advance(3000);
    assert.equal(test.python.runs.length, before);
    test.repository.down = false;
    await test.engine.disableTrigger("db", "t");
    await test.engine.enableTrigger("db", "t");
    await test.runsBeganWithin(3, before + 1);
  });
});
