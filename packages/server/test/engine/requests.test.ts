import assert from "node:assert/strict";
import { settle } from "./support/fake-clock.ts";
import { raised, written } from "./support/fake-python.ts";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("request triggers", () => {
  let test: TestEngine;
  const request = { query: { a: "1" }, headers: { x: "y" }, body: new TextEncoder().encode("hi") };
  const answer = (text: string) => ({
    response: {
      status: 200,
      headers: [["content-type", "text/html"]] as const,
      body: new TextEncoder().encode(text),
    },
  });
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  it("answer their path and no other", async () => {
    await test.trigger({ specification: "request:my/path", arguments: { k: "v" } });
    test.python.script = async () => answer("hello");
    const got = await test.engine.handleRequest("my/path", request);
    assert.equal(new TextDecoder().decode(got?.body), "hello");
    const [run] = test.python.runs;
    assert.ok(run?.kind === "request");
    assert.deepEqual(run.request, request);
    assert.deepEqual(run.args, { k: "v" });
    for (const path of ["my/path/", "my", "My/path", "/my/path"]) {
      assert.equal(await test.engine.handleRequest(path, request), undefined);
    }
  });

  it("answer for the trigger that started last, and not at all once one of them has stopped", async () => {
    await test.catalog.databaseCommands.createDatabase("other");
    await test.trigger({ name: "first", specification: "request:p" });
    await test.trigger({ name: "second", database: "other", specification: "request:p" });
    test.python.script = async ({ trigger }) => answer(String(trigger));
    assert.equal(new TextDecoder().decode((await test.engine.handleRequest("p", request))?.body), "second");
    await test.engine.disableTrigger("other", "second");
    assert.equal(await test.engine.handleRequest("p", request), undefined);
  });

  it("tell failures of the call from failures to load, and log them", async () => {
    await test.trigger({ specification: "request:p" });
    test.python.script = async () => raised("ValueError: msg");
    const failing = () => refusal(test.engine.handleRequest("p", request));
    assert.deepEqual(await failing(), { status: 500, text: "Python function call failed: ValueError: msg" });
    test.python.script = async () => {
      const failed = raised("NameError: x");
      return { ...failed, error: { ...failed.error, phase: "load" } };
    };
    assert.deepEqual(await failing(), { status: 500, text: "NameError: x" });
    assert.equal(test.logTexts().at(-1), "ERROR error running request plugin: NameError: x");
    test.python.script = async () => ({ response: { status: 1, headers: [], body: new Uint8Array(0) } });
    assert.equal((await failing()).text, "Processing engine error: request handler for trigger down");
  });

  it("wait in line for a sync trigger, run beside each other for an async one", async () => {
    await test.trigger({ name: "sync", specification: "request:sync" });
    await test.trigger({ name: "async", specification: "request:async", runAsync: true });
    const finish: (() => void)[] = [];
    test.python.script = () => new Promise((resolve) => finish.push(() => resolve(answer("x"))));
    const answers = ["sync", "sync", "async", "async"].map((path) =>
      test.engine.handleRequest(path, request),
    );
    await test.runsBegan(3);
    assert.equal(test.python.runs.filter(({ trigger }) => trigger === "sync").length, 1);
    for (const done of finish.splice(0)) done();
    await test.runsBegan(4);
    for (const done of finish) done();
    assert.equal((await Promise.all(answers)).length, 4);
  });

  it("give up waiting after a while, so that plugins calling each other cannot hang forever", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve(answer("x"))));
    const first = test.engine.handleRequest("p", request);
    await test.runsBegan(1);
    const second = refusal(test.engine.handleRequest("p", request));
    await settle();
    await test.clock.advance(31_000);
    const got = await second;
    assert.equal(got.status, 503);
    assert.match(got.text, /--plugin-interpreters/);
    finish();
    await first;
  });

  it("refuse when too many wait", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve(answer("x"))));
    const answers = Array.from({ length: 70 }, () =>
      test.engine.handleRequest("p", request).catch((e) => e.status),
    );
    await test.runsBegan(1);
    const early = await Promise.race(answers);
    assert.equal(early, 503);
    test.python.script = async () => answer("x");
    finish();
    const all = await Promise.all(answers);
    assert.equal(all.filter((it) => it === 503).length, 5);
  });

  it("end with the trigger", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve(answer("done"))));
    const running = test.engine.handleRequest("p", request);
    await test.runsBegan(1);
    const waiting = refusal(test.engine.handleRequest("p", request));
    await settle();
    const disabling = test.engine.disableTrigger("db", "t");
    assert.equal((await waiting).text, "Processing engine error: request handler for trigger down");
    finish();
    assert.equal(new TextDecoder().decode((await running)?.body), "done");
    await disabling;
  });

  it("leave the line with a client that goes away, and finish once they have begun", async () => {
    await test.trigger({ specification: "request:p" });
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve(answer("done"))));
    const [first, second] = [new AbortController(), new AbortController()];
    const clients = [first, second];
    const running = test.engine.handleRequest("p", request, first.signal);
    await test.runsBegan(1);
    const waiting = test.engine.handleRequest("p", request, second.signal);
    await settle();
    const left = assert.rejects(waiting, /client gone/);
    for (const client of clients) client.abort(new Error("client gone"));
    await left;
    finish();
    assert.equal(new TextDecoder().decode((await running)?.body), "done");
    await settle();
    assert.equal(test.python.runs.length, 1);
    assert.deepEqual(
      test.logTexts().filter((text) => text.startsWith("ERROR")),
      [],
    );
  });

  it("store what the plugin queued before they answer", async () => {
    await test.trigger({ specification: "request:p" });
    test.python.script = async () => ({ ...answer("x"), writes: [written("db", "a f=1")] });
    await test.engine.handleRequest("p", request);
    assert.equal(test.writes.requests.length, 1);
  });
});
