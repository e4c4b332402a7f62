import assert from "node:assert/strict";
import { rm, utimes } from "node:fs/promises";
import path from "node:path";
import { settle } from "./support/fake-clock.ts";
import { raised } from "./support/fake-python.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

describe("error behaviour", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  it("retry: runs the same batch again, ever more slowly, and keeps what comes meanwhile", async () => {
    await test.trigger({ errorBehavior: "retry" });
    test.python.script = async () => raised("ValueError: no");
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.write("cpu usage=2");
    await test.logged(/trying again in 1s: ValueError: no/);
    await test.clock.advance(1000);
    await test.runsBegan(2);
    await test.logged(/trying again in 2s/);
    test.python.script = async () => ({});
    await test.clock.advance(1000);
    assert.equal(test.python.runs.length, 2, "not yet");
    await test.clock.advance(1000);
    await test.clock.advance(1000);
    assert.deepEqual((await test.runsBegan(4)).map(linesOf), [
      ["cpu usage=1"],
      ["cpu usage=1"],
      ["cpu usage=1"],
      ["cpu usage=2"],
    ]);
    assert.ok(!test.logTexts().some((text) => text.startsWith("ERROR")));
  });

  it("retry: a corrected file is tried within a second", async () => {
    await test.trigger({ errorBehavior: "retry", specification: "every:1s" });
    test.python.script = async ({ plugin }) => (plugin.source === "good" ? {} : raised("SyntaxError: x"));
    for (let tries = 1; tries <= 4; tries++) await test.runsBeganWithin(10, tries);
    await test.logged(/trying again in 8s/);
    await test.plugin("p.py", "good");
    const runs = await test.runsBeganWithin(2, 5);
    assert.equal(runs[4]?.plugin.source, "good");
    assert.ok(runs[0]?.kind === "schedule" && runs[4]?.kind === "schedule");
    assert.equal(runs[0].callTimeNs, runs[4].callTimeNs, "the run that failed");
    await test.logged(/finished/);
  });

  it("retry: ends when the trigger is disabled", async () => {
    await test.trigger({ errorBehavior: "retry" });
    test.python.script = async () => raised("ValueError: no");
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/trying again/);
    await test.engine.disableTrigger("db", "t");
    await test.clock.advance(60_000);
    assert.equal(test.python.runs.length, 1);
  });

  it("disable: the trigger stops, says so, and stays disabled over a restart", async () => {
    await test.trigger({ errorBehavior: "disable" });
    test.python.script = async () => raised("ValueError: no");
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/trigger disabled/);
    await settle();
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, true);
    assert.deepEqual(test.logTexts().slice(0, 2), [
      "INFO starting execution of wal plugin.",
      "ERROR error executing wal plugin: ValueError: no",
    ]);
    test.write("cpu usage=2");
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 1);
    await test.boot();
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, true);
    test.python.script = async () => ({});
    await test.engine.enableTrigger("db", "t");
    test.write("cpu usage=3");
    await test.clock.advance(1000);
    assert.deepEqual((await test.runsBegan(2)).map(linesOf)[1], ["cpu usage=3"]);
  });

  it("disable: spares a trigger that was changed while its old plugin failed", async () => {
    await test.plugin("q.py", "good");
    await test.trigger({ errorBehavior: "disable" });
    let fail = () => {};
    test.python.script = () => new Promise((resolve) => (fail = () => resolve(raised("ValueError: no"))));
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    const changing = test.engine.updateTrigger("db", "t", { pluginFilename: "q.py" });
    await settle();
    test.python.script = async () => ({});
    fail();
    await changing;
    await settle();
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, false);
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    assert.equal((await test.runsBegan(2))[1]?.plugin.source, "good");
  });

  it("a Python that cannot start loses no input, and does not disable the trigger", async () => {
    await test.trigger({ errorBehavior: "disable" });
    test.python.failStart = "no memory";
    for (const spare of test.python.interpreters) spare.alive = false;
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/ERROR a run could not begin, trying again in 1s: no memory/);
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, false);
    test.python.failStart = undefined;
    test.write("cpu usage=2");
    await test.runsBeganWithin(5, 2);
    assert.deepEqual(test.python.runs.map(linesOf), [["cpu usage=1"], ["cpu usage=2"]]);
  });

  it("uses the file's latest text, whatever its date, and the last good one when it is gone", async () => {
    await test.plugin("p.py", "one");
    await test.trigger({ specification: "every:1s" });
    await test.clock.advance(1000);
    await test.plugin("p.py", "two!");
    await utimes(path.join(test.pluginDir, "p.py"), 1, 1);
    await test.runsBegan(1);
    await test.clock.advance(1000);
    await test.runsBegan(2);
    await rm(path.join(test.pluginDir, "p.py"));
    await test.clock.advance(1000);
    assert.deepEqual(
      (await test.runsBegan(3)).slice(1).map(({ plugin }) => plugin.source),
      ["two!", "two!"],
    );
  });
});
