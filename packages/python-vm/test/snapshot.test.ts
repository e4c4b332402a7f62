import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PythonRuntime } from "@millrace/python-vm";
import { SnapshotStore, snapshotKey } from "#src/snapshot-store/index.js";
import { runtimeOptions, temporaryDirectory } from "./support.ts";

describe("snapshot store", () => {
  const directory = temporaryDirectory();
  const store = new SnapshotStore(path.join(directory.path, "new", "directory"));
  const content = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
  const file = () => path.join(directory.path, "new", "directory", "key.pysnapshot");
  after(() => directory.remove());

  it("gives back what was saved, and nothing for another key", async () => {
    assert.equal(await store.load("key"), undefined);
    await store.save("key", content);
    assert.deepEqual(Buffer.from((await store.load("key"))!), Buffer.from(content));
    assert.equal(await store.load("other"), undefined);
  });

  it("takes any damage for absence: each byte counts, and the length", async () => {
    const sound = readFileSync(file());
    for (let at = 0; at < sound.length; at += 7) {
      const damaged = Buffer.from(sound);
      damaged[at]! ^= 0x40;
      writeFileSync(file(), damaged);
      assert.equal(await store.load("key"), undefined, `byte ${at}`);
    }
    for (const length of [0, 10, 20, sound.length - 1]) {
      writeFileSync(file(), sound.subarray(0, length));
      assert.equal(await store.load("key"), undefined, `length ${length}`);
    }
    writeFileSync(file(), Buffer.concat([sound, Buffer.of(0)]));
    assert.equal(await store.load("key"), undefined);
  });

  it("replaces older snapshots and leaves no temporary files", async () => {
    await store.save("newer", content);
    assert.deepEqual(readdirSync(path.dirname(file())), ["newer.pysnapshot"]);
  });

  it("keeps the plain snapshot when one with packages is saved, and the other way round", async () => {
    const [plain, first, second] = ["1", "2", "3"].map((fingerprint, index) =>
      snapshotKey("1.0", [], index === 0 ? undefined : { sitePackages: "/p", fingerprint }),
    );
    for (const key of [plain!, first!, second!]) await store.save(key, content);
    assert.deepEqual(
      [await store.load(plain!), await store.load(first!), await store.load(second!)].map(Boolean),
      [true, false, true],
    );
  });

  it("has another key for another Pyodide, other start-up code or other packages", () => {
    const module = { name: "m", source: "x = 1" };
    const keys = [
      snapshotKey("1.0", [module]),
      snapshotKey("1.1", [module]),
      snapshotKey("1.0", [{ ...module, source: "x = 2" }]),
      snapshotKey("1.0", [{ ...module, name: "n" }]),
      snapshotKey("1.0", [module], { sitePackages: "/a", fingerprint: "1" }),
      snapshotKey("1.0", [module], { sitePackages: "/a", fingerprint: "2" }),
      snapshotKey("1.0", [module], { sitePackages: "/b", fingerprint: "1" }),
      snapshotKey("1.0", [module], { sitePackages: "/a", fingerprint: "1", prefix: "/" }),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe("runtime", function () {
  // Each build of a snapshot boots Python from nothing: seconds, many on a busy machine.
  this.timeout(120_000);
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it("keeps its snapshot for the next process, and builds anew when the file is damaged", async () => {
    const options = { ...runtimeOptions, snapshotDirectory: directory.path };
    await PythonRuntime.create(options);
    const [name, ...others] = readdirSync(directory.path);
    assert.deepEqual(others, []);
    const file = path.join(directory.path, name!);
    const sound = readFileSync(file);
    const writtenMs = statSync(file).mtimeMs;
    await boots(await PythonRuntime.create(options));
    assert.equal(statSync(file).mtimeMs, writtenMs);
    writeFileSync(file, sound.subarray(0, sound.length / 2));
    await boots(await PythonRuntime.create(options));
    assert.equal(statSync(file).size, sound.length);
  });

  it("starts all the same when the snapshot cannot be kept, and says so", async () => {
    const problems: unknown[] = [];
    writeFileSync(path.join(directory.path, "file"), "");
    await PythonRuntime.create({
      ...runtimeOptions,
      snapshotDirectory: path.join(directory.path, "file", "below-a-file"),
      onCacheProblem: (problem) => problems.push(problem),
    });
    assert.equal(problems.length, 1);
  });

  it("says why when Python cannot be prepared", async () => {
    const broken = [{ name: "_broken", source: "raise ValueError('no good')" }];
    await assert.rejects(
      PythonRuntime.create({ ...runtimeOptions, prelude: broken }),
      /snapshot could not be built.*no good/s,
    );
  });
});

async function boots(runtime: PythonRuntime): Promise<void> {
  const interpreter = await runtime.startInterpreter<string, string>();
  const end = await interpreter.run("result = 6 * 7", { softTimeoutMs: 5000, graceMs: 500 });
  await interpreter.terminate("done");
  assert.ok(end.kind === "done" && end.response === "42");
}
