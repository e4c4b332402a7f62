import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PackageManager } from "#src/engine/packages/index.js";
import { type LogFields, ServerError, silentLogger, systemClock } from "#src/foundation/index.js";
import { saveWheels } from "../../../python-packages/test/support/wheels.ts";

describe("the engine's package manager", () => {
  let directory: string;
  let pluginDir: string;
  let wheels: string;
  const logged: { message: string; fields: LogFields | undefined }[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "engine-packages-"));
    pluginDir = path.join(directory, "plugins");
    wheels = path.join(directory, "wheels");
    logged.length = 0;
    await mkdir(pluginDir);
    await saveWheels(wheels, [
      { name: "a", version: "1.0", requires: ["b"] },
      { name: "b", version: "1.0" },
    ]);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function open(options: Partial<ConstructorParameters<typeof PackageManager>[0]> = {}) {
    const log = (message: string, fields?: LogFields): void => void logged.push({ message, fields });
    const manager = new PackageManager({
      directory: path.join(pluginDir, ".venv"),
      pluginDir,
      mayInstall: true,
      index: wheels,
      variables: { PIP_CONFIG_FILE: "/dev/null" },
      clock: systemClock,
      logger: { ...silentLogger, info: log, error: log },
      ...options,
    });
    await manager.open();
    return manager;
  }

  const refused = (what: Promise<unknown>, code: string, text: RegExp | string): Promise<void> =>
    assert.rejects(what, (error) => {
      assert.ok(error instanceof ServerError, String(error));
      assert.equal(error.code, code);
      if (typeof text === "string") assert.equal(error.message, text);
      else assert.match(error.message, text);
      return true;
    });

  it("installs, lists, logs, and tells who imports", async () => {
    const manager = await open();
    let told = 0;
    manager.onChanged(() => void told++);
    assert.deepEqual([manager.environment], [undefined]);
    await manager.installPackages(["a"]);
    assert.deepEqual(await manager.packages(), [
      { name: "a", version: "1.0", required_by: [] },
      { name: "b", version: "1.0", required_by: ["a"] },
    ]);
    assert.equal(manager.environment?.prefix, path.join(pluginDir, ".venv"));
    assert.equal(logged.at(-1)?.message, "packages installed");
    assert.equal(logged.at(-1)?.fields?.["installed"], "a 1.0, b 1.0");
    await manager.installPackages(["a"]);
    assert.equal(told, 1);
    assert.deepEqual((await open()).environment, manager.environment, "a restart finds it");
  });

  it("installs from a requirements file on the server", async () => {
    const manager = await open();
    await writeFile(path.join(pluginDir, "needs"), "b\n");
    await manager.installRequirements("needs");
    await writeFile(path.join(directory, "more.txt"), "a\n");
    await manager.installRequirements(path.join(directory, "more.txt"));
    assert.equal((await manager.packages()).length, 2);
  });

  it("reads no other files", async () => {
    const manager = await open();
    await writeFile(path.join(directory, "secret"), "the secret\n");
    await symlink(path.join(directory, "secret"), path.join(pluginDir, "link"));
    await writeFile(path.join(pluginDir, "includes.txt"), "-r ../secret\n");
    for (const location of [
      "../secret",
      "link",
      path.join(directory, "secret"),
      "includes.txt",
      "/etc/passwd",
    ])
      await refused(
        manager.installRequirements(location),
        "package_requirement_invalid",
        /lies outside of the plugin directory|must end in \.txt or \.in/,
      );
    await refused(
      manager.installRequirements("gone.txt"),
      "package_requirement_invalid",
      /there is no such file/,
    );
  });

  it("says what is wrong", async () => {
    const manager = await open();
    await refused(manager.installPackages(["a b"]), "package_requirement_invalid", /'a b' is no requirement/);
    await refused(
      manager.installPackages(["gone"]),
      "processing_engine_error",
      `Processing engine error: error installing python packages: you asked for gone, but there is no package gone in ${wheels}`,
    );
    assert.equal(logged.at(-1)?.message, "packages could not be installed");
    const without = await open({ index: undefined });
    await refused(
      without.installPackages(["a"]),
      "processing_engine_error",
      /no package index is named.*--package-index/,
    );
  });

  it("refuses where packages are off", async () => {
    await refused(
      (await open({ mayInstall: false })).installPackages(["a"]),
      "package_installation_disabled",
      "Package installation has been disabled. Contact your administrator for more information.",
    );
    const nowhere = PackageManager.none(systemClock, silentLogger);
    await refused(
      nowhere.installPackages(["a"]),
      "processing_engine_error",
      "Processing engine error: error installing python packages: Plugin environment management is disabled",
    );
    assert.deepEqual(await nowhere.packages(), []);
  });

  it("runs without packages whose environment is damaged", async () => {
    await mkdir(path.join(pluginDir, ".venv"));
    await writeFile(path.join(pluginDir, ".venv", "millrace.environment"), "not ours");
    const manager = await open();
    assert.equal(manager.environment, undefined);
    assert.equal(logged[0]?.message, "plugins run without installed packages");
    assert.match(String(logged[0]?.fields?.["error"]), /millrace\.environment is damaged/);
  });

  it("ends installations when the server stops, and leaves the environment as it was", async () => {
    const manager = await open();
    await manager.installPackages(["b"]);
    const [before, files] = [manager.environment, await readdir(path.join(pluginDir, ".venv"))];
    const silent = createServer();
    let asked = () => {};
    const reached = new Promise<void>((resolve) => (asked = resolve));
    silent.on("request", () => asked());
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const other = await open({ index: `http://127.0.0.1:${port}/simple` });
    const stopped = [other.installPackages(["a"]), other.installPackages(["c"])].map((install) =>
      refused(install, "engine_overloaded", "the processing engine is busy: the server is stopping"),
    );
    await reached;
    other.stop();
    await Promise.all(stopped);
    silent.closeAllConnections();
    silent.close();
    await refused(other.installPackages(["a"]), "engine_overloaded", /is stopping/);
    assert.deepEqual((await open()).environment, before);
    assert.deepEqual(await readdir(path.join(pluginDir, ".venv")), files);
  });

  it("does not wait for those who import when the server stops", async () => {
    const manager = await open();
    manager.onChanged(() => {
      manager.stop();
      return new Promise(() => {});
    });
    await manager.installPackages(["b"]);
    assert.equal((await manager.packages()).length, 1);
  });
});
