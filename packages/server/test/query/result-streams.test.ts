import assert from "node:assert/strict";
import type { LoggedQuery } from "#src/query/index.js";
import { ServiceRig } from "./service-rig.ts";

const ENDLESS = "SELECT count(*) FROM big a CROSS JOIN big b CROSS JOIN big c WHERE a.f + b.f + c.f = -1.5";
const ROWS = 60_000;

/** A condition instead of a delay: the worker reports when it does. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

async function openRig(limits = {}): Promise<ServiceRig> {
  const rig = await ServiceRig.open({ limits });
  const write = await rig.table(
    "db",
    "big",
    ["host"],
    [
      { name: "f", type: "float64" },
      { name: "text", type: "utf8" },
    ],
  );
  write(
    Array.from({ length: ROWS }, (_, i) => ({
      tags: { host: `host-${i % 50}` },
      time: BigInt(i) * 1_000_000_000n,
      fields: { f: i, text: `row number ${i} with some more text to fill the chunks`.repeat(2) },
    })),
  );
  return rig;
}

function lastQuery(rig: ServiceRig): LoggedQuery | undefined {
  return rig.queryLog.ofDatabase(rig.catalog.database("db")!.id).at(-1);
}

describe("query service: streams", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await openRig();
  });
  after(() => rig.close());

  it("waits for a slow reader, then delivers every row in order", async () => {
    const stream = await rig.service.sql({
      database: "db",
      sql: "SELECT f, text FROM big",
      params: {},
      format: "jsonl",
    });
    const reader = stream.chunks[Symbol.asyncIterator]();
    const first = await reader.next();
    // A query that runs beside it ends, and the slow one is still held back by its reader.
    assert.deepEqual(await rig.rows("SELECT count(*) AS n FROM big"), [{ n: ROWS }]);
    const slow = rig.queryLog
      .ofDatabase(rig.catalog.database("db")!.id)
      .find((query) => query.text.includes("text"));
    assert.equal(slow?.end, undefined);
    const chunks: Uint8Array[] = [first.value!];
    for (let next = await reader.next(); !next.done; next = await reader.next()) chunks.push(next.value);
    const lines = Buffer.concat(chunks).toString().trimEnd().split("\n");
    assert.equal(lines.length, ROWS);
    lines.forEach((line, i) => {
      assert.equal((JSON.parse(line) as { f: number }).f, i);
    });
    assert.ok(chunks.length > 8);
    await until(() => slow?.end !== undefined);
    assert.equal(slow?.phase, "success");
  });

  it("ends a query whose reader leaves early", async () => {
    const stream = await rig.service.sql({
      database: "db",
      sql: "SELECT * FROM big",
      params: {},
      format: "csv",
    });
    for await (const chunk of stream.chunks) {
      assert.ok(chunk.length > 0);
      break;
    }
    await until(() => lastQuery(rig)?.end !== undefined);
    assert.equal(lastQuery(rig)?.phase, "cancel");
  });

  it("stops the engine when the client goes away", async () => {
    const abort = new AbortController();
    const answer = rig.text(ENDLESS, { signal: abort.signal });
    await until(() => lastQuery(rig)?.text === ENDLESS);
    abort.abort();
    await assert.rejects(answer, { code: "query_cancelled" });
    assert.deepEqual(await rig.rows("SELECT count(*) AS n FROM big"), [{ n: ROWS }]);
  });

  it("a result that fails on the way breaks its stream", async () => {
    const sql = "SELECT text, CASE WHEN f < 59000 THEN 1 ELSE CAST(text AS BIGINT) END AS x FROM big";
    await assert.rejects(rig.text(sql, { format: "csv" }), { code: "query_execution_error" });
  });

  it("draws a large table in pieces", async () => {
    const text = await rig.text("SELECT f, host FROM big", { format: "pretty" });
    const lines = text.split("\n");
    assert.equal(lines.length, ROWS + 4);
    assert.equal(lines[3], "| 0.0     | host-0  |");
    assert.equal(lines[ROWS + 2], "| 59999.0 | host-49 |");
  });
});

describe("query service: limits", () => {
  it("a query that takes too long is stopped", async () => {
    const rig = await openRig({ timeoutMs: 300 });
    await assert.rejects(rig.text(ENDLESS), { code: "query_timeout" });
    await rig.close();
  });

  it("a reader that takes nothing is given up", async () => {
    const rig = await openRig({ stallTimeoutMs: 50 });
    const stream = await rig.service.sql({
      database: "db",
      sql: "SELECT * FROM big",
      params: {},
      format: "json",
    });
    await until(() => lastQuery(rig)?.end !== undefined);
    await assert.rejects(
      async () => {
        for await (const chunk of stream.chunks) assert.ok(chunk.length > 0);
      },
      { code: "query_cancelled" },
    );
    await rig.close();
  });

  it("too many open queries are refused, and the next one after them is served", async () => {
    const rig = await openRig({ mostOpenQueries: 3 });
    const abort = new AbortController();
    const answers = Array.from({ length: 3 }, () =>
      assert.rejects(rig.text(ENDLESS, { signal: abort.signal }), { code: "query_cancelled" }),
    );
    await assert.rejects(rig.text("SELECT 1"), { status: 429 });
    abort.abort();
    await Promise.all(answers);
    assert.equal(await rig.text("SELECT 1 AS one"), '[{"one":1}]');
    await rig.close();
  });

  it("closing interrupts what runs and refuses what comes", async () => {
    const rig = await openRig();
    const running = rig.text(ENDLESS);
    const outcome = assert.rejects(running, { code: "query_cancelled" });
    await until(() => lastQuery(rig)?.text === ENDLESS);
    await rig.close();
    await outcome;
    await assert.rejects(rig.text("SELECT 1"), { status: 500 });
  });
});
