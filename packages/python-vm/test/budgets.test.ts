import assert from "node:assert/strict";
import { type Python, startPython } from "./support.ts";

const MEBIBYTE = 2 ** 20;

describe("budgets", () => {
  let python: Python;
  before(async () => {
    python = await startPython({ limits: { heapMaxBytes: 400 * MEBIBYTE } });
  });
  after(() => python.close());

  it("of memory: MemoryError at the cap, and the interpreter goes on", async () => {
    const small = await startPython({ limits: { heapMaxBytes: 96 * MEBIBYTE } });
    try {
      const source = "x = []\nwhile True: x.append(bytes(2 ** 20))";
      assert.match(await small.evaluate(source), /^!MemoryError/);
      assert.equal(await small.evaluate("result = len(bytes(2 ** 20))"), "1048576");
    } finally {
      await small.close();
    }
  });

  it("of memory by default: 256 MiB", async () => {
    const usual = await startPython();
    try {
      assert.match(await usual.evaluate("x = [bytes(2 ** 20) for _ in range(256)]"), /^!MemoryError/);
      assert.equal(await usual.evaluate("x = [bytes(2 ** 20) for _ in range(128)]\nresult = len(x)"), "128");
    } finally {
      await usual.close();
    }
  });

  it("of stack: what needs more ends the run, and only that interpreter", async () => {
    const nested = "import json\nresult = len(json.loads('[' * 80_000 + ']' * 80_000))";
    const small = await startPython({ limits: { stackSizeMb: 4 } });
    const end = await small.run(nested);
    if (end.kind === "done") assert.match(end.response, /^!RecursionError/);
    else assert.match(end.reason, /native stack exhausted/);
    await small.close();
    assert.equal(await python.evaluate(nested), "1");
  });

  it("of texts for the host: refused before they fill JavaScript's heap", async () => {
    for (const character of ["x", "中"]) {
      const source = `import _millrace\n_millrace.ask('host', ${JSON.stringify(character)} * (90 * 2 ** 20))`;
      assert.match(
        await python.evaluate(source),
        /^!(ValueError: a text of \d+ bytes is too long|MemoryError)/,
      );
    }
    assert.equal(await python.evaluate("result = 1"), "1");
  });

  it("leave room for large requests and answers", async function () {
    this.timeout(20_000);
    for (const character of ["x", "é", "中"]) {
      const text = character.repeat((48 * MEBIBYTE) / Buffer.byteLength(character));
      const source = `result = ${JSON.stringify(text)}`;
      assert.equal((await python.evaluate(source, { softTimeoutMs: 10_000 })).length, text.length);
    }
  });

  it("of names and paths: as long as on Linux, whatever they contain", async () => {
    const source = `
import errno, os
codes = []
def attempt(work):
    try:
        work()
        codes.append("done")
    except OSError as error:
        codes.append(errno.errorcode[error.errno])
os.makedirs("/tmp/names", exist_ok=True)
attempt(lambda: os.mkdir("/tmp/names/" + "a" * 255))
attempt(lambda: os.mkdir("/tmp/names/" + "a" * 256))
attempt(lambda: open("/tmp/names/" + "a" * 100_000_000, "w"))
attempt(lambda: os.stat("a/" * 50_000_000))
attempt(lambda: os.symlink("b" * 100_000_000, "/tmp/names/link"))
attempt(lambda: os.rename("/tmp/names/" + "a" * 255, "/tmp/names/" + "c" * 300))
result = " ".join(codes)`;
    const long = Array(5).fill("ENAMETOOLONG").join(" ");
    assert.equal(await python.evaluate(source), `done ${long}`);
  });
});
