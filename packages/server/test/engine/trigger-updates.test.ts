import assert from "node:assert/strict";
import { settle, until } from "./support/fake-clock.ts";
import { refusal } from "./support/refusal.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

describe("triggers that are changed", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
    await test.plugin("q.py", "q");
  });
  afterEach(() => test.close());

  const request = { query: {}, headers: {}, body: new Uint8Array(0) };
  const answered = (text: string) => ({
    response: { status: 200, headers: [], body: new TextEncoder().encode(text) },
  });
  const ask = async (path: string) =>
    new TextDecoder().decode((await test.engine.handleRequest(path, request))?.body);
  const trigger = () => test.catalog.database("db")?.trigger("t");

  it("run with the change from then on, and keep the rest", async () => {
    await test.trigger({ arguments: { a: "1" }, specification: "every:1s" });
    await test.runsBeganWithin(3, 1);
    await test.engine.updateTrigger("db", "t", { pluginFilename: "q.py", specification: "table:cpu" });
    const before = test.python.runs.length;
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    const runs = await test.runsBegan(before + 1);
    assert.equal(runs.length, before + 1, "the schedule is over");
    const run = runs.at(-1);
    assert.ok(run?.kind === "writes");
    assert.deepEqual([run.plugin.source, run.args, linesOf(run)], ["q", { a: "1" }, ["cpu usage=1"]]);
    assert.equal(trigger()?.specification, "table:cpu");
    await test.engine.updateTrigger("db", "t", { arguments: null, runAsync: true, errorBehavior: "retry" });
    assert.deepEqual(
      [trigger()?.arguments, trigger()?.runAsync, trigger()?.errorBehavior],
      [null, true, "retry"],
    );
  });

  it("stay as they are when the change is refused", async () => {
    await test.trigger();
    const refused = async (changes: Parameters<typeof test.engine.updateTrigger>[2]) =>
      (await refusal(test.engine.updateTrigger("db", "t", changes))).text;
    assert.match(await refused({ specification: "nonsense" }), /^failed to parse trigger from nonsense/);
    assert.match(await refused({ pluginFilename: "none.py" }), /Plugin not found/);
    assert.match(await refused({ pluginFilename: "../p.py" }), /Path traversal/);
    assert.equal((await refusal(test.engine.updateTrigger("db", "none", {}))).status, 404);
    assert.equal((await refusal(test.engine.updateTrigger("none", "t", {}))).text, "Database not found none");
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    assert.equal((await test.runsBegan(1))[0]?.plugin.fileName, "p.py");
  });

  it("do not start when they are disabled, and do not start again when nothing is different", async () => {
    await test.trigger({ disabled: true, specification: "every:1s" });
    await test.engine.updateTrigger("db", "t", { specification: "every:2s" });
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 0);
    await test.engine.enableTrigger("db", "t");
    const [first] = await test.runsBeganWithin(3, 1);
    await test.engine.updateTrigger("db", "t", { specification: "every:2s", pluginFilename: "p.py" });
    const [, second] = await test.runsBeganWithin(3, 2);
    assert.equal(first?.cacheNamespace, second?.cacheNamespace);
  });

  it("obey the restriction to kinds", async () => {
    await test.close();
    test = await TestEngine.create({ allowedKinds: new Set(["wal"]) });
    await test.trigger();
    assert.match(
      (await refusal(test.engine.updateTrigger("db", "t", { specification: "every:1s" }))).text,
      /reject Schedule plugin triggers$/,
    );
    await test.engine.updateTrigger("db", "t", { specification: "table:cpu" });
  });

  it("keep their path: requests wait for the change, also those that waited before it", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = async ({ plugin }) => {
      if (plugin.fileName === "q.py") return answered("new");
      return await new Promise((resolve) => (finish = () => resolve(answered("old"))));
    };
    const running = ask("p");
    await test.runsBegan(1);
    const waiting = ask("p");
    await settle();
    const updated = test.engine.updateTrigger("db", "t", { pluginFilename: "q.py" });
    await until(() => trigger()?.pluginFilename === "q.py", "the change");
    const meanwhile = ask("p");
    const client = new AbortController();
    const left = test.engine.handleRequest("p", request, client.signal);
    await settle();
    client.abort(new Error("client gone"));
    await assert.rejects(left, /client gone/);
    finish();
    await updated;
    assert.deepEqual(await Promise.all([running, waiting, meanwhile]), ["old", "new", "new"]);
  });

  it("let requests wait no longer than for an interpreter, and not too many of them", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = async () =>
      await new Promise((resolve) => (finish = () => resolve(answered("old"))));
    const running = ask("p");
    await test.runsBegan(1);
    const updated = test.engine.updateTrigger("db", "t", { specification: "request:q" });
    await until(() => trigger()?.specification === "request:q", "the change");
    await settle();
    assert.equal(await test.engine.handleRequest("p", request), undefined, "no longer its path");
    const waiting = Array.from({ length: 65 }, () => refusal(test.engine.handleRequest("q", request)));
    const early = await Promise.race(waiting);
    assert.equal(early.status, 503);
    assert.match(early.text, /too many requests wait/);
    await settle();
    await test.clock.advance(31_000);
    assert.deepEqual(new Set((await Promise.all(waiting)).map(({ status }) => status)), new Set([503]));
    finish();
    await Promise.all([running, updated]);
  });
});
