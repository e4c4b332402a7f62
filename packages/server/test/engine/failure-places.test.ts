import assert from "node:assert/strict";
import { until } from "./support/fake-clock.ts";
import { RealEngine } from "./support/real-engine.ts";

/** The function that calls `convert` stands on line 6 of each plugin. */
const plugin = (signature: string, body = "raise ValueError('no')") => `
def convert(value):
    ${body}

def ${signature}:
    convert(1)
`;

describe("the server's log of a plugin that failed", function () {
  this.timeout(60_000);
  let real: RealEngine;
  before(async () => {
    real = await RealEngine.create();
  });
  after(() => real.close());

  async function placeOf(trigger: string): Promise<{ text: string; traceback: unknown }> {
    const found = () =>
      real.errors.find(({ fields }) => fields?.["trigger"] === trigger && fields["traceback"] !== undefined);
    await until(() => found() !== undefined, `the place of ${trigger}`, 20_000);
    const { message, fields } = found()!;
    return { text: message, traceback: fields?.["traceback"] };
  }

  it("has every frame of a run on writes, and the logs table only its fixed text", async () => {
    await real.plugin("w.py", plugin("process_writes(influxdb3_local, table_batches, args=None)"));
    await real.trigger({ name: "w", pluginFilename: "w.py", specification: "table:cpu" });
    await real.base.write("cpu,host=A usage=1 100");
    assert.deepEqual(await placeOf("w"), {
      text: "processing engine: the plugin failed at w.py:3",
      traceback: "w.py:6 in process_writes, w.py:3 in convert",
    });
    await real.logged("w", /ERROR/);
    assert.deepEqual(real.texts("w").slice(1, 2), ["ERROR error executing wal plugin: ValueError: no"]);
  });

  it("names the plugin's own line of a scheduled run that failed inside a library", async () => {
    const signature = "process_scheduled_call(influxdb3_local, call_time, args=None)";
    await real.plugin("s.py", plugin(signature, "import json; json.loads('{')"));
    await real.trigger({ name: "s", pluginFilename: "s.py", specification: "every:100ms" });
    const { text, traceback } = await placeOf("s");
    await real.engine.disableTrigger("db", "s");
    assert.equal(text, "processing engine: the plugin failed at s.py:3");
    assert.match(
      String(traceback),
      /^s\.py:6 in process_scheduled_call, s\.py:3 in convert, .*json.*:\d+ in loads, /,
    );
  });

  it("has the frames of a request", async () => {
    const signature =
      "process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None)";
    await real.plugin("r.py", plugin(signature));
    await real.trigger({ name: "r", pluginFilename: "r.py", specification: "request:r" });
    const request = { query: {}, headers: {}, body: new Uint8Array() };
    await assert.rejects(real.engine.handleRequest("r", request));
    assert.deepEqual(await placeOf("r"), {
      text: "processing engine: the plugin failed at r.py:3",
      traceback: "r.py:6 in process_request, r.py:3 in convert",
    });
  });

  it("has where a run was when its time was over, and is short about a recursion without end", async () => {
    const signature = "process_writes(influxdb3_local, table_batches, args=None)";
    await real.plugin("t.py", plugin(signature, "while True: pass"));
    await real.plugin("d.py", plugin(signature, "convert(value)"));
    await real.trigger({ name: "t", pluginFilename: "t.py", specification: "table:slow" });
    await real.trigger({ name: "d", pluginFilename: "d.py", specification: "table:slow" });
    await real.base.write("slow usage=1 100");
    assert.deepEqual(await placeOf("t"), {
      text: "processing engine: the plugin was stopped at t.py:3",
      traceback: "t.py:6 in process_writes, t.py:3 in convert",
    });
    const frames = String((await placeOf("d")).traceback).split(", ");
    assert.ok(frames.length <= 41, `${frames.length} frames`);
    assert.equal(frames[0], "d.py:6 in process_writes");
    assert.equal(frames.at(-1), "d.py:3 in convert");
  });
});
