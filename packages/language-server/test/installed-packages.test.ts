import assert from "node:assert/strict";
import path from "node:path";
import { PackageInstaller } from "@millrace/python-packages";
import { QuickClock } from "../../python-packages/test/support/clock.ts";
import { saveWheels } from "../../python-packages/test/support/wheels.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { TestClient } from "./support/test-runs.ts";

describe("running tests of plugins that import packages", function () {
  this.timeout(60_000);
  let server: RunningServer;

  before(async () => {
    server = await startServer({ env: { INFLUXDB3_HOST_URL: "", INFLUXDB3_DATABASE_NAME: "" } });
  });

  after(() => server.stop());

  it("finds those that a server installed beside the plugin, also while the editor is open", async () => {
    const tests = new TestClient(server);
    const file = await server.editor.open(`
      import units
      def process_scheduled_call(influxdb3_local, call_time, args=None):
          influxdb3_local.info(units.convert(3))
    `);
    const run = { uri: file.uri, entryPoint: "process_scheduled_call" };
    assert.match((await tests.runOne(run)).message!, /ModuleNotFoundError: No module named 'units'/);

    await install(server.workspace);
    const result = await tests.runOne(run, { runId: "installed" });
    assert.equal(result.message, undefined);
    assert.equal(tests.events("installed")[0]!.message, "3000");
  });
});

async function install(workspace: string): Promise<void> {
  const wheels = path.join(workspace, "wheels");
  const files = { "units/__init__.py": "def convert(x):\n    return x * 1000\n" };
  await saveWheels(wheels, [{ name: "units", version: "1.2", files }]);
  const places = { indexes: [], findLinks: [wheels], certificates: undefined, timeoutMs: 1000 };
  const directory = path.join(workspace, ".venv");
  const installer = new PackageInstaller({ directory, places: async () => places, clock: new QuickClock() });
  await installer.open();
  await installer.install(["units"], undefined);
}
