import assert from "node:assert/strict";
import { type RunningServer, startServer } from "./support/server.ts";

describe("language server: first steps", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  it("knows the plugin API without annotations", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.«inof»("x")
    `);
    await file.expect("unknown-member");
  });

  it("reports lints and fixes them", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.«write_sync»(LineBuilder("x").int64_field("a", 1))
    `);
    await file.expect("missing-no-sync");
    assert.match(await file.textAfterFix("Add no_sync=True"), /\("a", 1\), no_sync=True\)/);
  });

  it("completes, explains and has lenses", async () => {
    const file = await server.editor.open(`
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.qu‸ery("SELECT 1")
    `);
    const labels = (await file.complete()).map((item) => item.label);
    assert.deepEqual(labels, ["query"]);
    assert.match(await file.hoverText(), /Runs SQL/);
    assert.deepEqual(
      (await file.lenses()).map((lens) => lens.command?.title),
      ["▶ Test", "Create trigger…"],
    );
  });

  it("says nothing about files that are no plugins", async () => {
    const file = await server.editor.open("x: int = 'a'\n");
    assert.deepEqual(await file.diagnostics(), []);
  });
});
