import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PythonRuntime } from "@millrace/python-vm";
import { runtimeOptions, temporaryDirectory } from "./support.ts";

describe("memory snapshot", () => {
  const directory = temporaryDirectory();
  const options = { ...runtimeOptions, snapshotDirectory: directory.path };
  const only = () => {
    const names = readdirSync(directory.path);
    assert.equal(names.length, 1, `one file and no leftovers: ${names}`);
    return path.join(directory.path, names[0]!);
  };
  const boots = async (created: PythonRuntime) => {
    const interpreter = await created.startInterpreter<string, string>();
    const end = await interpreter.run("result = 6 * 7", { softTimeoutMs: 5000, graceMs: 500 });
    await interpreter.terminate("done");
    assert.ok(end.kind === "done" && end.response === "42");
  };

  before(async () => {
    writeFileSync(path.join(directory.path, "pyodide-0.0.0-old.pysnapshot"), "from an older version");
    await PythonRuntime.create(options);
  });
  after(() => directory.remove());

  it("is kept for the next process, and older ones go", async () => {
    const writtenMs = statSync(only()).mtimeMs;
    await boots(await PythonRuntime.create(options));
    assert.equal(statSync(only()).mtimeMs, writtenMs);
  });

  it("is built anew when its file is damaged or cut", async () => {
    const file = only();
    const sound = readFileSync(file);
    const flipped = Buffer.from(sound);
    flipped[flipped.length >> 1]! ^= 1;
    writeFileSync(file, flipped);
    await boots(await PythonRuntime.create(options));
    assert.equal(readFileSync(file).length, sound.length);
    assert.notDeepEqual(readFileSync(file), flipped);
    truncateSync(file, 10);
    await boots(await PythonRuntime.create(options));
    assert.ok(statSync(file).size > 10);
  });

  it("that cannot be kept is reported, and Python starts all the same", async () => {
    const problems: unknown[] = [];
    const blocked = path.join(directory.path, path.basename(only()), "below-a-file");
    await boots(
      await PythonRuntime.create({
        ...options,
        snapshotDirectory: blocked,
        onCacheProblem: (problem) => problems.push(problem),
      }),
    );
    assert.equal(problems.length, 1);
  });

  it("that cannot be built says why", async () => {
    const broken = [{ name: "_broken", source: "raise ValueError('no good')" }];
    await assert.rejects(
      PythonRuntime.create({ ...runtimeOptions, prelude: broken }),
      /snapshot could not be built.*no good/s,
    );
  });
});
