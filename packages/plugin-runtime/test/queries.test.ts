import assert from "node:assert/strict";
import type { ColumnBatch } from "@millrace/plugin-runtime";
import { messages, type Plugins, startPlugins } from "./support.ts";

describe("queries of plugins", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  const rowsOf = async (...batches: ColumnBatch[]) => {
    plugins.host.answerQuery = async () => ({ batches });
    return messages(await plugins.body('influxdb3_local.info(influxdb3_local.query("SELECT 1"))'))[0];
  };

  it("carry database, text and parameters", async () => {
    plugins.host.answerQuery = async () => ({ batches: [] });
    plugins.host.queries.length = 0;
    const outcome = await plugins.body(`
influxdb3_local.info(influxdb3_local.query("SELECT $a", {"a": "é'1"}))
influxdb3_local.query("SELECT 2", args=None, database="other")`);
    assert.deepEqual(messages(outcome), ["[]"]);
    assert.deepEqual(
      plugins.host.queries.map(({ database, sql, params }) => ({ database, sql, params })),
      [
        { database: "db", sql: "SELECT $a", params: { a: "é'1" } },
        { database: "other", sql: "SELECT 2", params: {} },
      ],
    );
    const queries = outcome.events.filter((event) => event.kind === "query");
    assert.deepEqual(
      queries.map(({ sql, line, rows }) => [sql, line, rows]),
      [
        ["SELECT $a", 3, 0],
        ["SELECT 2", 4, 0],
      ],
    );
  });

  it("give exact integers, floats, booleans, text and times, in column order", async () => {
    const rows = await rowsOf({
      rowCount: 2,
      columns: [
        { name: "time", type: "timestamp_ns", values: new BigInt64Array([1_700_000_000_123_456_789n, -1n]) },
        { name: "i", type: "int64", values: new BigInt64Array([-(2n ** 63n), 2n ** 53n + 1n]) },
        { name: "u", type: "uint64", values: new BigUint64Array([2n ** 64n - 1n, 0n]) },
        { name: "f", type: "float64", values: new Float64Array([0.1, -0]) },
        { name: "b", type: "bool", values: new Uint8Array([1, 0]) },
        {
          name: "s",
          type: "utf8",
          offsets: new Int32Array([0, 3, 3]),
          bytes: new TextEncoder().encode("éx"),
        },
        { name: "d", type: "dictionary", values: new Int32Array([1, 0]), dictionary: ["eins", "zwei"] },
      ],
    });
    assert.equal(
      rows,
      "[{'time': 1700000000123456789, 'i': -9223372036854775808, 'u': 18446744073709551615, 'f': 0.1, 'b': True, 's': 'éx', 'd': 'zwei'}, " +
        "{'time': -1, 'i': 9007199254740993, 'u': 0, 'f': -0.0, 'b': False, 's': '', 'd': 'eins'}]",
    );
  });

  it("give None for nulls, join batches, and let the last of two equal names win", async () => {
    const column = (values: bigint[], validity?: number) => ({
      name: "a",
      type: "int64" as const,
      values: new BigInt64Array(values),
      ...(validity === undefined ? {} : { validity: new Uint8Array([validity]) }),
    });
    assert.equal(
      await rowsOf(
        { rowCount: 2, columns: [column([1n, 2n], 0b10)] },
        { rowCount: 0, columns: [column([])] },
        { rowCount: 1, columns: [column([3n]), column([4n])] },
      ),
      "[{'a': None}, {'a': 2}, {'a': 4}]",
    );
  });

  it("refuse types that plugins cannot get, unless all values are null", async () => {
    const column = { name: "x", type: "unsupported" as const, typeName: "Date32" };
    assert.equal(
      await rowsOf({ rowCount: 1, columns: [{ ...column, validity: new Uint8Array([0]) }] }),
      "[{'x': None}]",
    );
    await assert.rejects(
      rowsOf({ rowCount: 1, columns: [column] }),
      /^Error: ValueError: Unsupported data type: Date32$/,
    );
  });

  it("give real dicts and lists that plugins may change", async () => {
    plugins.host.answerQuery = async () => ({
      batches: [
        { rowCount: 3, columns: [{ name: "a", type: "int64", values: new BigInt64Array([3n, 1n, 2n]) }] },
      ],
    });
    const source = `
rows = influxdb3_local.query("q")
rows.sort(key=lambda row: row["a"])
rows[0]["b"] = rows.pop()["a"]
influxdb3_local.info(type(rows) is list, type(rows[0]) is dict, type(rows[0]["a"]) is int, rows)`;
    assert.deepEqual(messages(await plugins.body(source)), ["True True True [{'a': 1, 'b': 3}, {'a': 2}]"]);
  });

  it("raise QueryError with the answerer's text, also when it fails", async () => {
    const source = `
try:
    influxdb3_local.query("SELECT nonsense")
except Exception as error:
    influxdb3_local.info(type(error).__name__, error)`;
    const text = "error: error while planning query: no executing query on db: SELECT nonsense";
    plugins.host.answerQuery = async () => ({ error: text });
    assert.deepEqual(messages(await plugins.body(source)), [`QueryError ${text}`]);
    plugins.host.answerQuery = () => Promise.reject(new Error("the query worker is gone"));
    assert.deepEqual(messages(await plugins.body(source)), ["QueryError the query worker is gone"]);
  });

  it("refuse arguments that are no text", async () => {
    const failures: [string, string][] = [
      ["1", "argument 'query': 'int' object cannot be converted to 'PyString'"],
      ['"q", {"a": 1}', "argument 'args': 'int' object cannot be converted to 'PyString'"],
      ['"q", {1: "a"}', "argument 'args': 'int' object cannot be converted to 'PyString'"],
      ['"q", ["a"]', "argument 'args': 'list' object cannot be converted to 'PyDict'"],
      ['"q", database=3', "argument 'database': 'int' object cannot be converted to 'PyString'"],
    ];
    for (const [args, text] of failures) {
      const outcome = await plugins.run(`def process_writes(api, batches, args):\n    api.query(${args})`);
      assert.equal(outcome.error?.text, `TypeError: ${text}`);
    }
  });

  it("that are never answered end with the run's time limit, and the next one is answered", async () => {
    plugins.host.answerQuery = () => new Promise(() => {});
    const hanging = await plugins.run("def process_writes(api, batches, args):\n    api.query('q')", {
      limits: { timeoutMs: 100, graceMs: 2000 },
    });
    assert.equal(hanging.error?.kind, "timeout");
    assert.equal(plugins.interpreter.generation, 1);
    assert.equal(await rowsOf({ rowCount: 0, columns: [] }), "[]");
  });
});
