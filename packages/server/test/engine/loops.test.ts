import assert from "node:assert/strict";
import { RunOrigin } from "#src/engine/loops/index.js";
import { written } from "./support/fake-python.ts";
import { linesOf, TestEngine } from "./support/test-engine.ts";

describe("triggers that feed themselves", () => {
  let test: TestEngine;

  beforeEach(async () => {
    test = await TestEngine.create();
    await test.catalog.databaseCommands.createTable("db", "out", [], [{ name: "f", type: "float64" }]);
    test.writes.identify = (_database, text) => ({
      databaseId: test.databaseId(),
      tableIds: [test.tableId(text.startsWith("out") ? "out" : "cpu")],
    });
  });
  afterEach(() => test.close());

  async function flush(runs: number): Promise<void> {
    await test.clock.advance(1000);
    await test.runsBegan(runs);
    await test.logged(/finished/);
  }

  it("are cut off after a few generations, with a reason in the log, and go on with users' writes", async () => {
    await test.trigger();
    test.python.script = async () => ({ writes: [written("db", "cpu usage=0")] });
    test.write("cpu usage=1");
    for (let run = 1; run <= 9; run++) await flush(run);
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 9);
    assert.equal(test.logTexts().filter((text) => text.includes("it feeds itself")).length, 1);
    test.write("cpu usage=2");
    await flush(10);
    assert.deepEqual(linesOf(test.python.runs[9]!), ["cpu usage=2"]);
  });

  it("are found through other triggers", async () => {
    await test.trigger({ name: "there", specification: "table:cpu" });
    await test.trigger({ name: "back", specification: "table:out" });
    test.python.script = async ({ trigger }) => ({
      writes: [written("db", trigger === "there" ? "out f=1" : "cpu usage=1")],
    });
    test.write("cpu usage=1");
    for (let run = 1; run <= 17; run++) await flush(run);
    await test.clock.advance(5000);
    assert.equal(test.python.runs.length, 18, "nine rounds of two");
  });

  it("are not confused with plugins that see their own rows and skip them, nor are those behind these", async () => {
    await test.trigger({ name: "first" });
    await test.trigger({ name: "second", specification: "table:out" });
    test.python.script = async (run) => {
      const fresh = linesOf(run).filter((line) => line.startsWith("cpu")).length;
      return run.trigger === "first" && fresh > 0 ? { writes: [written("db", `out f=${fresh}`)] } : {};
    };
    let seen = 0;
    for (let second = 0; second < 40; second++) {
      test.write(`cpu usage=${second}`);
      await test.clock.advance(1000);
      await test.runsBegan(second + 1);
    }
    await test.clock.advance(5000);
    for (const run of test.python.runs) if (run.trigger === "second") seen += linesOf(run).length;
    const cpuSeen = test.python.runs.filter((run) => run.trigger === "first").flatMap(linesOf);
    assert.equal(cpuSeen.filter((line) => line.startsWith("cpu")).length, 40);
    assert.equal(seen, test.writes.requests.length, "every output reached the trigger behind");
    assert.ok(!test.logTexts().some((text) => text.includes("feeds itself")));
  });

  it("count each trigger on its own, so that long chains pass", () => {
    let origin = RunOrigin.of({ id: 0, name: "t0" });
    for (let id = 1; id < 30; id++) origin = RunOrigin.of({ id, name: `t${id}` }, [undefined, origin]);
    assert.equal(origin.depth, 30);
    assert.equal(RunOrigin.generation(origin, 0), 1);
    assert.equal(RunOrigin.generation(origin, 99), 0);
    assert.equal(RunOrigin.generation(undefined, 0), 0);
  });

  it("lose plugins' rows, never users', when writes outgrow what the trigger can take", async () => {
    await test.close();
    test = await TestEngine.create({ queueBytes: 20 });
    test.writes.identify = () => ({ databaseId: test.databaseId(), tableIds: [test.tableId()] });
    await test.trigger();
    let finish = () => {};
    test.python.script = () => new Promise((resolve) => (finish = () => resolve({})));
    test.write("cpu usage=1");
    await test.clock.advance(1000);
    await test.runsBegan(1);
    const plugin = RunOrigin.of({ id: 99, name: "other" });
    for (let i = 0; i < 20; i++) {
      const text = `cpu usage=${i} ${i}`;
      test.writes.deliver({
        databaseId: test.databaseId(),
        tableIds: [test.tableId()],
        text,
        origin: plugin,
      });
    }
    test.write("cpu usage=777");
    finish();
    await test.clock.advance(1000);
    const lines = linesOf((await test.runsBegan(2))[1]!);
    assert.ok(lines.length < 12, `${lines.length}`);
    assert.equal(lines.at(-1), "cpu usage=777");
    await test.logged(/until it has caught up/);
    finish();
  });
});
