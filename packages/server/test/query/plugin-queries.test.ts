import assert from "node:assert/strict";
import { once } from "node:events";
import { inspect } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";
import type { ColumnBatch, QueryReply, QueryRequest } from "@millrace/plugin-runtime";
import { ControlWords } from "@millrace/python-vm";
import { ServiceRig } from "./service-rig.ts";

/** Runs queries from a thread that sleeps while it waits; the main thread only passes the line on. */
async function askFromThread(
  rig: ServiceRig,
  requests: readonly Partial<QueryRequest>[],
): Promise<QueryReply[]> {
  const line = new MessageChannel();
  const results = new MessageChannel();
  const { buffer: control } = new ControlWords();
  const full = requests.map((request) => ({
    op: "query",
    database: "db",
    params: {},
    timeoutMs: 10_000,
    ...request,
  }));
  const worker = new Worker(new URL("./plugin-thread.mjs", import.meta.url), {
    workerData: { port: line.port1, control, results: results.port2, requests: full },
    transferList: [line.port1, results.port2],
  });
  const replies: QueryReply[] = [];
  const answered = new Promise<void>((resolve) => {
    results.port1.on("message", (reply: QueryReply) => {
      replies.push(reply);
      if (replies.length === requests.length) resolve();
    });
  });
  rig.service.connectPlugin({ port: line.port2, control });
  await Promise.all([once(worker, "exit"), answered]);
  results.port1.close();
  return replies;
}

function batches(reply: QueryReply | undefined): readonly ColumnBatch[] {
  assert.ok(reply !== undefined && "batches" in reply, inspect(reply));
  return reply.batches;
}

