import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const logging = pathToFileURL(
  path.resolve(import.meta.dirname, "../../dist/foundation/logging/index.js"),
).href;

/** Runs a small program and returns what it wrote to each stream. */
async function run(code: string): Promise<{ stdout: string; stderr: string; exitCode: number | null }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { stdout, stderr, exitCode };
}

describe("the log's standard stream", () => {
  it("has every line in order when the process ends after a flush", async () => {
    const { stdout, stderr, exitCode } = await run(`
      const { standardSink } = await import(${JSON.stringify(logging)});
      const sink = standardSink("stdout");
      for (let i = 0; i < 20000; i++) sink.write(Buffer.from("line " + i + "\\n"));
      await new Promise(setImmediate);
      sink.write(Buffer.from("last\\n"));
      sink.flush();`);
    assert.equal(stderr, "");
    assert.equal(exitCode, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(lines, [...Array.from({ length: 20_000 }, (_, i) => `line ${i}`), "last"]);
  });

  it("may be stderr", async () => {
    const { stdout, stderr } = await run(`
      const { standardSink } = await import(${JSON.stringify(logging)});
      const sink = standardSink("stderr");
      sink.write(Buffer.from("hello\\n"));
      sink.flush();`);
    assert.equal(stdout, "");
    assert.equal(stderr, "hello\n");
  });
});
