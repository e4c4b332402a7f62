import assert from "node:assert/strict";
import { ServerError } from "#src/foundation/index.js";
import { settle, until } from "../engine/support/fake-clock.ts";
import { raised, written } from "../engine/support/fake-python.ts";
import { TestEngine } from "../engine/support/test-engine.ts";

describe("runs of triggers are recorded", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const runs = () => test.engine.tables.runs();
  const ended = (count: number) =>
    until(() => runs().filter(({ outcome }) => outcome !== "running").length >= count, `${count} ended runs`);

  it("with their rows, what they wrote, and the name under which Python knew them", async () => {
    test = await TestEngine.create();
    await test.trigger({ specification: "table:cpu" });
    test.python.script = async (_request, host) => {
      await host.writeSync("db", "cpu usage=1\ncpu usage=2", false);
      return { writes: [written("db", "a v=1\na v=2"), written("other", "b v=1")] };
    };
    test.write("cpu usage=1\ncpu usage=2\ncpu usage=3");
    await test.clock.advance(1000);
    await ended(1);
    const [run] = runs();
    assert.equal(run!.runId, test.python.runs[0]!.runId);
    const { database, trigger, pluginFilename, kind, rowsIn, linesWritten, attempt, durationNs } = run!;
    assert.deepEqual(
      { database, trigger, pluginFilename, kind, rowsIn, linesWritten, attempt, durationNs },
      {
        database: "db",
        trigger: "t",
        pluginFilename: "p.py",
        kind: "wal",
        rowsIn: 3,
        linesWritten: 5,
        attempt: 1,
        durationNs: 1_020_000,
      },
    );
    assert.ok(test.engine.logs().every(({ runId }) => runId === run!.runId));
  });

  it("without lines that were refused", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.writes.refuse = ({ database }) =>
      database === "full" ? new ServerError("request_handler_down") : undefined;
    test.python.script = async () => ({ writes: [written("full", "a v=1"), written("db", "b v=1")] });
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await ended(1);
    assert.deepEqual(
      runs().map(({ outcome, linesWritten }) => [outcome, linesWritten]),
      [["write_refused", 1]],
    );
  });

  it("attempt by attempt", async () => {
    test = await TestEngine.create();
    await test.trigger({ errorBehavior: "retry" });
    test.python.script = async () => (test.python.runs.length < 3 ? raised("ValueError: not yet") : {});
    test.write("cpu usage=1");
    await test.runsBeganWithin(10, 3);
    await ended(3);
    assert.deepEqual(
      runs().map(({ attempt, outcome, error }) => [attempt, outcome, error]),
      [
        [1, "error", "ValueError: not yet"],
        [2, "error", "ValueError: not yet"],
        [3, "ok", undefined],
      ],
    );
  });

  it("when the database refused what they had queued", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.python.script = async () => ({ writes: [written("db", "a f=1"), written("other", "b f=1")] });
    test.writes.refuse = ({ database }) => (database === "other" ? new Error("no space") : undefined);
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await ended(1);
    assert.deepEqual(
      runs().map(({ outcome, error, linesWritten }) => [outcome, error, linesWritten]),
      [["write_refused", "error writing back lines to other: Cannot write: no space", 1]],
    );
  });

  it("when there was no interpreter for them", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.python.failStart = "no memory";
    test.python.script = async (_request, _host, python) => {
      python.alive = false;
      return raised("the plugin ended its process", "fatal");
    };
    for (const count of [1, 2]) {
      test.write("cpu usage=1");
      await test.clock.advance(1000);
      await ended(count);
    }
    assert.deepEqual(
      runs().map(({ outcome, error }) => [outcome, error]),
      [
        ["fatal", "the plugin ended its process"],
        ["not_started", "no memory"],
      ],
    );
  });

  it("beside the state of their trigger", async () => {
    test = await TestEngine.create();
    await test.trigger({ name: "w" });
    await test.trigger({ name: "s", specification: "every:10s" });
    await test.trigger({ name: "off", disabled: true });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    test.python.script = async () => {
      await held;
      return {};
    };
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.write("cpu usage=2\ncpu usage=3");
    const states = () => test.engine.tables.triggerStates(test.catalog.database("db")!);
    const byName = Object.fromEntries(
      states().map(({ trigger, running, queuedRows, queuedBytes, nextRunMs, lastRun }) => [
        trigger,
        [running, queuedRows, queuedBytes, nextRunMs, lastRun?.outcome],
      ]),
    );
    const nextRunMs = (Math.floor(test.clock.nowMs() / 10_000) + 1) * 10_000;
    assert.deepEqual(byName, {
      w: [true, 2, 23 + 256, undefined, "running"],
      s: [true, 0, 0, nextRunMs, undefined],
      off: [false, 0, 0, undefined, undefined],
    });
    release();
    await settle();
    await ended(1);
    assert.equal(states().find(({ trigger }) => trigger === "w")?.lastRun?.outcome, "ok");
  });
});
