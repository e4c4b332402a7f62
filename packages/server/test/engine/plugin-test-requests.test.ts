import assert from "node:assert/strict";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

describe("what a plugin test is given", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
  });
  afterEach(() => test.close());

  const wal = (body: object) =>
    test.engine.testWal({ filename: "p.py", database: "db", input_lp: "cpu usage=1", ...body });

  it("is no network, and the real clock, unless it asks for them", async () => {
    await wal({});
    await wal({ allow_network: true, now: "2030-01-31T00:00:00.000000001+01:00" });
    const [plain, asking] = test.python.runs;
    assert.deepEqual([plain?.network, plain?.frozenTimeNs], [false, undefined]);
    const nowNs = BigInt(Date.parse("2030-01-30T23:00:00Z")) * 1_000_000n + 1n;
    assert.deepEqual([asking?.network, asking?.frozenTimeNs], [true, nowNs]);
    assert.ok(asking?.kind === "writes");
    assert.equal(asking.batches.frames[0]?.defaultTimeNs, nowNs, "lines without a time");
  });

  it("is the package that came along, where Python sees the plugin directory", async () => {
    const files = { "__init__.py": "i", "a/b.py": "b" };
    await wal({ filename: "pkg/", files });
    await wal({ filename: "/home/me/pkg", files: { ...files, "a/b.py": "c" } });
    const [first, second] = test.python.runs;
    assert.deepEqual(
      [first?.plugin.fileName, first?.plugin.source, first?.plugin.package?.directory],
      ["pkg", "i", "/plugins/pkg"],
    );
    assert.deepEqual(Object.fromEntries(first?.files ?? []), {
      "/plugins/pkg/__init__.py": "i",
      "/plugins/pkg/a/b.py": "b",
    });
    assert.equal(second?.plugin.package?.directory, "/plugins/pkg");
    assert.notEqual(first?.plugin.package?.stamp, second?.plugin.package?.stamp);
    assert.match(
      (await refusal(wal({ files: { ...files, "../p.py": "" } }))).text,
      /^Plugin error: '\.\.\/p\.py' does not lie below the plugin$/,
    );
  });

  it("is a request as HTTP would bring it, and an answer that HTTP could not take is an error", async () => {
    const request = { filename: "p.py", database: "nowhere" };
    test.python.script = async () => ({
      response: { status: 200, headers: [["a", "b"]], body: Uint8Array.of(0xff) },
    });
    const { response, errors } = await test.engine.testRequest({ ...request, body_base64: "AP8=" });
    assert.deepEqual([response, errors], [{ status: 200, headers: [["a", "b"]], body_base64: "/w==" }, []]);
    const [run] = test.python.runs;
    assert.ok(run?.kind === "request");
    assert.deepEqual(run.request, { query: {}, headers: {}, body: Uint8Array.of(0, 0xff) });
    test.python.script = async () => ({ response: { status: 1, headers: [], body: new Uint8Array(0) } });
    assert.match((await test.engine.testRequest(request)).errors[0] ?? "", /status 1, which cannot be sent/);
    const named = await test.engine.testRequest({ ...request, database: "bad name!" });
    assert.deepEqual([named.response, named.errors], [null, ["invalid database bad name!"]]);
  });
});
