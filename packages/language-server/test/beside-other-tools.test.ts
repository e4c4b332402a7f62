import assert from "node:assert/strict";
import { type RunningServer, startServer } from "./support/server.ts";

describe("beside other Python tools", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer({ settings: { diagnostics: "plugin" } });
  });

  after(() => server.stop());

  it("explains and completes what depends on the engine, and nothing else", async () => {
    const file = await server.editor.open(`
      import json
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.qu‸ery("SELECT 1")
          args.g‸et("x")
          for batch in table_batches:
              batch["‸"]
          json.du‸mps(args)
          le‸n(args)
    `);
    for (const cursor of [0, 1]) assert.notEqual(await file.hoverText(cursor), "");
    for (const cursor of [0, 1, 2]) assert.ok((await file.complete(cursor)).length > 0, `cursor ${cursor}`);
    for (const cursor of [3, 4]) {
      assert.equal(await file.hoverText(cursor), "");
      assert.deepEqual(await file.complete(cursor), []);
    }
  });

  it("writes the types of plugins where other tools look for them", async () => {
    const done = await server.connection.sendRequest("workspace/executeCommand", {
      command: "millrace.writeTypings",
    });
    assert.equal(done, true);
    const [request] = server.notifications("workspace/applyEdit");
    const text = JSON.stringify(request);
    for (const file of ["__builtins__.pyi", "influxdb3_plugin/__init__.pyi", "class InfluxDB3Local"]) {
      assert.ok(text.includes(file), file);
    }
  });

  it("refuses commands that there are not", async () => {
    const asked = server.connection.sendRequest("workspace/executeCommand", { command: "millrace.nothing" });
    await assert.rejects(asked, /There is no command 'millrace.nothing'/);
  });
});
