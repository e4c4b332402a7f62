import assert from "node:assert/strict";
import { settle } from "./support/fake-clock.ts";
import { raised, written } from "./support/fake-python.ts";
import { refusal } from "./support/refusal.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

describe("a trigger that is run by hand", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const run = (input: object = {}) => test.engine.runTrigger({ db: "db", trigger_name: "t", ...input });

  it("gets the lines that came with the request, and what it writes is stored", async () => {
    await test.trigger({ specification: "table:cpu", arguments: { a: "1" } });
    test.python.script = async () => ({ writes: [written("db", "out f=1\nout f=2")] });
    const report = await run({ input_lp: "cpu usage=1 5\ncpu usage=2 6" });
    const [made] = test.python.runs;
    assert.ok(made?.kind === "writes");
    assert.deepEqual(linesOf(made), ["cpu usage=1 5", "cpu usage=2 6"]);
    assert.deepEqual([made.batches.tables, made.args, made.test], [["cpu"], { a: "1" }, false]);
    assert.equal(test.writes.requests.length, 1);
    assert.equal(report.run_id, made.runId);
    assert.deepEqual(
      { ...report, run_id: "" },
      {
        run_id: "",
        outcome: "ok",
        error: null,
        duration_ms: 1.02,
        written_lines: 2,
        events: [],
        traceback: [],
        response: null,
      },
    );
    assert.equal(test.engine.tables.runs().at(-1)?.rowsIn, 2);
  });

  it("is called for a time, cut to seconds", async () => {
    await test.trigger({ specification: "every:1h" });
    await run({ call_time: "2030-01-31T12:00:05.9+01:00" });
    await run();
    const times = test.python.runs.map((made) => made.kind === "schedule" && made.callTimeNs);
    assert.deepEqual(times, [
      BigInt(Date.parse("2030-01-31T11:00:05Z")) * 1_000_000n,
      BigInt(Date.parse("2026-01-01T00:00:00Z")) * 1_000_000n,
    ]);
  });

  it("refuses input of another kind, and says what it takes", async () => {
    for (const [specification, input, text] of [
      ["every:1h", { input_lp: "m a=1" }, "input_lp is no input of this trigger: it takes call_time"],
      [
        "table:cpu",
        { call_time: "2030-01-31T12:00:05Z" },
        "call_time is no input of this trigger: it takes input_lp",
      ],
      ["table:cpu", { body: "" }, "body is no input of this trigger: it takes input_lp"],
      [
        "request:p",
        { input_lp: "m a=1" },
        "input_lp is no input of this trigger: it takes query_parameters, headers, body",
      ],
    ] as const) {
      const name = `t ${specification} ${text.slice(0, 5)}`;
      await test.trigger({ name, specification });
      const told = await refusal(run({ trigger_name: name, ...input }));
      assert.deepEqual(told, { status: 400, text: `serde json error: ${text}` });
    }
    assert.equal(test.python.runs.length, 0);
  });

  it("answers a request", async () => {
    await test.trigger({ specification: "request:p" });
    const body = new TextEncoder().encode("hi");
    test.python.script = async () => ({ response: { status: 201, headers: [["a", "b"]], body } });
    const report = await run({
      query_parameters: { q: "1" },
      headers: { "X-A": "1", Authorization: "s" },
      body: "in",
    });
    assert.deepEqual(report.response, { status: 201, headers: [["a", "b"]], body: "hi" });
    const [made] = test.python.runs;
    assert.ok(made?.kind === "request");
    assert.deepEqual([made.request.query, made.request.headers], [{ q: "1" }, { "x-a": "1" }]);
    assert.equal(new TextDecoder().decode(made.request.body), "in");
  });

  it("runs also when it is disabled, once, with a cache of its own, and stays disabled when it fails", async () => {
    await test.trigger({ disabled: true, errorBehavior: "disable" });
    test.python.script = async () => raised("ValueError: no");
    const report = await run();
    assert.deepEqual([report.outcome, report.error], ["error", "ValueError: no"]);
    await run();
    const [first, second] = test.python.runs;
    assert.notEqual(first?.cacheNamespace, second?.cacheNamespace);
    assert.equal(test.python.runs.length, 2);
    assert.ok(test.logTexts().includes("ERROR error executing wal plugin: ValueError: no"));
    test.write("cpu usage=1");
    await test.clock.advance(2000);
    assert.equal(test.python.runs.length, 2);
  });

  it("shares its cache with the other runs, waits for its turn, and is neither retried nor disabled", async () => {
    await test.trigger({ errorBehavior: "retry" });
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.python.script = async () => raised("ValueError: no");
    await run();
    const [first, second] = test.python.runs;
    assert.equal(first?.cacheNamespace, second?.cacheNamespace);
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 2);
    assert.equal(test.catalog.database("db")?.trigger("t")?.disabled, false);
  });

  it("is waited for when the trigger is disabled meanwhile", async () => {
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    const running = run();
    await test.runsBegan(1);
    let disabled = false;
    const disabling = test.engine.disableTrigger("db", "t").then(() => (disabled = true));
    assert.equal(disabled, false);
    finish();
    assert.equal((await running).outcome, "ok");
    await disabling;
  });

  it("is waited for when its disabled trigger, or the database, is deleted meanwhile", async () => {
    const deletions = [
      () => test.engine.deleteTrigger("db", "t", { force: false }),
      () =>
        test.catalog.databaseCommands.deleteDatabase("db", { kind: "never" }).then(() => test.engine.stop()),
    ];
    for (const [index, remove] of deletions.entries()) {
      await test.trigger({ disabled: true });
      let finish = () => {};
      test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
      const running = run();
      await test.runsBegan(index + 1);
      let gone = false;
      const going = remove().then(() => (gone = true));
      await settle();
      assert.equal(gone, false);
      finish();
      assert.equal((await running).outcome, "ok");
      await going;
    }
  });

  it("is refused for what is not there and for what is no input", async () => {
    assert.equal((await refusal(run())).status, 404);
    await test.trigger();
    assert.deepEqual(await refusal(run({ input_lp: "cpu" })).then(({ status }) => status), 400);
    await test.trigger({ name: "s", specification: "every:1h" });
    const { status, text } = await refusal(run({ trigger_name: "s", call_time: "yesterday" }));
    assert.equal(status, 400);
    assert.match(text, /call_time: 'yesterday' is not an RFC 3339 time/);
    assert.equal(test.python.runs.length, 0);
  });
});
