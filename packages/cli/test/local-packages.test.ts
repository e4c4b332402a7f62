import assert from "node:assert/strict";
import path from "node:path";
import { PackageInstaller } from "@millrace/python-packages";
import { QuickClock } from "../../python-packages/test/support/clock.ts";
import { saveWheels } from "../../python-packages/test/support/wheels.ts";
import { localEnvironment, useProject } from "./support/local.ts";
import { runCli, words } from "./support/run-cli.ts";

const project = useProject();

const PLUGIN = `import units
from units.lazy import NAME

def process_writes(influxdb3_local, table_batches, args=None):
    influxdb3_local.info(units.convert(3), NAME)
`;

async function install(directory: string): Promise<void> {
  const wheels = path.join(project.directory, "wheels");
  await saveWheels(wheels, [
    {
      ...{ name: "units", version: "1.2" },
      files: {
        "units/__init__.py": "def convert(x):\n    return x * 1000\n",
        "units/lazy.py": "NAME = __name__\n",
      },
    },
  ]);
  const places = { indexes: [], findLinks: [wheels], certificates: undefined, timeoutMs: 1000 };
  const installer = new PackageInstaller({ directory, places: async () => places, clock: new QuickClock() });
  await installer.open();
  await installer.install(["units"], undefined);
}

describe("test --local: installed packages", function () {
  this.timeout(120_000);

  it("are those of .venv beside the plugin, or of the directory that is named", async () => {
    project.write({ "a.py": PLUGIN, "elsewhere/b.py": PLUGIN });
    const named = path.join(project.directory, ".venv");
    await install(named);
    const run = (line: string) =>
      runCli(words(`test wal_plugin --local -d d --lp 'm v=1 5' ${line}`), {
        cwd: project.directory,
        env: localEnvironment,
      });
    for (const line of ["a.py", "elsewhere/b.py --virtual-env-location .venv"]) {
      const { code, stdout, stderr } = await run(line);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /INFO: 3000 units\.lazy/);
    }
    const without = await run("elsewhere/b.py");
    assert.equal(without.code, 1);
    assert.match(without.stdout, /ModuleNotFoundError: No module named 'units'/);
  });
});
