import assert from "node:assert/strict";
import { until } from "./support/fake-clock.ts";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("plugins that change triggers over HTTP", () => {
  let test: TestEngine;
  const gone: number[] = [];
  beforeEach(async () => {
    gone.length = 0;
    test = await TestEngine.create({
      runOfPeer: ({ address }) => address,
      onTriggerGone: (_databaseId, triggerId) => void gone.push(triggerId),
    });
    await test.plugin("q.py", "q");
  });
  afterEach(() => test.close());

  const request = { query: {}, headers: {}, body: new Uint8Array(0) };
  const answered = (text: string) => ({
    response: { status: 200, headers: [], body: new TextEncoder().encode(text) },
  });
  /** As if the plugin of that run had connected. */
  const from = (run: string) => ({ address: run, port: 1 });
  const ask = async (path: string) =>
    new TextDecoder().decode((await test.engine.handleRequest(path, request))?.body);
  const trigger = (name = "t") => test.catalog.database("db")?.trigger(name);

  it("disable their own, which has ended when their run has", async () => {
    await test.trigger({ specification: "request:p" });
    test.python.script = async ({ runId }) => {
      await test.engine.disableTrigger("db", "t", from(runId));
      return answered(String(trigger()?.disabled));
    };
    assert.equal(await ask("p"), "true");
    await until(() => test.engine.figures.triggers.runningCount === 0, "the end of the trigger");
    assert.equal(await test.engine.handleRequest("p", request), undefined);
  });

  it("delete their own, whose files go after their run", async () => {
    await test.trigger({ specification: "request:p" });
    test.python.script = async ({ runId }) => {
      await test.engine.deleteTrigger("db", "t", { force: true }, from(runId));
      return answered(`${trigger() === undefined} ${gone.length}`);
    };
    assert.equal(await ask("p"), "true 0");
    await until(() => gone.length === 1, "the files to go");
  });

  it("update their own, which starts again after their run; nobody meets a gap", async () => {
    await test.trigger({ specification: "request:p" });
    let other: Promise<string> | undefined;
    test.python.script = async ({ runId, plugin }) => {
      if (plugin.fileName === "q.py") return answered("new");
      await test.engine.updateTrigger("db", "t", { pluginFilename: "q.py" }, from(runId));
      other = ask("p");
      const own = await refusal(test.engine.handleRequest("p", request, undefined, from(runId)));
      return answered(`old ${own.status}`);
    };
    assert.equal(await ask("p"), "old 508");
    assert.equal(await other, "new");
  });

  it("switch their own off and on again", async () => {
    await test.trigger({ specification: "request:p" });
    let runs = 0;
    test.python.script = async ({ runId }) => {
      if (++runs > 1) return answered("again");
      await test.engine.disableTrigger("db", "t", from(runId));
      await test.engine.enableTrigger("db", "t", from(runId));
      return answered("first");
    };
    assert.equal(await ask("p"), "first");
    assert.equal(await ask("p"), "again");
    const [first, second] = test.python.runs;
    assert.notEqual(first?.cacheNamespace, second?.cacheNamespace);
  });

  it("do not wait for a trigger that waits for them, nor for one that somebody else is ending", async () => {
    await test.trigger({ name: "a", specification: "request:a" });
    await test.trigger({ name: "b", specification: "request:b" });
    let elsewhere: Promise<void> | undefined;
    test.python.script = async ({ runId, trigger: name }) => {
      if (name === "a") {
        const got = await test.engine.handleRequest("b", request, undefined, from(runId));
        return answered(new TextDecoder().decode(got?.body));
      }
      elsewhere = test.engine.disableTrigger("db", "a");
      await test.engine.disableTrigger("db", "a", from(runId));
      return answered("b");
    };
    assert.equal(await ask("a"), "b");
    await elsewhere;
    assert.equal(trigger("a")?.disabled, true);
  });

  it("change a trigger whose run by hand they are, and are refused to run it again", async () => {
    await test.trigger({ specification: "request:p", disabled: true });
    let refused = "";
    test.python.script = async ({ runId }) => {
      if (refused === "") {
        refused = "none";
        await test.engine.deleteTrigger("db", "t", { force: false }, from(runId));
      }
      return answered("x");
    };
    const { outcome } = await test.engine.runTrigger({ db: "db", trigger_name: "t" });
    assert.equal(outcome, "ok");
    assert.equal(trigger(), undefined);
    await test.trigger({ name: "u", specification: "request:u" });
    test.python.script = async ({ runId }) => {
      const again = test.engine.runTrigger({ db: "db", trigger_name: "u" }, from(runId));
      return answered(String((await refusal(again)).status));
    };
    assert.equal(await ask("u"), "508");
  });

  it("wait for others like everybody", async () => {
    await test.trigger({ name: "a", specification: "request:a" });
    await test.trigger({ name: "b", specification: "request:b" });
    let finish = () => {};
    let disabled = false;
    test.python.script = async ({ runId, trigger: name }) => {
      if (name === "b") return await new Promise((resolve) => (finish = () => resolve(answered("b"))));
      await test.engine.disableTrigger("db", "b", from(runId));
      disabled = true;
      return answered("a");
    };
    const b = ask("b");
    await test.runsBegan(1);
    const a = ask("a");
    await test.runsBegan(2);
    await until(() => trigger("b")?.disabled === true, "the trigger to be disabled");
    assert.equal(disabled, false);
    finish();
    assert.deepEqual([await b, await a, disabled], ["b", "a", true]);
  });
});
