import assert from "node:assert/strict";
import { settle } from "./support/fake-clock.ts";
import { raised } from "./support/fake-python.ts";
import { refusal } from "./support/refusal.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

describe("databases and interpreters", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  it("give each trigger its own interpreter while there are enough, then share within a database only", async () => {
    test = await TestEngine.create({ interpreters: 2 });
    const used = new Map<string, unknown>();
    test.python.script = async ({ trigger }, _host, python) => {
      used.set(String(trigger), python);
      return {};
    };
    for (const name of ["a", "b", "c"]) await test.trigger({ name });
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(3);
    assert.notEqual(used.get("a"), used.get("b"));
    assert.ok(used.get("c") === used.get("a") || used.get("c") === used.get("b"));
    await test.catalog.databaseCommands.createTable("two", "cpu", [], [{ name: "usage", type: "float64" }]);
    await test.trigger({ name: "d", database: "two" });
    test.write("cpu usage=2", "cpu", "two");
    await test.clock.advance(1000);
    const runs = await test.runsBegan(4);
    assert.deepEqual(linesOf(runs[3]!), ["cpu usage=2"]);
    assert.ok(![used.get("a"), used.get("b")].includes(used.get("d")));
  });

  it("move a cache out of the way of another database and back", async () => {
    test = await TestEngine.create({ interpreters: 1 });
    await test.catalog.databaseCommands.createTable("two", "cpu", [], [{ name: "usage", type: "float64" }]);
    await test.trigger({ name: "one" });
    await test.trigger({ name: "two", database: "two" });
    const seen: string[] = [];
    test.python.script = async ({ cacheNamespace, trigger }, _host, python) => {
      seen.push(`${trigger} ${python.caches.get(cacheNamespace) ?? "nothing"}`);
      python.caches.set(cacheNamespace, `cache of ${trigger}`);
      return {};
    };
    for (const [index, database] of ["db", "two", "db"].entries()) {
      test.write("cpu usage=1", "cpu", database);
      await test.runsBeganWithin(2, index + 1);
      await settle();
    }
    assert.deepEqual(seen.filter((line) => line.startsWith("one")).at(-1), "one cache of one");
  });

  it("say which option helps when no interpreter can be freed", async () => {
    test = await TestEngine.create({ interpreters: 1 });
    await test.catalog.databaseCommands.createTable("two", "cpu", [], [{ name: "usage", type: "float64" }]);
    await test.trigger({ name: "one" });
    await test.trigger({ name: "two", database: "two" });
    test.python.script = async (_request, _host, python) => {
      python.unpackable = true;
      return {};
    };
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.write("cpu usage=1", "cpu", "two");
    await test.clock.advance(1000);
    await settle();
    await test.clock.advance(31_000);
    await test.logged(/every interpreter is taken by another database.*--plugin-interpreters/);
  });

  it("replace an interpreter that died, and the trigger goes on", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.python.script = async (_request, host, python) => {
      host.log("INFO", "last words");
      python.alive = false;
      return raised("the plugin ended its process", "fatal");
    };
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/ended its process/);
    assert.ok(test.logTexts().includes("INFO last words"));
    test.python.script = async () => ({});
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    await test.runsBegan(2);
    await test.logged(/finished/);
  });

  it("that start slowly keep no run waiting for ever, and serve a later one", async () => {
    test = await TestEngine.create();
    await test.engine.stop();
    let started = () => {};
    const start = new Promise<void>((resolve) => (started = resolve));
    test.python.beforeStart = () => start;
    const before = test.python.interpreters.length;
    await test.boot();
    await test.trigger({ specification: "request:p" });
    const request = { query: {}, headers: {}, body: new Uint8Array(0) };
    const ask = (gone?: AbortSignal) => test.engine.handleRequest("p", request, gone);
    const late = refusal(ask());
    await settle();
    await test.clock.advance(31_000);
    assert.match((await late).text, /Python takes long to start/);
    const client = new AbortController();
    const left = ask(client.signal);
    await settle();
    client.abort(new Error("client gone"));
    await assert.rejects(left, /client gone/);
    test.python.script = async () => ({ response: { status: 204, headers: [], body: new Uint8Array(0) } });
    const served = ask();
    started();
    assert.equal((await served)?.status, 204);
    await settle();
    assert.equal(test.python.interpreters.length - before, 2, "the trigger's and a spare one");
  });

  it("end interpreters that nobody has used for long", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    await settle();
    assert.equal(test.python.aliveCount, 2, "the trigger's and a spare one");
    await test.clock.advance(20 * 60_000);
    assert.equal(test.python.aliveCount, 1);
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    await test.runsBegan(2);
  });

  it("are replaced before their next run when they were called stale, and keep their caches", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const used: unknown[] = [];
    const seen: (string | undefined)[] = [];
    test.python.script = async ({ cacheNamespace }, _host, python) => {
      used.push(python);
      seen.push(python.caches.get(cacheNamespace));
      python.caches.set(cacheNamespace, "kept");
      return {};
    };
    test.write("cpu usage=1");
    await test.runsBeganWithin(2, 1);
    await test.engine.renewInterpreters();
    test.write("cpu usage=2");
    await test.runsBeganWithin(2, 2);
    assert.notEqual(used[0], used[1]);
    assert.deepEqual(seen, [undefined, "kept"]);
    assert.equal(test.python.aliveCount, 2, "the trigger's and a spare one");
  });
});
