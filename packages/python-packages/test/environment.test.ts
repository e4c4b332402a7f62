import assert from "node:assert/strict";
import { readdir, readFile, readlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { PackageError } from "@millrace/python-packages";
import { Environment, type EnvironmentFileSystem, nodeFileSystem } from "#src/environment/index.js";
import { Wheel } from "#src/wheel/index.js";
import { QuickClock } from "./support/clock.ts";
import { temporaryDirectory } from "./support/temporary.ts";
import { makeWheel, type WheelSpec } from "./support/wheels.ts";

const A: WheelSpec = {
  name: "a",
  version: "1.0",
  files: { "a/__init__.py": "A = 1\n", "a/data/x.txt": "x" },
};
const B: WheelSpec = { name: "b", version: "1.0", requires: ["a"] };

function added(spec: WheelSpec, requested: string | null = spec.name) {
  const { fileName, bytes, sha256 } = makeWheel(spec);
  return {
    requested,
    url: null,
    open: async () => ({ wheel: await Wheel.open(fileName, bytes), wheelSha256: sha256 }),
  };
}

/** The process dies at the n-th change: nothing works from then on. */
function dyingAt(step: number): { files: EnvironmentFileSystem; steps: () => number } {
  let count = 0;
  const changing = new Set([
    "makeDirectory",
    "write",
    "link",
    "syncDirectory",
    "rename",
    "symlink",
    "remove",
    "createExclusively",
  ]);
  const files = new Proxy(nodeFileSystem, {
    get(target, name: keyof EnvironmentFileSystem) {
      const call = target[name] as (...values: unknown[]) => Promise<unknown>;
      return async (...values: unknown[]) => {
        if (changing.has(name) && ++count > step) throw new Error("the process has died");
        return await call(...values);
      };
    },
  });
  return { files, steps: () => count };
}

describe("an environment", () => {
  const temporary = temporaryDirectory();
  const clock = new QuickClock();
  const directory = (): string => path.join(temporary.path, "venv");
  const warnings: string[] = [];

  async function open(files: EnvironmentFileSystem = nodeFileSystem): Promise<Environment> {
    warnings.length = 0;
    const environment = new Environment({
      directory: directory(),
      clock,
      files,
      warn: (text) => void warnings.push(text),
    });
    await environment.read();
    return environment;
  }

  const replace = (
    environment: Environment,
    ...packages: Parameters<Environment["replace"]>[0][number][]
  ): Promise<void> => environment.exclusively(1_000, () => environment.replace(packages));

  const read = (environment: Environment, file: string): Promise<string> =>
    readFile(path.join(environment.state!.sitePackages, file), "utf8");

  it("is empty before anything is installed, and is not made by looking at it", async () => {
    const environment = await open();
    assert.equal(environment.state, undefined);
    assert.deepEqual(await environment.packages(), []);
    await assert.rejects(readdir(directory()), { code: "ENOENT" });
  });

  it("holds what was installed, also for those who open it later", async () => {
    await replace(await open(), added(A), added(B, null));
    const environment = await open();
    assert.equal(await read(environment, "a/data/x.txt"), "x");
    assert.equal(await read(environment, "a-1.0.dist-info/INSTALLER"), "millrace\n");
    const installed = await environment.packages();
    assert.deepEqual(
      installed.map(({ entry }) => [entry.name, entry.version, entry.requested]),
      [
        ["a", "1.0", "a"],
        ["b", "1.0", null],
      ],
    );
    assert.ok(
      (await readdir(path.join(environment.state!.sitePackages, "a-1.0.dist-info"))).includes("REQUESTED"),
    );
    assert.ok(
      !(await readdir(path.join(environment.state!.sitePackages, "b-1.0.dist-info"))).includes("REQUESTED"),
    );
    const shown = path.join(directory(), "lib/python3.14/site-packages");
    assert.equal(path.resolve(path.dirname(shown), await readlink(shown)), environment.state!.sitePackages);
    assert.match(await readFile(path.join(directory(), "pyvenv.cfg"), "utf8"), /version = 3\.14/);
  });

  it("keeps packages without unpacking them again, and old generations for those who still read them", async () => {
    const environment = await open();
    await replace(environment, added(A));
    const first = environment.state!;
    const [kept] = await environment.packages();
    await replace(environment, { kept: kept!, requested: null }, added(B));
    assert.equal(await read(environment, "a/__init__.py"), "A = 1\n");
    assert.equal(await readFile(path.join(first.sitePackages, "a/__init__.py"), "utf8"), "A = 1\n");
    assert.notEqual(environment.state!.fingerprint, first.fingerprint);
    for (let times = 0; times < 2; times++) {
      const packages = await environment.packages();
      await replace(environment, ...packages.map((one) => ({ kept: one, requested: null })));
    }
    assert.deepEqual(await readdir(path.join(directory(), "generations")), ["000002", "000003", "000004"]);
  });

  it("has a fingerprint that depends on nothing but the packages", async () => {
    const environment = await open();
    await replace(environment, added(A), added(B));
    const { fingerprint } = environment.state!;
    await replace(environment, added(B, null), added(A));
    assert.equal(environment.state!.fingerprint, fingerprint);
    await replace(environment, added({ ...A, files: { "a/__init__.py": "A = 2\n" } }), added(B));
    assert.notEqual(environment.state!.fingerprint, fingerprint);
  });

  it("does not let a package replace a file of another", async () => {
    const environment = await open();
    await replace(
      environment,
      added({ ...A, files: { "shared.py": "a\n" } }),
      added({ ...B, files: { "shared.py": "b\n" } }),
    );
    assert.equal(await read(environment, "shared.py"), "a\n");
    assert.deepEqual(warnings, ["shared.py is in a and in b: that of a is installed"]);
  });

  it("is the old or the new one, wherever an installation dies", async () => {
    await replace(await open(), added(A));
    const old = (await open()).state!;
    for (let step = 0, done = false; !done; step++) {
      const dying = dyingAt(step);
      const environment = await open(dying.files);
      const [kept] = await environment.packages();
      const result = await replace(environment, { kept: kept!, requested: "a" }, added(B)).then(
        () => "done",
        () => "died",
      );
      const after = await open();
      const names = (await after.packages()).map(({ entry }) => entry.name);
      if (after.state!.fingerprint === old.fingerprint) assert.deepEqual(names, ["a"]);
      else {
        assert.deepEqual(names, ["a", "b"]);
        assert.match(await read(after, "b.py"), /VERSION/);
      }
      assert.equal(await read(after, "a/__init__.py"), "A = 1\n");
      // The next process finds the lock of one that has died.
      await nodeFileSystem.remove(path.join(directory(), "install.lock"));
      done = result === "done" && dying.steps() <= step;
      const [a] = await after.packages();
      await replace(after, { kept: a!, requested: "a" });
      assert.equal((await open()).state!.fingerprint, old.fingerprint);
    }
  });

  it("is changed by one installation at a time", async () => {
    const [one, two] = [await open(), await open()];
    await one.exclusively(1_000, async () => {
      await assert.rejects(
        two.exclusively(500, async () => {}),
        (error) => {
          assert.ok(error instanceof PackageError && error.kind === "busy");
          assert.match(error.message, new RegExp(`process ${process.pid} on .* is installing packages`));
          return true;
        },
      );
      await one.replace([added(A)]);
    });
    await two.exclusively(500, async () => assert.equal((await two.packages()).length, 1));
  });

  it("does not wait for a process that is gone", async () => {
    const environment = await open();
    await replace(environment, added(A));
    const { hostname } = await import("node:os");
    for (const holder of [
      { pid: 2 ** 22 + 1, host: hostname(), life: "x", sinceMs: clock.nowMs() },
      { pid: process.pid, host: hostname(), life: "an earlier one", sinceMs: clock.nowMs() },
      { pid: 1, host: "another", life: "x", sinceMs: 0 },
      // Another process has got the number since.
      { pid: process.ppid, host: hostname(), life: "x", sinceMs: 0 },
    ]) {
      await writeFile(path.join(directory(), "install.lock"), JSON.stringify(holder));
      await environment.exclusively(0, async () => {});
    }
    await writeFile(
      path.join(directory(), "install.lock"),
      JSON.stringify({ pid: 1, host: "another", life: "x", sinceMs: clock.nowMs() }),
    );
    await assert.rejects(
      environment.exclusively(0, async () => {}),
      /process 1 on another/,
    );
  });

  it("does not wait for ever for a lock that was cut off while it was written", async () => {
    const environment = await open();
    await replace(environment, added(A));
    for (const text of ["", '{"pid":1', "null"]) {
      await writeFile(path.join(directory(), "install.lock"), text);
      await assert.rejects(
        environment.exclusively(1_000, async () => {}),
        /another process is installing/,
      );
      await environment.exclusively(60_000, async () => {});
    }
  });

  it("leaves no lock behind that could not be written", async () => {
    const lock = path.join(directory(), "lock");
    const broken = { toString: () => assert.fail("the disk is full") } as unknown as string;
    await assert.rejects(nodeFileSystem.createExclusively(lock, broken));
    assert.equal(await nodeFileSystem.read(lock), undefined);
  });

  it("says which file is damaged and what to do", async () => {
    await replace(await open(), added(A));
    const manifest = path.join(directory(), "millrace.environment");
    const good = await readFile(manifest);
    for (const at of [0, 9, 13, 17, 25, good.length - 1]) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1;
      await writeFile(manifest, bad);
      await assert.rejects(
        open(),
        (error) =>
          error instanceof PackageError &&
          error.kind === "environment" &&
          error.message.includes(manifest) &&
          /remove/i.test(error.message),
      );
    }
    await writeFile(manifest, good.subarray(0, 30));
    await assert.rejects(open(), /its length is not what its header says/);
    await writeFile(manifest, good);
    const environment = await open();
    await nodeFileSystem.remove(path.join(environment.state!.sitePackages, "a-1.0.dist-info"));
    await assert.rejects(environment.packages(), /METADATA is missing|RECORD is missing/);
  });

  it("leaves alone what somebody else put there", async () => {
    const shown = path.join(directory(), "lib/python3.14/site-packages");
    await nodeFileSystem.makeDirectory(shown);
    await writeFile(path.join(shown, "mine.py"), "");
    await writeFile(path.join(directory(), "pyvenv.cfg"), "home = /usr/bin\n");
    const environment = await open();
    await replace(environment, added(A));
    assert.deepEqual(await readdir(shown), ["mine.py"]);
    assert.equal(await readFile(path.join(directory(), "pyvenv.cfg"), "utf8"), "home = /usr/bin\n");
    assert.match(warnings[0]!, /could not be made a link/);
    assert.equal(await read(environment, "a/__init__.py"), "A = 1\n");
  });

  it("says when its directory cannot be written to", async () => {
    await writeFile(directory(), "a file");
    await assert.rejects(
      (await open()).exclusively(0, async () => {}),
      (error) =>
        error instanceof PackageError && /cannot be written to: .*--virtual-env-location/.test(error.message),
    );
  });
});
