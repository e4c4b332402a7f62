import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { brief, DATABASES, endContracted, MALFORMED, startContracted, TOKENS } from "./support/contract.ts";
import { query, type Session, send, sendJson } from "./support/http.ts";
import { snapshotAlways } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

/** What goes in comes out. As docs/reference/http-api.md states it. */
describe("the HTTP contract: writes and queries", function () {
  this.timeout(60_000);
  writesAndQueries([]);
});

describe("the HTTP contract: writes and queries that meet data files", function () {
  this.timeout(120_000);
  writesAndQueries(snapshotAlways);
});

function writesAndQueries(args: string[]): void {
  let server: TestServer;
  let session: Session;

  before(async () => {
    ({ server, session } = await startContracted({ args }));
  });
  after(() => endContracted(server));

  const get = (target: string, headers: Record<string, string> = {}) =>
    send(session, "GET", target, undefined, headers);
  const sql = (db: string, q: string, format: string) =>
    get(`/api/v3/query_sql?db=${db}&format=${format}&q=${encodeURIComponent(q)}`);
  const write = (target: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(session, "POST", target, body, headers);

  describe("writes", () => {
    it("by any of the three routes, compressed or not, in every precision, name the same instant", async () => {
      const seconds = 1_700_000_000;
      const routes = {
        v3: (precision: string) => `/api/v3/write_lp?db=writes&precision=${precision}`,
        v2: (precision: string) => `/api/v2/write?bucket=writes&precision=${precision}`,
        v1: (precision: string) => `/write?db=writes&precision=${precision}`,
      };
      let rows = 0;
      for (const [route, target] of Object.entries(routes)) {
        for (const [precision, digits] of [
          ["s", ""],
          ["ms", "000"],
          ["us", "000000"],
          ["ns", "000000000"],
        ] as const) {
          const spellings = route === "v3" ? [precision, "auto"] : [precision];
          for (const spelling of spellings) {
            const line = gzipSync(`m,row=${rows++} v=1i ${seconds}${digits}`);
            const answer = await write(target(spelling), line, { "content-encoding": "gzip" });
            assert.deepEqual(brief(answer), [204, ""], target(spelling));
          }
        }
      }
      const found = await query(session, "writes", "SELECT time, count(*) AS n FROM m GROUP BY time");
      assert.deepEqual(found, [{ time: "2023-11-14T22:13:20", n: rows }]);
    });
    it("that are partly bad keep the good lines", async () => {
      const answer = await write("/api/v3/write_lp?db=partial", "cpu,host=a val=1i 123\ncpu,host=a val= 123");
      assert.deepEqual(brief(answer), [
        400,
        '{"error":"partial write of line protocol occurred","data":[{"error_message":"No fields were provided","line_number":2,"original_line":"cpu,host=a val= 123"}]}',
      ]);
      assert.equal((await sql("partial", "SELECT val FROM cpu", "json")).text, '[{"val":1}]');
    });
    it("that are all or nothing keep nothing", async () => {
      for (const target of [
        "/api/v3/write_lp?db=none&accept_partial=false",
        "/api/v2/write?bucket=none&accept_partial=true",
        "/write?db=none",
      ]) {
        const answer = await write(
          target,
          "# note\n\ncpu,host=a val=1i 123\ncpu,host=averylongname,b=c val= 123",
        );
        assert.equal(answer.status, 400);
        const line =
          '{"error_message":"No fields were provided","line_number":2,"original_line":"cpu,host=averylongna"}';
        const expected = target.startsWith("/api/v2")
          ? '{"code":"invalid","message":"write buffer error: line protocol parsing error: No fields were provided"}'
          : `{"error":"line protocol parsing error","data":${line}}`;
        assert.equal(answer.text, expected);
      }
      assert.equal((await sql("none", "SELECT * FROM cpu", "json")).status === 200, false);
    });
    it("without a line are refused", async () => {
      for (const body of ["", "\n\n", "# only a comment"]) {
        assert.deepEqual(brief(await write("/api/v3/write_lp?db=d", body)), [
          400,
          "incoming write was empty",
        ]);
        assert.deepEqual(brief(await write("/api/v2/write?bucket=d", body)), [
          400,
          '{"code":"invalid","message":"write buffer error: incoming write was empty"}',
        ]);
      }
    });
    it("answered before they are durable are there all the same", async () => {
      assert.deepEqual(brief(await write("/api/v3/write_lp?db=fast&no_sync=true", "cpu v=1")), [204, ""]);
      await waitFor(
        "the write to be readable",
        async () => (await sql("fast", "SELECT v FROM cpu", "json")).text === '[{"v":1.0}]',
      );
    });
  });

  describe("queries", () => {
    before(async () => {
      const lines = [
        'cpu,host=s1,region=us\\ east usage=0.9,n=9007199254740993i,ok=true,text="a,\\"b" 123',
        "cpu,host=s2 usage=99 1700000000000000000",
      ];
      assert.equal((await write("/api/v3/write_lp?db=q&precision=ns", lines.join("\n"))).status, 204);
    });
    const all = "SELECT * FROM cpu ORDER BY time";
    const formats: [format: string, type: string, body: string][] = [
      [
        "json",
        "application/json",
        '[{"host":"s1","n":9007199254740993,"ok":true,"region":"us east","text":"a,\\"b","time":"1970-01-01T00:00:00.000000123","usage":0.9},{"host":"s2","time":"2023-11-14T22:13:20","usage":99.0}]',
      ],
      [
        "jsonl",
        "application/jsonl",
        '{"host":"s1","n":9007199254740993,"ok":true,"region":"us east","text":"a,\\"b","time":"1970-01-01T00:00:00.000000123","usage":0.9}\n{"host":"s2","time":"2023-11-14T22:13:20","usage":99.0}\n',
      ],
      [
        "csv",
        "text/csv",
        'host,n,ok,region,text,time,usage\ns1,9007199254740993,true,us east,"a,""b",1970-01-01T00:00:00.000000123,0.9\ns2,,,,,2023-11-14T22:13:20,99.0\n',
      ],
    ];
    for (const [format, type, body] of formats) {
      it(`answer in ${format}`, async () => {
        const answer = await sql("q", all, format);
        assert.deepEqual([...brief(answer), answer.headers.get("content-type")], [200, body, type]);
        const accepted = await get(`/api/v3/query_sql?db=q&q=${encodeURIComponent(all)}`, { accept: type });
        assert.equal(accepted.text, body);
      });
    }
    it("answer as a table", async () => {
      const answer = await sql("q", "SELECT host, region, usage FROM cpu ORDER BY time", "pretty");
      assert.deepEqual(answer.text.split("\n"), [
        "+------+---------+-------+",
        "| host | region  | usage |",
        "+------+---------+-------+",
        "| s1   | us east | 0.9   |",
        "| s2   |         | 99.0  |",
        "+------+---------+-------+",
      ]);
      assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    });
    it("answer an empty result in every format", async () => {
      const none = "SELECT host FROM cpu WHERE host = 'none'";
      assert.equal((await sql("q", none, "json")).text, "[]");
      assert.equal((await sql("q", none, "jsonl")).text, "");
      for (const format of ["csv", "pretty"]) assert.equal((await sql("q", none, format)).status, 200);
    });
    it("take parameters of every type", async () => {
      const params = { host: "s1", min: 0.5, n: 1, ok: true, none: null };
      const q = "SELECT host FROM cpu WHERE host = $host AND usage > $min AND n > $n AND ok = $ok";
      assert.deepEqual(await query(session, "q", q, params), [{ host: "s1" }]);
    });
    it("take compressed bodies", async () => {
      const body = gzipSync(JSON.stringify({ db: "q", q: "SELECT 1 AS one" }));
      const answer = await write("/api/v3/query_sql", body, { "content-encoding": "gzip" });
      assert.deepEqual(brief(answer), [200, '[{"one":1}]']);
    });
    it("fail with the status that says whose fault it is", async () => {
      const planning = "error while planning query: ";
      const cases: [db: string, q: string, status: number, text: string | RegExp][] = [
        ["nowhere", "SELECT 1", 404, '{"error":"query error: database not found: nowhere"}'],
        ["f%C3%B6%C3%B6", "SELECT 1", 400, /^\{"error":"invalid character in database or rp name/],
        ["", "SELECT 1", 400, '{"error":"db name cannot be empty"}'],
        [
          "q",
          "SELECT * FROM nope",
          400,
          `${planning}Error during planning: table 'public.iox.nope' not found`,
        ],
        ["q", "SELECT nope FROM cpu", 400, /^error while planning query: Schema error: No field named nope/],
        ["q", "SELEC 1", 400, /^error while planning query: SQL error: ParserError\("/],
        ["q", "SELECT 1; SELECT 2", 400, /The context currently only supports a single SQL statement/],
        ["q", "DROP TABLE cpu", 400, /DDL not supported/],
        ["q", "SELECT $x", 400, /No value found for placeholder with name \$x/],
        ["q", "SELECT n / 0 FROM cpu", 500, /Divide by zero error/],
      ];
      for (const [db, q, status, text] of cases) {
        for (const format of ["json", "csv", "pretty"]) {
          const answer = await sql(db, q, format);
          assert.equal(answer.status, status, `${q}: ${answer.text}`);
          if (typeof text === "string") assert.equal(answer.text, text);
          else assert.match(answer.text, text);
          assert.doesNotMatch(answer.headers.get("content-type") ?? "", /text/);
        }
      }
    });
  });
}

describe("the HTTP contract, with the original's limits and without authentication", function () {
  this.timeout(60_000);
  let server: TestServer;
  let session: Session;
  before(async () => {
    server = await startServer({ withoutAuth: true, args: ["--limits", "core"] });
    session = { url: server.url };
  });
  after(async () => {
    await server?.kill();
  });
  const write = (target: string, body: string) => send(session, "POST", target, body);

  it("any token is good, but a malformed header is not", async () => {
    assert.equal((await send({ ...session, token: "anything" }, "GET", "/ping")).status, 200);
    const malformed = await send(session, "GET", "/ping", undefined, { authorization: "Bearer" });
    assert.deepEqual(brief(malformed), [400, MALFORMED]);
    const token = await send(session, "POST", `${TOKENS}/admin`);
    assert.deepEqual(brief(token), [405, "endpoint disabled, started without auth"]);
  });

  it("the 501st column is refused line by line", async () => {
    const fields = Array.from({ length: 500 }, (_, i) => `f${i}=1`).join(",");
    assert.equal((await write("/api/v3/write_lp?db=wide", `wide ${fields}`)).status, 204);
    const reason = "Update to schema would exceed number of columns per table limit of 500 columns";
    const data = { error_message: reason, line_number: 2, original_line: "wide more=1" };
    assert.deepEqual(brief(await write("/api/v3/write_lp?db=wide", "wide f0=2 1\nwide more=1")), [
      422,
      JSON.stringify({ error: "partial write of line protocol occurred", data: [data] }),
    ]);
    const v2 = await write("/api/v2/write?bucket=wide", "wide f0=2 1\nwide more=1");
    assert.equal(v2.status, 400);
    assert.deepEqual(JSON.parse(v2.text), {
      code: "invalid",
      message: `write buffer error: line protocol parsing error: ${reason}`,
    });
  });

  it("so is the sixth database, by every way to make one, until another is deleted", async () => {
    for (let i = 2; i <= 5; i++)
      assert.equal((await write(`/api/v3/write_lp?db=db${i}`, "x y=1")).status, 204);
    const error = "Adding a new database would exceed limit of 5 databases";
    const json = JSON.stringify({ error });
    assert.deepEqual(brief(await write("/api/v3/write_lp?db=db6", "x y=1")), [422, json]);
    assert.deepEqual(brief(await write("/write?db=db6", "x y=1")), [422, json]);
    assert.deepEqual(brief(await write("/api/v2/write?bucket=db6", "x y=1")), [
      400,
      JSON.stringify({ code: "invalid", message: `write buffer error: ${error}` }),
    ]);
    assert.deepEqual(brief(await sendJson(session, "POST", DATABASES, { db: "db6" })), [422, json]);
    assert.equal((await send(session, "DELETE", `${DATABASES}?db=db5`)).status, 200);
    assert.equal((await write("/api/v3/write_lp?db=db6", "x y=1")).status, 204);
  });
});
