import assert from "node:assert/strict";
import { silentLogger } from "#src/foundation/index.js";
import { settle } from "./support/fake-clock.ts";
import { raised } from "./support/fake-python.ts";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("the life of triggers", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const request = { query: {}, headers: {}, body: new Uint8Array(0) };
  const answer = (text: string) => ({
    response: { status: 200, headers: [], body: new TextEncoder().encode(text) },
  });
  const restart = async () => {
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    await test.boot();
  };

  it("begins without a look into the file: what is wrong with it is an error of the run", async () => {
    await test.plugin("broken.py", "def (");
    await test.trigger({ pluginFilename: "broken.py" });
  });

  it("is apart from those of other databases, also with the same name and file", async () => {
    await test.catalog.databaseCommands.createTable("other", "cpu", [], [{ name: "usage", type: "float64" }]);
    await test.trigger();
    await test.trigger({ database: "other" });
    await test.trigger({ name: "t2" });
    await test.engine.disableTrigger("other", "t");
    test.write("cpu usage=1");
    test.write("cpu usage=2", "cpu", "other");
    await test.clock.advance(1000);
    const runs = await test.runsBegan(2);
    assert.deepEqual(
      runs.map(({ database, trigger }) => `${database}/${trigger}`),
      ["db/t", "db/t2"],
    );
    assert.notEqual(runs[0]?.cacheNamespace, runs[1]?.cacheNamespace);
  });

  it("ends silently with a schedule that has no further time, and can be stopped and started after that", async () => {
    await test.trigger({ specification: "cron:1 0 0 1 1 ? 2026" });
    await test.runsBeganWithin(3, 1);
    await test.clock.advance(86_400_000);
    assert.equal(test.python.runs.length, 1);
    assert.ok(!test.logTexts().some((text) => text.startsWith("ERROR")));
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, false);
    await test.engine.disableTrigger("db", "t");
    await test.engine.enableTrigger("db", "t");
  });

  it("ends with its database, whose triggers are marked as disabled, and a new one of its name has none", async () => {
    await test.trigger();
    await test.trigger({ name: "second" });
    const id = test.databaseId();
    await test.catalog.databaseCommands.deleteDatabase("db", { kind: "never" });
    const gone = test.catalog.databaseById(id);
    assert.deepEqual(
      Array.from(gone?.triggers() ?? [], ({ disabled }) => disabled),
      [true, true],
    );
    assert.equal((await refusal(test.trigger())).text, "Database not found db");
    assert.deepEqual(await refusal(test.trigger({ database: String(gone?.name) })), {
      status: 409,
      text: `attempted to modify resource that was already deleted: ${gone?.name}`,
    });
    await test.catalog.databaseCommands.createDatabase("db");
    assert.equal((await refusal(test.engine.enableTrigger("db", "t"))).status, 404);
  });

  it("is told when a trigger is gone for good, so that what it left behind can be removed", async () => {
    await test.close();
    const gone: string[] = [];
    test = await TestEngine.create({
      onTriggerGone: (database, trigger) => void gone.push(`${database}/${trigger}`),
    });
    await test.trigger();
    const id = test.catalog.database("db")?.trigger("t")?.id;
    await test.engine.disableTrigger("db", "t");
    assert.deepEqual(gone, []);
    const databaseId = test.databaseId();
    await test.engine.deleteTrigger("db", "t", { force: false });
    assert.deepEqual(gone, [`${databaseId}/${id}`]);
    await test.trigger();
    const second = test.catalog.database("db")?.trigger("t")?.id;
    await test.catalog.databaseCommands.deleteDatabase("db", { kind: "never" });
    await settle();
    assert.deepEqual(gone.slice(1), [`${databaseId}/${second}`]);
  });

  it("keeps the reason of its end when it failed, and loses it when it is enabled", async () => {
    await test.trigger({ errorBehavior: "disable" });
    test.python.script = async () => raised("ValueError: no");
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/trigger disabled/);
    await settle();
    const reason = () => test.catalog.database("db")?.trigger("t")?.disabledReason;
    assert.equal(reason(), "its plugin failed: ValueError: no");
    await restart();
    assert.equal(reason(), "its plugin failed: ValueError: no");
    await test.engine.enableTrigger("db", "t");
    assert.equal(reason(), null);
  });

  it("goes on in the order of creation after a restart: of two with one request path the later one has it", async () => {
    for (const name of ["first", "second"]) await test.trigger({ name, specification: "request:p" });
    await restart();
    test.python.script = async ({ trigger }) => answer(String(trigger));
    const got = await test.engine.handleRequest("p", request);
    assert.equal(new TextDecoder().decode(got?.body), "second");
    await test.engine.disableTrigger("db", "first");
    assert.equal(await test.engine.handleRequest("p", request), undefined);
  });

  it("has its plugin's prints in the server's log, not in the table of logs", async () => {
    await test.close();
    const printed: string[] = [];
    const logger = { ...silentLogger, info: (text: string) => void printed.push(text) };
    test = await TestEngine.create({ logger });
    await test.trigger();
    test.python.script = async (_request, host) => {
      host.print("hello");
      return {};
    };
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/finished/);
    assert.ok(printed.includes("hello"));
    assert.ok(!test.logTexts().some((text) => text.includes("hello")));
  });

  it("starts many triggers at boot, whatever becomes of some", async () => {
    for (let i = 0; i < 40; i++) await test.trigger({ name: `t${i}` });
    test.repository.files.set("a.py", "");
    await test.trigger({ name: "remote", pluginFilename: "gh:a.py" });
    test.repository.down = true;
    await restart();
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(40);
    assert.equal(new Set(test.python.runs.map(({ trigger }) => trigger)).size, 40);
  });
});
