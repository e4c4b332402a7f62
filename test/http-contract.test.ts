import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryDirectory } from "./support/directories.ts";
import { type Answer, query, type Session, send, sendJson } from "./support/http.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const UNAUTHENTICATED = '{"error": "the request was not authenticated"}';
const MALFORMED =
  '{"error": "Authorization header was malformed, the request was not in the form of \'Authorization: <auth-scheme> <token>\', supported auth-schemes are Bearer, Token and Basic"}';

const DATABASES = "/api/v3/configure/database";
const TABLES = "/api/v3/configure/table";
const TRIGGERS = "/api/v3/configure/processing_engine_trigger";
const TOKENS = "/api/v3/configure/token";

interface IssuedToken {
  id: number;
  name: string;
  token: string;
  hash: string;
  created_at: string;
  expiry: string | null;
}

const brief = ({ status, text }: Answer): [number, string] => [status, text];

/** The HTTP face of a whole server, as docs/reference/http-api.md states it. */
describe("the HTTP contract", function () {
  this.timeout(60_000);
  const pluginDir = temporaryDirectory("contract-plugins");
  let server: TestServer;
  let session: Session;
  let operator: IssuedToken;

  before(async () => {
    writeFileSync(
      path.join(pluginDir, "answers.py"),
      [
        "def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):",
        "    kind = query_parameters['kind']",
        "    if kind == 'dict': return {'a': 1, 'é': [True, None]}",
        "    if kind == 'text': return 'hi'",
        "    if kind == 'status': return {'err': 1}, 400",
        "    if kind == 'headers': return 'x', 201, {'content-type': 'text/csv', 'X-A': '1\\n2'}",
        "    if kind == 'bad status': return 'x', 7",
        "    if kind == 'nothing': return None",
        "    raise ValueError('no ' + kind)",
        "",
      ].join("\n"),
    );
    writeFileSync(
      path.join(pluginDir, "writes.py"),
      "def process_writes(local, batches, args=None):\n    local.info(batches[0]['table_name'])\n    local.write(LineBuilder('out').tag('t', 'a').int64_field('v', 1))\n",
    );
    writeFileSync(
      path.join(pluginDir, "schedule.py"),
      "def process_scheduled_call(local, call_time, args=None):\n    local.info(call_time.isoformat())\n",
    );
    server = await startServer({ pluginDir, args: ["--disable-authz", "health"] });
    const created = await send({ url: server.url }, "POST", `${TOKENS}/admin`);
    assert.equal(created.status, 201, created.text);
    operator = JSON.parse(created.text) as IssuedToken;
    session = { url: server.url, token: operator.token };
  });
  after(async () => {
    await server?.kill();
    assert.doesNotMatch(server?.output() ?? "", /request failed/);
  });

  const get = (target: string, headers: Record<string, string> = {}) =>
    send(session, "GET", target, undefined, headers);
  const sql = (db: string, q: string, format: string) =>
    get(`/api/v3/query_sql?db=${db}&format=${format}&q=${encodeURIComponent(q)}`);
  const write = (target: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(session, "POST", target, body, headers);

  describe("credentials", () => {
    const anonymous = (target: string, authorization?: string, method = "GET") =>
      send(
        { url: session.url },
        method,
        target,
        undefined,
        authorization === undefined ? {} : { authorization },
      );
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

    it("are a token under any of the schemes", async () => {
      const { token } = operator;
      for (const header of [
        `Bearer ${token}`,
        `Token ${token}`,
        basic(`:${token}`),
        basic(`me:${token}`),
        `bearer ${token}`,
      ])
        assert.equal((await anonymous("/ping", header)).status, 200, header);
    });
    it("that are malformed are 400", async () => {
      const { token } = operator;
      const headers = [token, "Bearer", `Bearer  ${token}`, `Bearer ${token} x`, `Digest ${token}`];
      headers.push("Basic !!!", basic(token), basic(`a:b:${token}`), "Bearer caf\xe9");
      for (const header of headers)
        assert.deepEqual(brief(await anonymous("/ping", header)), [400, MALFORMED], header);
    });
    it("that are missing or wrong are 401, on every route and in every dialect", async () => {
      const targets: [string, string][] = [
        ["POST", "/api/v3/write_lp?db=d"],
        ["POST", "/api/v2/write?bucket=d"],
        ["POST", "/write?db=d"],
        ["POST", "/write?db=d&p="],
        ["POST", "/write?db=d&p=wrong"],
        ["GET", "/api/v3/query_sql"],
        ["GET", "/api/v3/engine/nope"],
        ["POST", `${TOKENS}/admin/regenerate`],
        ["GET", "/ping"],
        ["GET", "/metrics"],
        ["GET", "/nope"],
      ];
      for (const [method, target] of targets) {
        for (const header of [undefined, "Bearer apiv3_wrong", basic("me:")]) {
          const answer = await anonymous(target, header, method);
          assert.deepEqual(brief(answer), [401, UNAUTHENTICATED], `${method} ${target} ${header}`);
          assert.equal(answer.headers.get("content-type"), null);
        }
      }
    });
    it("in the URL count on 1.x routes only, and go before the header", async () => {
      const { token } = operator;
      const post = async (target: string, header?: string) =>
        (
          await send(
            { url: session.url },
            "POST",
            target,
            "x y=1",
            header === undefined ? {} : { authorization: header },
          )
        ).status;
      assert.equal(await post(`/write?db=by_url&p=${token}&u=me`), 204);
      assert.equal(await post(`/write?db=by_url&p=${token}`, "Bearer wrong"), 204);
      assert.equal(await post("/write?db=by_url&p=wrong", `Bearer ${token}`), 401);
      assert.equal(await post(`/api/v3/write_lp?db=by_url&p=${token}`), 401);
    });
    it("are not asked for where the operator says so", async () => {
      assert.deepEqual(brief(await anonymous("/health")), [200, "OK"]);
      assert.deepEqual(brief(await anonymous("/api/v1/health")), [200, "OK"]);
    });
  });

  describe("tokens", () => {
    const status = async (token: string) => (await send({ url: session.url, token }, "GET", "/ping")).status;
    const named = (body: object) => sendJson(session, "POST", `${TOKENS}/named_admin`, body);

    it("have a form, a hash and a time", () => {
      const { id, name, token, hash, created_at: createdAt, expiry } = operator;
      assert.deepEqual([id, name, expiry], [0, "_admin", null]);
      assert.match(token, /^apiv3_[A-Za-z0-9_-]{86}$/);
      assert.equal(hash, createHash("sha512").update(token).digest("hex"));
      assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(Object.keys(operator), ["id", "name", "token", "hash", "created_at", "expiry"]);
    });
    it("the first is made once, without credentials", async () => {
      const again = await send({ url: session.url }, "POST", `${TOKENS}/admin`);
      assert.deepEqual(brief(again), [409, "token name already exists, _admin"]);
    });
    it("others have names of their own and may expire", async () => {
      const ops = await named({ token_name: "ops" });
      assert.equal(ops.status, 201, ops.text);
      assert.equal(ops.headers.get("content-type"), "application/json");
      const issued = JSON.parse(ops.text) as IssuedToken;
      assert.equal(issued.expiry, null);
      assert.equal(await status(issued.token), 200);
      assert.deepEqual(brief(await named({ token_name: "ops" })), [409, "token name already exists, ops"]);

      const hour = JSON.parse((await named({ token_name: "hour", expiry_secs: 3600 })).text) as IssuedToken;
      assert.equal(Date.parse(hour.expiry!) - Date.parse(hour.created_at), 3_600_000);
      assert.equal(await status(hour.token), 200);
      const gone = JSON.parse((await named({ token_name: "gone", expiry_secs: 0 })).text) as IssuedToken;
      assert.deepEqual(brief(await send({ url: session.url, token: gone.token }, "GET", "/ping")), [
        401,
        UNAUTHENTICATED,
      ]);

      const removed = await send(session, "DELETE", `${TOKENS}?token_name=ops`);
      assert.deepEqual(brief(removed), [200, ""]);
      assert.equal(await status(issued.token), 401);
      assert.equal((await send(session, "DELETE", `${TOKENS}?token_name=ops`)).status, 404);
    });
    it("bad requests change nothing", async () => {
      for (const body of [
        {},
        { token_name: 1 },
        { token_name: "x", expiry_secs: -1 },
        { token_name: "x", expiry_secs: 1.5 },
        { token_name: "x", expiry_secs: "1" },
        { token_name: "x", expiry_secs: 1e15 },
      ]) {
        const answer = await named(body);
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.match(answer.text, /^serde json error: /);
      }
      assert.equal((await send(session, "DELETE", `${TOKENS}?token_name=x`)).status, 404);
      assert.deepEqual(brief(await send(session, "DELETE", TOKENS)), [
        400,
        "serde error: missing field `token_name`",
      ]);
      assert.deepEqual(brief(await send(session, "DELETE", `${TOKENS}?token_name=_admin`)), [
        405,
        "cannot delete operator token",
      ]);
    });
    it("the operator's is replaced at once", async () => {
      const answer = await send(session, "POST", `${TOKENS}/admin/regenerate`);
      assert.equal(answer.status, 201, answer.text);
      const next = JSON.parse(answer.text) as IssuedToken;
      assert.deepEqual([next.id, next.name], [0, "_admin"]);
      assert.equal(await status(operator.token), 401);
      operator = next;
      session = { url: server.url, token: next.token };
      assert.equal(await status(next.token), 200);
    });
  });

  describe("databases", () => {
    const list = async (parameters = "format=json") =>
      JSON.parse((await get(`${DATABASES}?${parameters}`)).text) as Record<string, unknown>[];

    it("are made once, with a good name", async () => {
      assert.deepEqual(
        brief(await sendJson(session, "POST", DATABASES, { db: "made", retention_period: "1h 30m" })),
        [200, ""],
      );
      assert.deepEqual(brief(await sendJson(session, "POST", DATABASES, { db: "made" })), [
        409,
        "attempted to create a resource that already exists",
      ]);
      for (const db of ["foo/bar", "1/-", "1/_", "my_db-2"])
        assert.equal((await sendJson(session, "POST", DATABASES, { db })).status, 200, db);
      const character =
        "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens";
      const policy =
        "db name with invalid retention policy, if providing a retention policy name, must be of form '<db_name>/<rp_name>'";
      for (const [db, error] of [
        ["", "db name cannot be empty"],
        ["x".repeat(512), "db name too long: max 511"],
        ["_foo", "db name did not start with a number or letter"],
        ["/foo", "db name did not start with a number or letter"],
        ["föö", character],
        ["a b", character],
        ["foo/", policy],
        ["foo/bar/baz", policy],
      ] as const) {
        for (const [target, body] of [
          [DATABASES, { db }],
          [TABLES, { db, table: "t", tags: [], fields: [] }],
        ] as const) {
          const answer = await sendJson(session, "POST", target, body);
          assert.deepEqual(brief(answer), [400, JSON.stringify({ error })], `${target} ${db}`);
        }
        const written = await write(`/api/v3/write_lp?db=${encodeURIComponent(db)}`, "x y=1");
        assert.deepEqual(brief(written), [400, JSON.stringify({ error })], db);
      }
      const bad = await sendJson(session, "POST", DATABASES, { db: "x", retention_period: "soon" });
      assert.equal(bad.status, 400);
      assert.match(bad.text, /^serde json error: expected number at 0/);
    });
    it("are listed in the formats of queries", async () => {
      assert.deepEqual((await list()).slice(0, 2), [{ "iox::database": "1/-" }, { "iox::database": "1/_" }]);
      assert.match((await get(`${DATABASES}?format=csv`)).text, /^iox::database\n1\/-\n/);
      const pretty = await get(`${DATABASES}?format=pretty`);
      assert.equal(pretty.headers.get("content-type"), "text/plain; charset=utf-8");
      assert.match(pretty.text, /^\+-+\+\n\| iox::database +\|\n/);
      assert.match((await get(`${DATABASES}?format=jsonl`)).text, /^\{"iox::database":"1\/-"\}\n/);
      assert.deepEqual(brief(await get(DATABASES)), [400, "serde error: missing field `format`"]);
      assert.equal((await get(`${DATABASES}?format=xml`)).status, 400);
      assert.equal((await get(`${DATABASES}?format=json&show_deleted=yes`)).status, 400);
    });
    it("have a retention period that can be changed and cleared", async () => {
      assert.deepEqual(
        brief(await sendJson(session, "PUT", DATABASES, { db: "made", retention_period: "14d" })),
        [200, ""],
      );
      assert.deepEqual(brief(await sendJson(session, "PUT", DATABASES, { db: "made" })), [200, ""]);
      const period = `${DATABASES}/retention_period`;
      assert.deepEqual(brief(await send(session, "POST", `${period}?db=made&duration=7d`)), [204, ""]);
      assert.deepEqual(brief(await send(session, "DELETE", `${period}?db=made`)), [204, ""]);
      assert.equal((await sendJson(session, "PUT", DATABASES, { db: "nowhere" })).status, 404);
      assert.equal((await send(session, "POST", `${period}?db=nowhere&duration=7d`)).status, 404);
      assert.equal((await send(session, "DELETE", `${period}?db=nowhere`)).status, 404);
      assert.deepEqual(brief(await send(session, "POST", `${period}?db=made`)), [
        400,
        "serde error: missing field `duration`",
      ]);
      assert.match((await send(session, "POST", `${period}?db=made&duration=x`)).text, /^serde error: /);
    });
    it("are deleted under another name, so that their own is free", async () => {
      const remove = (parameters: string) => send(session, "DELETE", `${DATABASES}?${parameters}`);
      assert.equal((await write("/api/v3/write_lp?db=gone", "x y=1")).status, 204);
      assert.deepEqual(brief(await remove("db=gone&data_only=true")), [200, ""]);
      assert.ok(!(await list()).some((row) => row["iox::database"] === "gone"));
      const shown = (await list("format=json&show_deleted=true")).at(-1)!;
      assert.match(String(shown["iox::database"]), /^gone-\d{8}T\d{6}$/);
      assert.equal(shown["deleted"], true);
      const name = String(shown["iox::database"]);
      assert.deepEqual(brief(await remove(`db=${name}`)), [
        409,
        `attempted to modify resource that was already deleted: ${name}`,
      ]);
      assert.deepEqual(brief(await write(`/api/v3/write_lp?db=${name}`, "x y=1")), [
        400,
        `{"error":"cannot write to soft-deleted database '${name}' - it is marked for deletion"}`,
      ]);
      assert.equal((await sendJson(session, "POST", DATABASES, { db: "gone" })).status, 200);
      for (const when of ["never", "now", "default", "2030-01-01T00:00:00Z", "2001-01-01T00:00:00%2B02:00"]) {
        assert.deepEqual(brief(await remove(`db=gone&hard_delete_at=${when}`)), [200, ""], when);
        assert.equal((await sendJson(session, "POST", DATABASES, { db: "gone" })).status, 200);
      }
      for (const when of ["soon", "2030-01-01", ""]) {
        const answer = await remove(`db=gone&hard_delete_at=${when}`);
        assert.equal(answer.status, 400, when);
        assert.match(answer.text, /^Cannot parse the timestamp: (?!Cannot)./);
      }
      assert.deepEqual(brief(await remove("")), [400, "serde error: missing field `db`"]);
      assert.equal((await remove("db=nowhere")).status, 404);
      assert.deepEqual(brief(await remove("db=_internal")), [500, "cannot delete internal db"]);
    });
  });

  describe("tables", () => {
    const create = (body: object) => sendJson(session, "POST", TABLES, body);
    const table = {
      db: "tables",
      table: "cpu",
      tags: ["host"],
      fields: [{ name: "usage", type: "float64" }],
    };

    it("are made with their database, and once", async () => {
      assert.deepEqual(brief(await create(table)), [200, ""]);
      assert.deepEqual(brief(await create(table)), [
        409,
        "attempted to create a resource that already exists",
      ]);
      assert.equal((await create({ db: "tables", table: "bare", tags: [], fields: [] })).status, 200);
      const types = ["utf8", "int64", "uint64", "float64", "bool"].map((type) => ({ name: type, type }));
      assert.equal((await create({ db: "tables", table: "types", tags: [], fields: types })).status, 200);
    });
    it("have columns that fit together", async () => {
      const reserved = "'time' is a reserved column";
      assert.deepEqual(brief(await create({ ...table, table: "t", tags: ["time"] })), [400, reserved]);
      const twice = [{ name: "a", type: "bool" }];
      assert.equal(
        (await create({ ...table, table: "same", tags: [], fields: [...twice, ...twice] })).status,
        200,
      );
      const conflict = await create({
        ...table,
        table: "t",
        fields: [...twice, { name: "a", type: "int64" }],
      });
      assert.equal(conflict.status, 400);
      assert.match(conflict.text, /^invalid column type for column 'a', expected /);
    });
    it("need all four keys and a known type", async () => {
      for (const key of ["db", "table", "tags", "fields"]) {
        const answer = await create({ ...table, [key]: undefined });
        assert.equal(answer.status, 400);
        assert.match(
          answer.text,
          new RegExp(`^serde json error: missing field \`${key}\` at line 1 column \\d+$`),
        );
      }
      const answer = await create({ ...table, fields: [{ name: "x", type: "int" }] });
      assert.match(
        answer.text,
        /^serde json error: unknown variant `int`, expected one of `utf8`, `int64`, /,
      );
    });
    it("are deleted like databases", async () => {
      const remove = (parameters: string) => send(session, "DELETE", `${TABLES}?${parameters}`);
      assert.deepEqual(brief(await remove("db=tables&table=cpu")), [200, ""]);
      assert.equal((await remove("db=tables&table=cpu")).status, 404);
      assert.deepEqual(brief(await remove("db=nowhere&table=cpu")), [404, "Database not found nowhere"]);
      assert.equal((await remove("db=tables")).status, 400);
      assert.equal((await remove("db=tables&table=bare&hard_delete_at=soon")).status, 400);
      assert.equal((await create(table)).status, 200);
    });
  });

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

  describe("triggers", () => {
    const trigger = {
      db: "q",
      plugin_filename: "answers.py",
      trigger_name: "answers",
      trigger_settings: { run_async: false, error_behavior: "log" },
      trigger_specification: "request:my/answers",
      disabled: false,
    };
    const create = (values: object) => sendJson(session, "POST", TRIGGERS, { ...trigger, ...values });
    const call = (kind: string) => get(`/api/v3/engine/my/answers?kind=${encodeURIComponent(kind)}`);

    it("are made, switched and deleted, each more than once", async () => {
      const exists = "attempted to create a resource that already exists";
      assert.deepEqual(brief(await create({ trigger_arguments: null })), [200, ""]);
      assert.deepEqual(brief(await create({})), [409, exists]);
      const at = `db=q&trigger_name=answers`;
      for (const action of ["disable", "disable", "enable", "enable"])
        assert.deepEqual(brief(await send(session, "POST", `${TRIGGERS}/${action}?${at}`)), [200, ""]);
      const running = "Cannot delete running plugin answers. Disable it first or use --force.";
      assert.deepEqual(brief(await send(session, "DELETE", `${TRIGGERS}?${at}`)), [500, running]);
      const body = { db: "q", trigger_name: "answers", force: true };
      assert.deepEqual(brief(await sendJson(session, "DELETE", TRIGGERS, body)), [200, ""]);
      const missing = "the requested resource was not found: answers";
      assert.deepEqual(brief(await send(session, "DELETE", `${TRIGGERS}?${at}&force=true`)), [404, missing]);
      for (const action of ["disable", "enable"])
        assert.deepEqual(brief(await send(session, "POST", `${TRIGGERS}/${action}?${at}`)), [404, missing]);
      assert.equal((await send(session, "DELETE", TRIGGERS)).status, 415);
      assert.deepEqual(brief(await send(session, "POST", `${TRIGGERS}/enable`)), [
        400,
        "serde error: missing field `db`",
      ]);
    });
    it("need what they are made of", async () => {
      for (const key of Object.keys(trigger)) {
        const answer = await create({ [key]: undefined });
        assert.equal(answer.status, 400, key);
        assert.match(answer.text, new RegExp(`^serde json error: missing field \`${key}\``));
      }
      for (const [values, status, text] of [
        [
          { trigger_settings: { run_async: false, error_behavior: "explode" } },
          400,
          /unknown variant `explode`/,
        ],
        [
          { trigger_arguments: { a: 1 } },
          400,
          /^serde json error: invalid type: integer `1`, expected a string/,
        ],
        [{ disabled: "no" }, 400, /^serde json error: invalid type: string "no", expected a boolean/],
        [{ trigger_specification: "never" }, 500, /^failed to parse trigger from never: /],
        [{ plugin_filename: "nope.py" }, 500, /^Plugin error: reading plugin file: Plugin not found: /],
        [{ db: "nowhere" }, 404, /^Database not found nowhere$/],
        [{ db: "_internal" }, 500, /^cannot modify internal db$/],
      ] as const) {
        const answer = await create(values);
        assert.equal(answer.status, status, answer.text);
        assert.match(answer.text, text);
      }
    });
    it("of the request kind answer as their plugin says", async () => {
      assert.equal((await create({})).status, 200);
      const cases: [kind: string, status: number, type: string | null, body: string][] = [
        ["dict", 200, "application/json", '{"a": 1, "\\u00e9": [true, null]}'],
        ["text", 200, "text/html", "hi"],
        ["status", 400, "application/json", '{"err": 1}'],
        ["headers", 201, "text/csv", "x"],
        ["bad status", 500, null, "Processing engine error: request handler for trigger down"],
      ];
      for (const [kind, status, type, body] of cases) {
        const answer = await call(kind);
        assert.deepEqual([...brief(answer), answer.headers.get("content-type")], [status, body, type], kind);
      }
      assert.equal((await call("headers")).headers.get("x-a"), "");
      assert.deepEqual(brief(await call("nothing")), [
        500,
        '{"error":"Unsupported return type from Python function"}',
      ]);
      assert.deepEqual(brief(await call("luck")), [
        500,
        '{"error":"Python function call failed: ValueError: no luck"}',
      ]);
      assert.deepEqual(brief(await get("/api/v3/engine/my/answers/")), [404, '{error: "not found"}']);
      assert.deepEqual(brief(await send(session, "PUT", "/api/v3/engine/my/answers")), [404, "Not found"]);
    });
  });

  describe("plugin tests", () => {
    const test = (kind: string, body: object) =>
      sendJson(session, "POST", `/api/v3/plugin_test/${kind}`, body);

    it("report logs, writes and errors, and write nothing", async () => {
      const answer = await test("wal", {
        filename: "writes.py",
        database: "q",
        input_lp: "in x=1 1",
        more: 1,
      });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.get("content-type"), "application/json");
      const body = JSON.parse(answer.text) as Record<string, unknown>;
      assert.deepEqual(Object.keys(body).slice(0, 3), ["log_lines", "database_writes", "errors"]);
      const lines = body["log_lines"] as string[];
      assert.deepEqual(lines.slice(0, 2), ["INFO: starting execution of wal plugin.", "INFO: in"]);
      assert.match(lines[2]!, /^INFO: finished execution in ./);
      assert.deepEqual([body["database_writes"], body["errors"]], [{ q: ["out,t=a v=1i"] }, []]);
      assert.equal((await sql("q", "SELECT * FROM out", "json")).status, 400);
    });
    it("of schedules say when they would have run", async () => {
      const answer = await test("schedule", {
        filename: "schedule.py",
        database: "q",
        schedule: "0 0 0 1 1 ?",
      });
      const body = JSON.parse(answer.text) as { trigger_time: string; log_lines: string[] };
      assert.equal(Object.keys(body)[0], "trigger_time");
      assert.match(body.trigger_time, /^\d{4}-01-01T00:00:00Z$/);
      const time = body.trigger_time.replace("T", " ").replace("Z", " UTC");
      assert.equal(body.log_lines[0], `INFO: starting execution with scheduled time ${time}`);
    });
    it("put what is wrong with the test into the answer, with the file alone it is an error", async () => {
      const errors = async (kind: string, body: object) => {
        const answer = await test(kind, body);
        assert.equal(answer.status, 200, answer.text);
        return (JSON.parse(answer.text) as { errors: string[] }).errors;
      };
      const wal = { filename: "writes.py", database: "q", input_lp: "in x=1 1" };
      assert.match((await errors("wal", { ...wal, input_lp: "in x=" }))[0]!, /^line protocol parse failed: /);
      assert.match((await errors("wal", { ...wal, database: "_q" }))[0]!, /^invalid database /);
      const schedule = { filename: "schedule.py", database: "q" };
      assert.deepEqual(await errors("schedule", { ...schedule, database: "nowhere" }), ["couldn't find db"]);
      assert.match((await errors("schedule", { ...schedule, schedule: "x" }))[0]!, /^invalid cron syntax: /);
      const missing = await test("wal", { ...wal, filename: "nope.py" });
      assert.equal(missing.status, 500);
      assert.match(missing.text, /^Plugin error: /);
      for (const key of ["filename", "database", "input_lp"])
        assert.match(
          (await test("wal", { ...wal, [key]: undefined })).text,
          new RegExp(`missing field \`${key}\``),
        );
    });
  });
});

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
