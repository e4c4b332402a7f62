import assert from "node:assert/strict";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileSpace, PluginRuntime, serveQueries } from "@millrace/plugin-runtime";
import { targetEnvironment } from "@millrace/python-packages";
import { HostCaches, PackageManager, ProcessingEngine, PythonStarter } from "#src/engine/index.js";
import { silentLogger, systemClock } from "#src/foundation/index.js";
import { saveWheels } from "../../../python-packages/test/support/wheels.ts";
import { rig } from "../ingest/rig.ts";

/** An engine as the server builds it, with a place for packages. */
async function openEngine(directory: string): Promise<ProcessingEngine> {
  const base = await rig({ clock: systemClock });
  await base.write("cpu,host=a usage=0");
  const caches = new HostCaches(systemClock);
  const installed = path.join(directory, ".venv");
  const packages = new PackageManager({
    directory: installed,
    pluginDir: directory,
    mayInstall: true,
    index: path.join(directory, "wheels"),
    variables: { PIP_CONFIG_FILE: "/dev/null" },
    clock: systemClock,
    logger: silentLogger,
  });
  await packages.open();
  const python = new PythonStarter({
    createRuntime: () =>
      PluginRuntime.create(packages.environment === undefined ? {} : { environment: packages.environment }),
    edition: () => packages.environment?.fingerprint ?? "",
    clock: systemClock,
    globalCache: caches.global,
    localCache: caches.local,
    connectQueries: (link) => void serveQueries(link, async () => ({ batches: [] })),
    files: new FileSpace({
      mounts: [
        { path: directory, lower: directory, upperOf: () => undefined },
        { path: installed, lower: installed },
      ],
      quotaBytes: 0,
      quotaFiles: 0,
      nowMs: () => systemClock.nowMs(),
    }),
    environment: {},
    limits: { heapMaxBytes: 256 * 2 ** 20 },
  });
  const engine = new ProcessingEngine({
    catalog: base.catalog,
    triggerCommands: base.catalog.triggerCommands,
    writePath: base.path,
    startInterpreter: python.start,
    packages,
    clock: systemClock,
    logger: silentLogger,
    pluginDir: directory,
    fileRoot: directory,
    repository: { baseUrl: "http://repository.test", fetch: globalThis.fetch },
    allowedKinds: undefined,
    interpreters: 2,
    flushIntervalMs: 50,
    runLimits: {},
    testLimits: {},
    shutdownGraceMs: 100,
  });
  packages.onChanged(async () => {
    await python.renew();
    void engine.renewInterpreters();
  });
  await engine.start();
  return engine;
}

describe("installed packages", function () {
  this.timeout(60_000);
  let directory: string;
  let engine: ProcessingEngine;

  before(async () => {
    directory = await realpath(await mkdtemp(path.join(tmpdir(), "engine-installed-")));
    await saveWheels(path.join(directory, "wheels"), [
      {
        name: "units",
        version: "1.2",
        requires: ["units-data>=1"],
        files: {
          "units/__init__.py": "from units_data import FACTOR\ndef convert(x):\n    return x * FACTOR\n",
          "units/lazy/__init__.py": "from .deep import NAME\n",
          "units/lazy/deep.py": "NAME = __name__\n",
          "units/table.txt": "metre\n",
        },
      },
      { name: "units-data", version: "1.0", files: { "units_data.py": "FACTOR = 1000\n" } },
    ]);
    engine = await openEngine(directory);
  });
  after(async () => {
    await engine.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function run(body: string): Promise<string[]> {
    const source = `def process_scheduled_call(influxdb3_local, call_time, args=None):\n${body
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n")}\n`;
    await writeFile(path.join(directory, "plugin.py"), source);
    const { log_lines, errors } = await engine.testSchedule({ filename: "plugin.py", database: "db" });
    assert.deepEqual(errors, []);
    return log_lines.filter((line) => line.startsWith("INFO: =")).map((line) => line.slice("INFO: =".length));
  }

  it("are for the Python that plugins run in", async () => {
    const found = await run(
      [
        "import os, sys, platform, json",
        "influxdb3_local.info('=' + json.dumps({",
        "  'os_name': os.name, 'sys_platform': sys.platform, 'platform_machine': platform.machine(),",
        "  'platform_python_implementation': platform.python_implementation(), 'platform_release': platform.release(),",
        "  'platform_system': platform.system(), 'platform_version': platform.version(),",
        "  'python_version': '.'.join(platform.python_version_tuple()[:2]), 'python_full_version': platform.python_version(),",
        "  'implementation_name': sys.implementation.name,",
        "  'implementation_version': '.'.join(map(str, sys.implementation.version[:3]))}))",
      ].join("\n"),
    );
    assert.deepEqual(JSON.parse(found[0]!), targetEnvironment);
  });

  it("can be imported as soon as they are installed, with their data", async () => {
    const plugin = [
      "import units, units.lazy, importlib.metadata, importlib.resources, sys",
      "influxdb3_local.info('=' + str(units.convert(3)) + ' ' + units.lazy.NAME)",
      "influxdb3_local.info('=' + importlib.metadata.version('units'))",
      "influxdb3_local.info('=' + importlib.resources.files('units').joinpath('table.txt').read_text().strip())",
      "influxdb3_local.info('=' + sys.prefix)",
    ].join("\n");
    await engine.installPackages(["units"]);
    assert.deepEqual(await run(plugin), [
      "3000 units.lazy.deep",
      "1.2",
      "metre",
      path.join(directory, ".venv"),
    ]);
  });
});
