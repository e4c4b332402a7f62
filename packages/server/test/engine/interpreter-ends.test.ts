import assert from "node:assert/strict";
import { settle, until } from "./support/fake-clock.ts";
import { type FakeInterpreter, raised } from "./support/fake-python.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("an interpreter ends", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  const figures = () => test.engine.figures.interpreters.figures;
  const ended = () => Object.fromEntries(figures().ended);
  const endedTotal = () => [...figures().ended.values()].reduce((sum, count) => sum + count, 0);
  const alive = () => test.engine.figures.interpreters.triggers.alive;

  /** Each run says which interpreter it had and what was in the cache, and leaves something there. */
  function watched(then: (python: FakeInterpreter) => void = () => {}) {
    const seen: { python: FakeInterpreter; cache: string | undefined }[] = [];
    test.python.script = async ({ cacheNamespace }, _host, python) => {
      seen.push({ python, cache: python.caches.get(cacheNamespace) });
      python.caches.set(cacheNamespace, `run ${seen.length}`);
      then(python);
      return {};
    };
    return seen;
  }

  async function runs(count: number): Promise<void> {
    test.write("cpu usage=1");
    await test.runsBeganWithin(2, count);
    await settle();
  }

  for (const reason of ["memory", "runs"] as const) {
    it(`before the next run when it is worn out (${reason}), and its successor has the cache`, async () => {
      test = await TestEngine.create();
      await test.trigger();
      const seen = watched((python) => {
        python.wornOut = test.python.runs.length === 1 ? reason : undefined;
      });
      await runs(1);
      await runs(2);
      assert.deepEqual(ended(), { [reason]: 1 });
      assert.equal(alive(), 1);
      assert.notEqual(seen[0]!.python, seen[1]!.python);
      assert.equal(seen[1]!.cache, "run 1");
      assert.equal(figures().cachesLost, 0);
    });
  }

  it("with its cache, when that can only live there and it is worn out", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const seen = watched((python) => {
      python.unpackable = true;
      python.wornOut = "memory";
    });
    await runs(1);
    await runs(2);
    assert.equal(figures().cachesLost, 1);
    assert.equal(seen[1]!.cache, undefined);
  });

  it("not for being idle, when its cache can only live there", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const seen = watched((python) => {
      python.unpackable = true;
    });
    await runs(1);
    await test.clock.advance(60 * 60_000);
    assert.deepEqual(ended(), {});
    await runs(2);
    assert.equal(seen[1]!.cache, "run 1");
  });

  it("for being idle otherwise, and the cache waits for the next", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const seen = watched();
    await runs(1);
    await test.clock.advance(20 * 60_000);
    await until(() => endedTotal() === 1, "the end");
    assert.deepEqual(ended(), { idle: 1 });
    await runs(2);
    assert.notEqual(seen[0]!.python, seen[1]!.python);
    assert.equal(seen[1]!.cache, "run 1");
  });

  it("when it died or was killed, with what was in it", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const seen = watched();
    const script = test.python.script;
    test.python.script = async (request, host, python) => {
      await script(request, host, python);
      if (test.python.runs.length > 1) return {};
      python.alive = false;
      return raised("the plugin ended its process", "fatal");
    };
    await runs(1);
    await until(() => endedTotal() === 1, "the end");
    await runs(2);
    assert.deepEqual(ended(), { crash: 1 });
    assert.equal(seen[1]!.cache, undefined);
  });

  it("with its trigger, and with the server", async () => {
    test = await TestEngine.create();
    await test.trigger({ name: "one" });
    await test.trigger({ name: "two" });
    await runs(2);
    await test.engine.disableTrigger("db", "one");
    assert.deepEqual(ended(), { unused: 1 });
  });

  it("that was being started when it was called stale, before it runs anything", async () => {
    test = await TestEngine.create();
    await test.trigger();
    const seen = watched();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await test.engine.renewInterpreters();
    test.python.beforeStart = () => held;
    // The spare that is ready is taken by the first run; the second trigger's start is held up.
    await test.trigger({ name: "two" });
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    await test.engine.renewInterpreters();
    test.python.beforeStart = async () => {};
    release();
    await test.runsBegan(2);
    await settle();
    assert.equal(ended()["renewal"], 1, "the one whose start was under way");
    assert.equal(seen.length, 2);
  });
});

describe("runs that overlap", () => {
  let test: TestEngine;
  afterEach(() => test.close());

  it("keep their cache in the host, each in an interpreter of its own, and it goes with the trigger", async () => {
    const dropped: string[] = [];
    test = await TestEngine.create({ dropHostCache: (namespace) => void dropped.push(namespace) });
    await test.trigger({ name: "t", runAsync: true });
    await test.trigger({ name: "single" });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const used = new Set<FakeInterpreter>();
    test.python.script = async ({ trigger }, _host, python) => {
      if (trigger === "t") used.add(python);
      await held;
      return {};
    };
    for (let i = 0; i < 6; i++) {
      test.write("cpu usage=1");
      await test.clock.advance(1000);
    }
    await test.runsBegan(5);
    const caches = test.python.runs.map(({ trigger, cache }) => `${trigger} ${cache}`);
    assert.deepEqual([...new Set(caches)].sort(), ["single interpreter", "t host"]);
    assert.equal(used.size, 4, "no more than may overlap");
    release();
    await settle();
    await test.engine.disableTrigger("db", "single");
    assert.deepEqual(dropped, []);
    await test.engine.disableTrigger("db", "t");
    const namespaces = test.python.runs
      .filter(({ trigger }) => trigger === "t")
      .map((run) => run.cacheNamespace);
    assert.deepEqual(dropped, [...new Set(namespaces)]);
  });
});
