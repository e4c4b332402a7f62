import assert from "node:assert/strict";
import type { NetworkCall, NetworkReply, RunContext } from "@millrace/plugin-runtime";
import { OwnConnections } from "#src/engine/interpreters/index.js";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("plugins that call their own server", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const request = { query: {}, headers: {}, body: new Uint8Array(0) };
  const answered = (text: string) => ({
    response: { status: 200, headers: [], body: new TextEncoder().encode(text) },
  });
  /** As if the plugin of that run had connected. */
  const call = (path: string, run: string) =>
    test.engine.handleRequest(path, request, undefined, { address: run, port: 1 });
  const create = async (interpreters: number, paths: readonly string[], runAsync = false) => {
    test = await TestEngine.create({ interpreters, runOfPeer: ({ address }) => address });
    for (const name of paths) await test.trigger({ name, specification: `request:${name}`, runAsync });
  };
  const CYCLE = /^the plugin asks its own server for something that its own interpreter would have to do/;

  it("for itself, or for one that shares its interpreter, are refused at once", async () => {
    await create(1, ["a", "b"]);
    test.python.script = async ({ trigger, runId }) => {
      if (trigger === "b") return answered("b");
      const refused = await refusal(call("a", runId));
      const neighbour = await refusal(call("b", runId));
      return answered(`${refused.status} ${CYCLE.test(refused.text)} ${CYCLE.test(neighbour.text)}`);
    };
    const got = await test.engine.handleRequest("a", request);
    assert.equal(new TextDecoder().decode(got?.body), "508 true true");
    assert.equal(new TextDecoder().decode((await test.engine.handleRequest("b", request))?.body), "b");
  });

  it("through others are refused where the circle closes", async () => {
    await create(8, ["a", "b", "c"]);
    const next: Record<string, string> = { a: "b", b: "c", c: "a" };
    test.python.script = async ({ trigger, runId }) => {
      const inner = await call(next[trigger ?? ""] ?? "", runId).catch((error: Error) => error);
      if (inner instanceof Error) return answered(`${trigger}: ${CYCLE.test(inner.message)}`);
      return answered(`${trigger} ${new TextDecoder().decode(inner?.body)}`);
    };
    const got = await test.engine.handleRequest("a", request);
    assert.equal(new TextDecoder().decode(got?.body), "a b c: true");
  });

  it("may do so when their runs may overlap", async () => {
    await create(8, ["a"], true);
    let depth = 0;
    test.python.script = async ({ runId }) => {
      if (++depth === 3) return answered("deep");
      return answered(new TextDecoder().decode((await call("a", runId))?.body));
    };
    const got = await test.engine.handleRequest("a", request);
    assert.equal(new TextDecoder().decode(got?.body), "deep");
  });

  it("wait when only somebody else is in their way", async () => {
    await create(8, ["a", "b"]);
    let finish = () => {};
    test.python.script = async ({ trigger, runId }) => {
      if (trigger === "b") return await new Promise((resolve) => (finish = () => resolve(answered("b"))));
      return answered(`a ${new TextDecoder().decode((await call("b", runId))?.body)}`);
    };
    const other = test.engine.handleRequest("b", request);
    await test.runsBegan(1);
    const waiting = test.engine.handleRequest("a", request);
    await test.runsBegan(2);
    finish();
    await other;
    await test.runsBegan(3);
    finish();
    assert.equal(new TextDecoder().decode((await waiting)?.body), "a b");
  });
});

describe("the connections of plugins", () => {
  const context = (runId: string) => ({ runId }) as RunContext;
  const opened: NetworkReply = { ok: true, value: 7, localAddress: ["127.0.0.1", 4000] };
  const setUp = () => {
    const connections = new OwnConnections();
    const network = connections.watch({
      answer: async (_context, { op }) => (op === "connect" ? opened : { ok: true, value: null }),
      close: () => {},
    });
    const ask = (runId: string, call: object) => network.answer(context(runId), call as NetworkCall);
    const run = (address = "127.0.0.1") => connections.runOf({ address, port: 4000 });
    return { network, ask, run };
  };

  it("belong to the run that used them last, until they are closed", async () => {
    const { ask, run } = setUp();
    assert.equal(run(), undefined);
    await ask("one", { op: "connect" });
    assert.deepEqual([run(), run("::ffff:127.0.0.1"), run("10.0.0.1")], ["one", "one", undefined]);
    await ask("two", { op: "send", socket: 7 });
    assert.equal(run(), "two");
    await ask("two", { op: "close", socket: 7 });
    assert.equal(run(), undefined);
  });

  it("are forgotten with their interpreter", async () => {
    const { ask, run, network } = setUp();
    await ask("one", { op: "connect" });
    network.close();
    assert.equal(run(), undefined);
  });
});
