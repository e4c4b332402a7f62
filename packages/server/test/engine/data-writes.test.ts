import assert from "node:assert/strict";
import { ownLines } from "#src/engine/data-writes/held-lines.js";
import { TriggerQueue } from "#src/engine/data-writes/trigger-queue.js";
import type { AcceptedWrite } from "#src/ingest/index.js";
import { settle } from "./support/fake-clock.ts";
import { raised, written } from "./support/fake-python.ts";
import { textOf } from "./support/fake-write-path.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

function acceptedWrite(text: string): AcceptedWrite {
  return {
    databaseId: 1,
    precision: 4,
    defaultTimeNs: 1n,
    bytes: new TextEncoder().encode(text),
    release: () => {},
    lines: text.split("\n").length - 1,
    tableIds: [1],
    origin: undefined,
  };
}

describe("delivery of writes to triggers", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  it("calls a trigger once per flush with everything that was written since the last", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.write("cpu usage=1 1");
    test.write("cpu usage=2 2");
    await settle();
    assert.equal(test.python.runs.length, 0, "nothing before the flush");
    await test.clock.advance(1000);
    assert.deepEqual((await test.runsBegan(1)).map(linesOf), [["cpu usage=1 1", "cpu usage=2 2"]]);
    test.write("cpu usage=3 3");
    await test.clock.advance(1000);
    await test.runsBegan(2);
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 2, "no call without writes");
  });

  it("shows a table trigger only flushes with rows of its table, and filters them", async () => {
    test = await TestEngine.create();
    await test.catalog.databaseCommands.createTable("db", "mem", [], [{ name: "used", type: "int64" }]);
    await test.trigger({ specification: "table:cpu" });
    test.write("mem used=1i", "mem");
    await test.clock.advance(2000);
    assert.equal(test.python.runs.length, 0);
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    const [run] = await test.runsBegan(1);
    assert.ok(run?.kind === "writes");
    assert.deepEqual(run.batches.tables, ["cpu"]);
  });

  it("waits for a table that does not exist yet", async () => {
    test = await TestEngine.create();
    await test.trigger({ specification: "table:later" });
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.catalog.databaseCommands.createTable("db", "later", [], [{ name: "f", type: "bool" }]);
    test.write("later f=t", "later");
    await test.clock.advance(1000);
    assert.deepEqual((await test.runsBegan(1)).map(linesOf), [["later f=t"]]);
  });

  it("gives a call at most 50,000 rows, in order, and loses none", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const lines = Array.from({ length: 120_000 }, (_, i) => `cpu usage=${i} ${i}`);
    test.write(`${lines.join("\n")}\n`);
    test.write("cpu usage=-1 0");
    await test.clock.advance(1000);
    const calls = (await test.runsBegan(3)).map(linesOf);
    assert.deepEqual(
      calls.map((call) => call.length),
      [50_000, 50_000, 20_001],
    );
    assert.deepEqual(calls.flat(), [...lines, "cpu usage=-1 0"]);
  });

  it("does not keep what fills a call waiting for the flush", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const lines = Array.from({ length: 50_001 }, (_, i) => `cpu usage=${i} ${i}`);
    test.write(lines.join("\n"));
    assert.deepEqual((await test.runsBegan(1)).map(linesOf), [lines.slice(0, 50_000)]);
    await test.clock.advance(1000);
    assert.deepEqual(linesOf((await test.runsBegan(2))[1]!), lines.slice(50_000));
  });

  it("gives a call no more bytes than its interpreter has memory for, but always a line", () => {
    const limits = { maxRowsPerCall: 50_000, maxBytesPerCall: 4_000, maxBytes: 1_000_000 };
    const queue = new TriggerQueue(1, limits);
    const line = (size: number) => `m s="${"x".repeat(size)}"\n`;
    const texts = [line(300).repeat(20), line(300), line(9_000), line(300), line(3_000).repeat(2)];
    for (const text of texts) {
      assert.equal(queue.offer(acceptedWrite(text), ownLines()), undefined);
    }
    queue.seal();
    let delivered = "";
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) {
      const sizeBytes = batch.frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
      assert.ok(
        sizeBytes <= limits.maxBytesPerCall || batch.rows === 1,
        `${sizeBytes} in ${batch.rows} rows`,
      );
      for (const { bytes } of batch.frames) delivered += new TextDecoder().decode(bytes);
    }
    assert.equal(delivered, texts.join(""));
    assert.deepEqual([queue.rows, queue.bytes], [0, 0]);
  });

  it("cuts between lines even when string values contain newlines", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const lines = Array.from({ length: 50_001 }, (_, i) => `cpu note="a\nb" ${i}`);
    const ids = { databaseId: test.databaseId(), tableIds: [test.tableId()] };
    test.writes.deliver({ ...ids, text: lines.join("\n"), lines: lines.length });
    await test.clock.advance(1000);
    const texts = (await test.runsBegan(2)).map((run) => {
      assert.ok(run.kind === "writes");
      return run.batches.frames.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
    });
    assert.equal(texts.length, 2);
    assert.equal(texts.join(""), lines.join("\n"));
    for (const text of texts.slice(0, -1))
      assert.ok(text.endsWith("\n") && text.startsWith("cpu "), "whole lines");
  });

  it("runs one call at a time and gathers the rest while it runs", async () => {
    test = await TestEngine.create();
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    test.write("cpu usage=3");
    await test.clock.advance(1000);
    assert.equal(test.python.runs.length, 1);
    finish();
    assert.deepEqual((await test.runsBegan(2)).map(linesOf), [
      ["cpu usage=1"],
      ["cpu usage=2", "cpu usage=3"],
    ]);
    finish();
  });

  it("overlaps the calls of an async trigger, up to a bound", async () => {
    test = await TestEngine.create();
    await test.trigger({ runAsync: true });
    const finish: (() => void)[] = [];
    test.python.script = () => new Promise((resolve) => finish.push(() => resolve({})));
    for (let i = 0; i < 6; i++) {
      test.write(`cpu usage=${i}`);
      await test.clock.advance(1000);
    }
    assert.equal((await test.runsBegan(4)).length, 4);
    for (const done of finish.splice(0)) done();
    assert.deepEqual(linesOf((await test.runsBegan(5))[4]!), ["cpu usage=4", "cpu usage=5"]);
    for (const done of finish) done();
  });

  it("never delivers what was written before a trigger was enabled", async () => {
    test = await TestEngine.create();
    await test.trigger({ disabled: true });
    test.write("cpu usage=1");
    await test.engine.enableTrigger("db", "t");
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    assert.deepEqual((await test.runsBegan(1)).map(linesOf), [["cpu usage=2"]]);
  });

  it("asks users to wait when a trigger is too far behind, in order and not for ever", async () => {
    test = await TestEngine.create({ queueBytes: 30 });
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    test.write("cpu usage=2222222222222222222222");
    assert.match(test.engine.admission(test.databaseId()) ?? "", /--plugin-queue-size/);
    assert.equal(test.engine.admission(test.databaseId() + 100), undefined);
    assert.equal(test.engine.untilAdmitted(test.databaseId() + 100, 10), undefined);
    const answers: (boolean | undefined)[] = [undefined, undefined];
    const waits = answers.map((_, i) =>
      test.engine.untilAdmitted(test.databaseId(), 1_000_000)?.then((admitted) => {
        answers[i] = admitted;
      }),
    );
    await test.clock.advance(10);
    assert.deepEqual(answers, [undefined, undefined]);
    finish();
    await test.clock.advance(990);
    await test.runsBegan(2);
    await waits[0];
    // The second one would not fit beside the first: it waits as long as it may.
    assert.deepEqual(answers, [true, undefined]);
    await test.clock.advance(2000);
    await waits[1];
    assert.deepEqual(answers, [true, false]);
    finish();
  });

  it("lets waiting writes in when the trigger they wait for is disabled", async () => {
    test = await TestEngine.create({ queueBytes: 30 });
    await test.trigger();
    test.write("cpu usage=2222222222222222222222");
    const wait = test.engine.untilAdmitted(test.databaseId(), 10);
    assert.ok(wait instanceof Promise);
    await test.engine.disableTrigger("db", "t");
    assert.equal(await wait, true);
  });

  it("takes users again when a trigger caught up", async () => {
    test = await TestEngine.create({ queueBytes: 30 });
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    test.write("cpu usage=2222222222222222222222");
    finish();
    await test.clock.advance(1000);
    await test.runsBegan(1);
    assert.equal(test.engine.admission(test.databaseId()), undefined);
    finish();
  });

  it("counts what keeping a write takes, not only its lines, and is back at nothing when all were taken", () => {
    const queue = new TriggerQueue(1, { maxRowsPerCall: 3, maxBytesPerCall: 1_000_000, maxBytes: 10_000 });
    const offer = (lines: number) => {
      assert.equal(queue.offer(acceptedWrite("m f=1\n".repeat(lines)), ownLines()), undefined);
    };
    let writes = 0;
    for (; !queue.full; writes++) offer(1);
    assert.ok(writes > 20 && writes < 50, `${writes}`);
    offer(7);
    queue.seal();
    let rows = 0;
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) rows += batch.rows;
    assert.deepEqual([rows, queue.rows, queue.bytes], [writes + 7, 0, 0]);
  });

  it("writes back what a plugin queued: one request per database, in call order, then reports the failures", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.python.script = async () => ({
      writes: [
        written("db", "a f=1"),
        written("other", "x f=1"),
        written("db", "a f=2\na f=3"),
        written("db", "already written", true),
      ],
    });
    test.writes.refuse = ({ database }) => (database === "other" ? new Error("no space") : undefined);
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/error running/);
    assert.deepEqual(
      test.writes.requests.map(({ database, body, acceptPartial, noSync, precision }) => ({
        database,
        text: textOf({ body }),
        acceptPartial,
        noSync,
        precision,
      })),
      [{ database: "db", text: "a f=1\na f=2\na f=3", acceptPartial: false, noSync: false, precision: 4 }],
    );
    assert.deepEqual(test.logTexts(), [
      "INFO starting execution of wal plugin.",
      "INFO finished execution in 1ms 20us",
      "ERROR error running wal plugin: error writing back lines to other: Cannot write: no space",
    ]);
  });

  it("keeps the lines of a plugin that fails and discards what it queued", async () => {
    test = await TestEngine.create();
    await test.trigger();
    test.python.script = async (_request, host) => {
      host.log("WARN", "before");
      return raised("ValueError: no");
    };
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.logged(/no$/);
    test.write("cpu usage=2");
    await test.clock.advance(1000);
    await test.runsBegan(2);
    assert.equal(test.writes.requests.length, 0);
    assert.deepEqual(test.logTexts().slice(0, 3), [
      "INFO starting execution of wal plugin.",
      "WARN before",
      "ERROR error executing wal plugin: ValueError: no",
    ]);
  });
});