describe("query service: plugins ask from their own threads", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open();
    const write = await rig.table(
      "db",
      "t",
      ["tag"],
      [
        { name: "f", type: "float64" },
        { name: "i", type: "int64" },
        { name: "u", type: "uint64" },
        { name: "b", type: "bool" },
        { name: "s", type: "utf8" },
      ],
    );
    write([
      {
        tags: { tag: "first" },
        time: 7n,
        fields: { f: 1.5, i: -(2n ** 63n), u: 2n ** 64n - 1n, b: 1n, s: "ünïcode text" },
      },
      { tags: {}, time: 8n, fields: { f: 2.5 } },
    ]);
  });
  after(() => rig.close());

  it("get exact columns of every type", async () => {
    const [reply] = await askFromThread(rig, [{ sql: "SELECT * FROM t ORDER BY time" }]);
    const [batch] = batches(reply);
    assert.equal(batch!.rowCount, 2);
    const byName = new Map(batch!.columns.map((column) => [column.name, column]));
    assert.deepEqual([...byName.keys()], ["b", "f", "i", "s", "tag", "time", "u"]);
    const values = (name: string) => {
      const column = byName.get(name)!;
      return "values" in column ? [column.type, column.values[0]] : column;
    };
    assert.deepEqual(values("b"), ["bool", 1]);
    assert.deepEqual(values("f"), ["float64", 1.5]);
    assert.deepEqual(values("i"), ["int64", -(2n ** 63n)]);
    assert.deepEqual(values("u"), ["uint64", 2n ** 64n - 1n]);
    assert.deepEqual(values("time"), ["timestamp_ns", 7n]);
    const text = byName.get("s")!;
    assert.ok(text.type === "utf8");
    assert.equal(
      Buffer.from(text.bytes.subarray(text.offsets[0], text.offsets[1])).toString(),
      "ünïcode text",
    );
    assert.equal(text.validity![0]! & 3, 1);
    assert.equal(byName.get("f")!.validity, undefined);
  });

  it("pass parameters as text that takes the type of its place", async () => {
    const sql = "SELECT f FROM t WHERE time >= $start AND tag = $tag";
    const params = { start: "1970-01-01T00:00:00.000000007Z", tag: "first", unused: "x" };
    const [reply] = await askFromThread(rig, [{ sql, params }]);
    const [batch] = batches(reply);
    assert.equal(batch?.rowCount, 1);
  });

  it("get no batches for no rows", async () => {
    const [reply] = await askFromThread(rig, [{ sql: "SELECT * FROM t WHERE f > 100" }]);
    assert.deepEqual(batches(reply), []);
  });

  it("learn which types they cannot have", async () => {
    const [dates, nulls] = await askFromThread(rig, [
      { sql: "SELECT CAST('2024-01-01' AS DATE) AS d, 1::INT AS i" },
      { sql: "SELECT CAST(NULL AS DATE) AS d" },
    ]);
    const [batch] = batches(dates);
    assert.deepEqual(
      batch!.columns.map((column) => column.type === "unsupported" && column.typeName),
      ["Date32", "Int32"],
    );
    const [empty] = batches(nulls);
    assert.deepEqual([...empty!.columns[0]!.validity!], [0]);
  });

  it("are told what is wrong in the original's words", async () => {
    const errors = await askFromThread(rig, [
      { sql: "SELECT foo FROM not_here" },
      { sql: "SELECT 1", database: "x" },
      { sql: "SELECT 1", database: "bad db" },
      { sql: "SELECT 1", database: "" },
      { sql: "SELECT count(*) FROM t a, t b, t c WHERE 1 / (a.i - a.i) = 0" },
    ]);
    const texts = errors.map((reply) => ("error" in reply ? reply.error : ""));
    assert.equal(
      texts[0],
      "error: error while planning query: Error during planning: table 'public.iox.not_here' not found executing query on db: SELECT foo FROM not_here",
    );
    assert.equal(texts[1], "error: database not found: x executing query on x: SELECT 1");
    assert.equal(
      texts[2],
      "invalid database name provided: database name 'bad db' contains invalid character, character number 3 is not allowed",
    );
    assert.equal(
      texts[3],
      "invalid database name provided: database name  length must be between 1 and 511 characters",
    );
    assert.match(texts[4]!, /^error: .*Divide by zero error executing query on db: /);
  });

  it("see what was written before they asked, while the main thread is busy", async () => {
    const write = await rig.table("db", "late", [], [{ name: "f", type: "float64" }]);
    write([{ tags: {}, time: 1n, fields: { f: 1 } }]);
    const [reply] = await askFromThread(rig, [{ sql: "SELECT count(*) AS n FROM late" }]);
    const [batch] = batches(reply);
    const [column] = batch!.columns;
    assert.ok(column?.type === "int64");
    assert.equal(column.values[0], 1n);
  });

  it("a query stops when its interpreter is gone", async () => {
    const endless = "SELECT count(*) FROM many a, many b, many c, many d WHERE a.f + b.f + c.f + d.f = -1.5";
    await rig.write("db", Array.from({ length: 2000 }, (_, i) => `many f=${i} ${i}`).join("\n"));
    const line = new MessageChannel();
    const { buffer: control } = new ControlWords();
    rig.service.connectPlugin({ port: line.port2, control });
    const request: QueryRequest = {
      op: "query",
      database: "db",
      sql: endless,
      params: {},
      timeoutMs: 60_000,
    };
    line.port1.postMessage({ id: 1, request });
    const asked = () =>
      rig.queryLog.ofDatabase(rig.catalog.database("db")!.id).find((q) => q.text === endless);
    while (asked()?.phase !== "execution_permit") await new Promise(setImmediate);
    line.port1.close();
    while (asked()?.end === undefined) await new Promise(setImmediate);
    assert.equal(asked()?.phase, "cancel");
  });

  it("many interpreters are served at the same time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        askFromThread(
          rig,
          Array.from({ length: 10 }, () => ({ sql: "SELECT * FROM t" })),
        ),
      ),
    );
    for (const replies of answers) {
      assert.equal(replies.length, 10);
      for (const reply of replies) assert.equal(batches(reply)[0]!.rowCount, 2);
    }
  });
});
