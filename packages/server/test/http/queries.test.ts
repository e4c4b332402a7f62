import assert from "node:assert/strict";
import { ServerError } from "#src/foundation/index.js";
import { answerOf, HttpRig } from "./rig.ts";

describe("the query route", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());
  beforeEach(() => {
    rig.sql = async () => answerOf("[]");
  });
  afterEach(() => assert.deepEqual(rig.defects, []));

  const get = async (query: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${rig.url}/api/v3/query_sql${query}`, { headers });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const post = async (body: string, query = "") => {
    const answer = await fetch(`${rig.url}/api/v3/query_sql${query}`, { method: "POST", body });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const asked = () => {
    const { database, sql, params, format } = rig.queries.at(-1)!;
    return { database, sql, params, format };
  };

  it("reads a URL", async () => {
    const params = encodeURIComponent(
      '{"a":1,"b":1.5,"c":"x","d":null,"e":true,"f":18446744073709551615,"g":1.0}',
    );
    const { status, headers } = await get(`?db=d&q=SELECT+%24a%3B&format=csv&params=${params}&other=1`);
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "application/json");
    assert.deepEqual(asked(), {
      database: "d",
      sql: "SELECT $a;",
      params: { a: 1n, b: 1.5, c: "x", d: null, e: true, f: 18446744073709551615n, g: 1 },
      format: "csv",
    });
  });
  it("reads a JSON body, and then nothing of the URL", async () => {
    const body = '{"db":"d","q":"SELECT 1","format":null,"params":{"a":-9223372036854775808},"more":{}}';
    assert.equal((await post(body, "?db=other&format=csv")).status, 200);
    assert.deepEqual(asked(), {
      database: "d",
      sql: "SELECT 1",
      params: { a: -9223372036854775808n },
      format: "json",
    });
    assert.equal((await post('{"db":"d","q":"SELECT 1","params":null}')).status, 200);
  });

  it("names what is missing or wrong", async () => {
    const formats = "`json`, `jsonl`, `json_lines`, `csv`, `pretty`, `parquet`";
    const urls: [string, string][] = [
      ["", "missing query parameters 'db' and 'q'"],
      ["?db=d", "serde error: missing field `q`"],
      ["?q=x", "serde error: missing field `db`"],
      ["?db=d&q=x&format=xml", `serde error: unknown variant \`xml\`, expected one of ${formats}`],
    ];
    for (const [query, text] of urls) {
      const answer = await get(query);
      assert.deepEqual([answer.status, answer.text], [400, text], query);
      assert.equal(answer.headers.get("content-type"), null);
    }
    for (const params of ["x", "[1]", '{"a":[1]}', '{"a":{}}', "1"]) {
      const answer = await get(`?db=d&q=x&params=${encodeURIComponent(params)}`);
      assert.equal(answer.status, 400, params);
      assert.match(answer.text, /^serde error: ./);
    }
    const bodies: [string, RegExp][] = [
      ["", /^serde json error: EOF while parsing a value at line 1 column 0$/],
      ["{}", /^serde json error: missing field `db` at line 1 column 2$/],
      ['{"db":"d"}', /^serde json error: missing field `q` at line 1 column 10$/],
      [
        '{"db":1,"q":"x"}',
        /^serde json error: invalid type: integer `1`, expected a string at line 1 column 7$/,
      ],
      ['{"db":"d","q":"x","format":"xml"}', /^serde json error: unknown variant `xml`, expected one of /],
      ['{"db":"d","q":"x","params":{"a":[]}}', /^serde json error: ./],
      ['{"db":"d","q":"x","params":[]}', /^serde json error: ./],
    ];
    for (const [body, text] of bodies) {
      const answer = await post(body);
      assert.equal(answer.status, 400, body);
      assert.match(answer.text, text);
    }
  });

  describe("chooses a format", () => {
    const accepted: [accept: string, format: string][] = [
      ["application/json", "json"],
      ["*/*", "json"],
      ["text/html,application/xhtml+xml,application/xml;q=0.9", "json"],
      ["application/x, */*;q=0.1", "json"],
      ["text/csv", "csv"],
      ["text/plain", "pretty"],
      ["application/jsonl", "jsonl"],
    ];
    for (const [accept, format] of accepted) {
      it(`${format} for Accept: ${accept}`, async () => {
        assert.equal((await get("?db=d&q=x", { accept })).status, 200);
        assert.equal(asked().format, format);
      });
    }
    for (const accept of [
      "application/msgpack",
      "text/csv; charset=utf-8",
      "TEXT/CSV",
      "text/plain, text/csv",
    ]) {
      it(`none for Accept: ${accept}`, async () => {
        const answer = await get("?db=d&q=x", { accept });
        assert.deepEqual([answer.status, answer.text], [400, `invalid mime type (${accept})`]);
      });
    }
    it("by the parameter, whatever Accept says", async () => {
      for (const [name, format] of [
        ["json", "json"],
        ["jsonl", "jsonl"],
        ["json_lines", "jsonl"],
        ["csv", "csv"],
        ["pretty", "pretty"],
      ]) {
        for (const accept of ["text/csv", "application/msgpack"]) {
          assert.equal((await get(`?db=d&q=x&format=${name}`, { accept })).status, 200);
          assert.equal(asked().format, format);
        }
      }
    });
    it("and says which it cannot write", async () => {
      for (const answer of [
        await get("?db=d&q=x&format=parquet"),
        await get("?db=d&q=x", { accept: "application/vnd.apache.parquet" }),
      ]) {
        assert.equal(answer.status, 400);
        assert.match(answer.text, /'parquet' is not supported/);
      }
    });
  });

  describe("fails", () => {
    it("with the status and style of the error", async () => {
      const cases: [ServerError, number, string, string | null][] = [
        [
          new ServerError("query_database_not_found", { name: "foo" }),
          404,
          '{"error":"query error: database not found: foo"}',
          "application/json",
        ],
        [new ServerError("query_plan_error", { detail: "why" }), 400, "why", null],
        [
          new ServerError("query_not_implemented", { detail: "x" }),
          405,
          "This feature is not implemented: x",
          null,
        ],
        [new ServerError("query_execution_error", { detail: "why" }), 500, "why", null],
      ];
      for (const [error, status, text, type] of cases) {
        rig.sql = () => Promise.reject(error);
        const answer = await get("?db=d&q=x");
        assert.deepEqual(
          [answer.status, answer.text, answer.headers.get("content-type")],
          [status, text, type],
        );
      }
    });
    it("before the first byte as an error of its own, without the type of the result", async () => {
      rig.sql = async () => answerOf(new ServerError("query_execution_error", { detail: "late" }));
      const answer = await get("?db=d&q=x");
      assert.deepEqual([answer.status, answer.text, answer.headers.get("content-type")], [500, "late", null]);
    });
    it("after it by cutting the connection", async () => {
      rig.sql = async () => answerOf("[{}", new ServerError("query_execution_error", { detail: "late" }));
      await assert.rejects(get("?db=d&q=x"), TypeError);
    });
  });

  it("sends only as fast as the client reads, without piling up listeners", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const chunk = "x".repeat(200_000);
    let produced = 0;
    rig.sql = async () => ({
      contentType: "application/json",
      chunks: (async function* () {
        for (; produced < 100; produced++) yield Buffer.from(chunk);
      })(),
    });
    const answer = await fetch(`${rig.url}/api/v3/query_sql?db=d&q=x`);
    const reader = answer.body!.getReader();
    await reader.read();
    let sizeBytes = 0;
    assert.ok(produced < 100, "everything was sent to a client that reads nothing");
    for (let part = await reader.read(); !part.done; part = await reader.read())
      sizeBytes += part.value.length;
    assert.ok(sizeBytes > 99 * chunk.length);
    process.off("warning", onWarning);
    assert.deepEqual(warnings, []);
  });

  it("is told when the client has gone, while it plans and while it sends", async () => {
    for (const moment of ["planning", "sending"]) {
      const aborted = new Promise<void>((resolve) => {
        rig.sql = async ({ signal }) => {
          signal!.addEventListener("abort", () => resolve());
          const forever = new Promise<void>((end) => signal!.addEventListener("abort", () => end()));
          if (moment === "planning")
            await forever.then(() => Promise.reject(new ServerError("query_cancelled")));
          const chunks = async function* () {
            yield Buffer.from("[");
            await forever;
            throw new ServerError("query_cancelled");
          };
          return { contentType: "application/json", chunks: chunks() };
        };
      });
      const before = rig.queries.length;
      const connection = rig.open().send("GET /api/v3/query_sql?db=d&q=x HTTP/1.1\r\n\r\n");
      while (rig.queries.length === before) await new Promise((resolve) => setImmediate(resolve));
      connection.socket.destroy();
      await aborted;
    }
  });
});
