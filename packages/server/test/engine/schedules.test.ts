import assert from "node:assert/strict";
import { parseTriggerSpec } from "@millrace/api";
import { runTimes } from "#src/engine/schedules/index.js";
import { raised } from "./support/fake-python.ts";
import { TestEngine } from "./support/test-engine.ts";

const at = (text: string) => Date.parse(text);

function times(spec: string) {
  const parsed = parseTriggerSpec(spec);
  assert.ok(parsed.kind === "every" || parsed.kind === "cron");
  return runTimes(parsed);
}

describe("run times", () => {
  const cases: [spec: string, now: string, first: string | undefined, second?: string][] = [
    ["every:10s", "2026-01-01T00:00:00.300Z", "2026-01-01T00:00:10Z", "2026-01-01T00:00:20Z"],
    ["every:10s", "2026-01-01T00:00:10Z", "2026-01-01T00:00:20Z", "2026-01-01T00:00:30Z"],
    ["every:1h", "2026-01-01T05:59:59.999Z", "2026-01-01T06:00:00Z", "2026-01-01T07:00:00Z"],
    ["every:1w", "2026-01-01T00:00:01Z", "2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z"],
    ["every:1500us", "1970-01-01T00:00:00.004Z", "1970-01-01T00:00:00.005Z", "1970-01-01T00:00:00.006Z"],
    ["cron:0 30 8 * * *", "2026-01-01T08:30:00Z", "2026-01-02T08:30:00Z", "2026-01-03T08:30:00Z"],
    ["cron:0 0 0 1 1 ? 2030", "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z", undefined],
    ["cron:0 0 0 1 1 ? 2020", "2026-01-01T00:00:00Z", undefined],
  ];
  for (const [spec, now, first, second] of cases) {
    it(`of ${spec} after ${now}`, () => {
      const runs = times(spec);
      const firstMs = runs.first(at(now));
      assert.equal(firstMs, first === undefined ? undefined : at(first));
      if (firstMs !== undefined)
        assert.equal(runs.after(firstMs), second === undefined ? undefined : at(second));
    });
  }
});

describe("scheduled triggers", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const callTimes = () =>
    test.python.runs.map((run) => {
      assert.ok(run.kind === "schedule");
      return new Date(Number(run.callTimeNs / 1_000_000n)).toISOString();
    });

  it("run on multiples of their interval, with the time they were meant for", async () => {
    await test.trigger({ specification: "every:2s", arguments: { a: "1" } });
    await test.clock.advance(2000);
    await test.runsBegan(1);
    await test.clock.advance(2000);
    assert.deepEqual((await test.runsBegan(2)).length, 2);
    assert.deepEqual(callTimes(), ["2026-01-01T00:00:02.000Z", "2026-01-01T00:00:04.000Z"]);
    assert.deepEqual(test.python.runs[0]?.args, { a: "1" });
    assert.equal(test.logTexts()[0], "INFO starting execution with scheduled time 2026-01-01 00:00:02 UTC");
  });

  it("see whole seconds even when they run more often", async () => {
    await test.trigger({ specification: "every:400ms" });
    await test.clock.advance(100);
    await test.runsBegan(1);
    assert.deepEqual(callTimes(), ["2026-01-01T00:00:00.000Z"]);
  });

  it("run late runs one after the other and leave none out", async () => {
    await test.trigger({ specification: "every:1s" });
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    await test.clock.advance(1000);
    await test.runsBegan(1);
    await test.clock.advance(3000);
    assert.equal(test.python.runs.length, 1);
    for (let run = 2; run <= 4; run++) {
      finish();
      await test.runsBegan(run);
    }
    assert.deepEqual(
      callTimes().map((time) => time.slice(17, 19)),
      ["01", "02", "03", "04"],
    );
    finish();
  });

  it("overlap when they are async, up to a bound", async () => {
    await test.trigger({ specification: "every:1s", runAsync: true });
    const finish: (() => void)[] = [];
    test.python.script = () => new Promise((resolve) => finish.push(() => resolve({})));
    for (let run = 1; run <= 4; run++) {
      await test.clock.advance(1000);
      await test.runsBegan(run);
    }
    await test.clock.advance(2000);
    assert.equal(test.python.runs.length, 4);
    for (const done of finish.splice(0)) done();
    await test.runsBegan(6);
    for (const done of finish) done();
  });

  it("log two rows for a failure, which name async runs as such", async () => {
    test.python.script = async () => raised("ValueError: x");
    await test.trigger({ specification: "every:1s", runAsync: true });
    await test.clock.advance(1000);
    await test.logged(/error running/);
    assert.deepEqual(test.logTexts().slice(1, 3), [
      "ERROR error executing schedule plugin: ValueError: x",
      "ERROR error running async scheduled plugin: ValueError: x",
    ]);
  });

  it("do not catch up on what they missed while the server was down or they were disabled", async () => {
    await test.trigger({ specification: "every:1s" });
    await test.engine.disableTrigger("db", "t");
    await test.clock.advance(5000);
    await test.engine.enableTrigger("db", "t");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    assert.deepEqual(callTimes(), ["2026-01-01T00:00:06.000Z"]);
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    await test.boot();
    await test.clock.advance(1000);
    await test.runsBegan(2);
    assert.equal(callTimes()[1], "2026-01-01T00:00:17.000Z");
  });
});
