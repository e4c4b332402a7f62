import assert from "node:assert/strict";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { influxdb3, repository } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send, sendJson } from "./support/http.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const hostile = path.join(repository, "test", "fixtures", "plugins", "hostile");

/** Whatever arrives, the answer is the specified one and the server goes on serving. */
describe("bad input", function () {
  this.timeout(120_000);
  const pluginDir = temporaryDirectory("bad-plugins");
  let server: TestServer;
  let session: Session;

  before(async () => {
    for (const file of readdirSync(hostile))
      copyFileSync(path.join(hostile, file), path.join(pluginDir, file));
    server = await startServer({
      pluginDir,
      args: [
        "--max-http-request-size",
        "100000",
        "--plugin-test-timeout",
        "3s",
        "--plugin-run-timeout",
        "1s",
      ],
    });
    const created = await send({ url: server.url }, "POST", "/api/v3/configure/token/admin");
    assert.equal(created.status, 201, created.text);
    session = { url: server.url, token: (JSON.parse(created.text) as { token: string }).token };
    assert.equal((await send(session, "POST", "/api/v3/write_lp?db=db", "cpu,host=a usage=1 1")).status, 204);
  });
  afterEach("the server still serves", async () => {
    assert.deepEqual(await query(session, "db", "SELECT count(*) AS n FROM cpu WHERE host = 'a'"), [
      { n: 1 },
    ]);
  });
  after(async () => {
    await server?.kill();
  });

  const write = (body: string | Uint8Array, parameters = "db=db", headers = {}) =>
    send(session, "POST", `/api/v3/write_lp?${parameters}`, body, headers);

  describe("writes", () => {
    it("malformed lines: the good ones are stored, the bad ones are named", async () => {
      const answer = await write("cpu2,host=a val=1i 123\ncpu2,host=a val= 123", "db=db&accept_partial=true");
      assert.equal(answer.status, 400);
      assert.equal(
        answer.text,
        '{"error":"partial write of line protocol occurred","data":[{"error_message":"No fields were provided","line_number":2,"original_line":"cpu2,host=a val= 123"}]}',
      );
      assert.deepEqual(await query(session, "db", "SELECT val FROM cpu2"), [{ val: 1 }]);
    });
    it("all or nothing: the first bad line rejects the write and leaves no trace", async () => {
      const answer = await write("fresh,host=a val=1i 123\nfresh val=", "db=db&accept_partial=false");
      assert.equal(answer.status, 400);
      assert.match(
        answer.text,
        /^\{"error":"line protocol parsing error","data":\{"error_message":"No fields were/,
      );
      const tables = await query<{ table_name: string }>(session, "db", "SHOW TABLES");
      assert.ok(!tables.some((table) => table.table_name === "fresh"));
    });
    it("an empty body", async () => {
      const answer = await write("\n# nothing\n");
      assert.deepEqual([answer.status, answer.text], [400, "incoming write was empty"]);
    });
    it("a body over the limit, plain and as a gzip bomb", async () => {
      const big = "cpu usage=1\n".repeat(10_000);
      for (const [body, headers] of [
        [big, {}],
        [gzipSync(big), { "content-encoding": "gzip" }],
      ] as const) {
        const answer = await write(body, "db=db", headers);
        assert.deepEqual([answer.status, answer.text], [413, "max request size (100000 bytes) exceeded"]);
      }
    });
    it("bytes that are not UTF-8", async () => {
      const answer = await write(new Uint8Array([0x63, 0xff, 0x20, 0x66, 0x3d, 0x31]));
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^body content is not valid utf8: /);
    });
    it("broken gzip and unknown encodings", async () => {
      const broken = await write("not gzip", "db=db", { "content-encoding": "gzip" });
      assert.equal(broken.status, 400);
      assert.match(broken.text, /^error decoding gzip stream: /);
      const unknown = await write("cpu usage=1", "db=db", { "content-encoding": "br" });
      assert.deepEqual([unknown.status, unknown.text], [400, "unacceptable content-encoding: br"]);
    });
    it("names and parameters that are not allowed", async () => {
      const cases: [string, number, RegExp][] = [
        ["db=_foo", 400, /"db name did not start with a number or letter"/],
        ["db=foo%2F", 400, /invalid retention policy/],
        ["db=", 400, /"db name cannot be empty"/],
        ["precision=s", 400, /^serde error: missing field `db`/],
        ["db=db&precision=fortnight", 400, /^serde error: unknown variant `fortnight`/],
        ["db=db&accept_partial=maybe", 400, /^serde error: /],
      ];
      for (const [parameters, status, text] of cases) {
        const answer = await write("cpu usage=1", parameters);
        assert.equal(answer.status, status, parameters);
        assert.match(answer.text, text, parameters);
      }
    });
    it("values of another type than the column's", async () => {
      const answer = await write("cpu,host=b usage=1i 5");
      assert.equal(answer.status, 400);
      assert.match(
        answer.text,
        /invalid column type for column 'usage', expected iox::column_type::field::float, got iox::column_type::field::integer/,
      );
    });
  });

  describe("credentials and routes", () => {
    it("wrong, missing and malformed tokens", async () => {
      const unauthenticated = '{"error": "the request was not authenticated"}';
      for (const token of [undefined, "apiv3_wrong"]) {
        const answer = await send(
          { url: session.url, ...(token && { token }) },
          "POST",
          "/api/v3/write_lp?db=db",
          "x y=1",
        );
        assert.deepEqual([answer.status, answer.text], [401, unauthenticated]);
      }
      const malformed = await send({ url: session.url }, "GET", "/health", undefined, {
        authorization: "Bearer",
      });
      assert.equal(malformed.status, 400);
      assert.match(malformed.text, /^\{"error": "Authorization header was malformed/);
    });
    it("unknown routes and methods", async () => {
      for (const [method, route] of [
        ["GET", "/api/v3/write_lp"],
        ["POST", "/nope"],
        ["GET", "/health/"],
        ["GET", "/HEALTH"],
        ["DELETE", "/api/v3/query_sql"],
      ] as const) {
        const answer = await send(session, method, route);
        assert.deepEqual([answer.status, answer.text], [404, "Not found"], `${method} ${route}`);
      }
      assert.equal((await send({ url: session.url }, "GET", "/nope")).status, 401);
      assert.equal((await send({ url: session.url }, "OPTIONS", "/nope")).status, 204);
    });
    it("JSON bodies that are no JSON, the wrong shape, or not announced as JSON", async () => {
      const path = "/api/v3/configure/database";
      assert.equal((await send(session, "POST", path, '{"db":"x"}')).status, 415);
      const json = { "content-type": "application/json" };
      for (const body of ["{", '{"db":', "[]", '{"db":1}', "{}", `{"db":"${"x".repeat(600)}"}`]) {
        const answer = await send(session, "POST", path, body, json);
        assert.equal(answer.status, 400, body);
      }
      const missing = await send(session, "POST", path, "{}", json);
      assert.match(missing.text, /^serde json error: missing field `db` at line 1 column 2$/);
    });
  });

  describe("queries", () => {
    it("unknown databases, tables and columns", async () => {
      const nowhere = await sendJson(session, "POST", "/api/v3/query_sql", { db: "nowhere", q: "SELECT 1" });
      assert.deepEqual(
        [nowhere.status, nowhere.text],
        [404, '{"error":"query error: database not found: nowhere"}'],
      );
      const table = await sendJson(session, "POST", "/api/v3/query_sql", {
        db: "db",
        q: "SELECT * FROM nope",
      });
      assert.equal(table.status, 400);
      assert.match(table.text, /table 'public\.iox\.nope' not found/);
      const column = await sendJson(session, "POST", "/api/v3/query_sql", {
        db: "db",
        q: "SELECT nope FROM cpu",
      });
      assert.equal(column.status, 400);
      assert.match(column.text, /No field named nope/);
    });
    it("everything but one SELECT or SHOW", async () => {
      for (const q of [
        "DROP TABLE cpu",
        "INSERT INTO cpu VALUES (1)",
        "CREATE TABLE x AS SELECT 1",
        "COPY cpu TO '/tmp/x'",
        "ATTACH '/tmp/x.db'",
        "SELECT 1; SELECT 2",
        "PRAGMA enable_profiling",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT getenv('HOME')",
        "SELEC 1",
        "",
        "(".repeat(5000),
        `SELECT ${"(".repeat(2000)}1${")".repeat(2000)}`,
      ]) {
        const answer = await sendJson(session, "POST", "/api/v3/query_sql", { db: "db", q });
        assert.ok(
          answer.status === 400 || answer.status === 405,
          `${q.slice(0, 60)}: ${answer.status} ${answer.text}`,
        );
        assert.notEqual(answer.text, "");
      }
    });
    it("missing parameters and unknown formats", async () => {
      const unbound = await sendJson(session, "POST", "/api/v3/query_sql", { db: "db", q: "SELECT $x" });
      assert.equal(unbound.status, 400);
      assert.match(unbound.text, /No value found for placeholder with name \$x/);
      const format = await sendJson(session, "POST", "/api/v3/query_sql", {
        db: "db",
        q: "SELECT 1",
        format: "xml",
      });
      assert.equal(format.status, 400);
    });
  });

  describe("triggers and plugins", () => {
    const create = (values: Record<string, unknown>) =>
      sendJson(session, "POST", "/api/v3/configure/processing_engine_trigger", {
        db: "db",
        plugin_filename: "raises.py",
        trigger_name: "t",
        trigger_settings: { run_async: false, error_behavior: "log" },
        trigger_specification: "all_tables",
        disabled: true,
        ...values,
      });

    it("bad specifications, missing plugins, unknown databases", async () => {
      const bad = await create({ trigger_specification: "sometimes" });
      assert.equal(bad.status, 500);
      assert.match(bad.text, /^failed to parse trigger from sometimes: expect one of the following forms/);
      const missing = await create({ plugin_filename: "nope.py" });
      assert.equal(missing.status, 500);
      assert.match(missing.text, /^Plugin error: reading plugin file: Plugin not found: /);
      const outside = await create({ plugin_filename: "../nope.py" });
      assert.equal(outside.status, 500);
      assert.match(outside.text, /Path traversal detected/);
      const nowhere = await create({ db: "nowhere" });
      assert.deepEqual([nowhere.status, nowhere.text], [404, "Database not found nowhere"]);
      const unknown = await send(
        session,
        "POST",
        "/api/v3/configure/processing_engine_trigger/enable?db=db&trigger_name=nope",
      );
      assert.deepEqual([unknown.status, unknown.text], [404, "the requested resource was not found: nope"]);
    });

    const cases: [plugin: string, error: RegExp][] = [
      ["raises.py", /^error executing plugin: ValueError: this plugin is broken$/],
      ["syntax.py", /^error executing plugin: (SyntaxError|IndentationError): .*\(<string>, line \d+\)/],
      [
        "missing_function.py",
        /^error executing plugin: the process_writes function is not present in the plugin/,
      ],
      ["loops.py", /timeout|timed out|time limit/i],
      ["stubborn_loop.py", /timeout|timed out|time limit/i],
      ["recurses.py", /RecursionError|stack/i],
      ["exits.py", /SystemExit/],
      ["allocates.py", /MemoryError|memory/i],
    ];
    for (const [plugin, error] of cases) {
      it(`a plugin test of ${plugin}`, async () => {
        const answer = await sendJson(session, "POST", "/api/v3/plugin_test/wal", {
          filename: plugin,
          database: "db",
          input_lp: "cpu,host=a usage=1 1",
        });
        assert.equal(answer.status, 200, answer.text);
        const body = JSON.parse(answer.text) as {
          log_lines: string[];
          database_writes: object;
          errors: string[];
        };
        assert.equal(body.errors.length, 1, answer.text);
        assert.match(body.errors[0]!, error);
        assert.deepEqual([body.log_lines, body.database_writes], [[], {}]);
      });
    }

    it("triggers with hostile plugins leave the others working", async () => {
      for (const [plugin] of cases) {
        const name = plugin.replace(".py", "");
        const created = await create({ plugin_filename: plugin, trigger_name: name, disabled: false });
        assert.equal(created.status, 200, created.text);
      }
      const good = await create({ plugin_filename: "counts.py", trigger_name: "counts", disabled: false });
      assert.equal(good.status, 200, good.text);
      assert.equal((await write("other,host=z usage=1 1")).status, 204);
      await waitFor("the well-behaved trigger", async () => {
        const answer = await send(session, "GET", "/api/v3/query_sql?db=db&q=SELECT%20n%20FROM%20counted");
        return answer.status === 200 && answer.text !== "[]";
      });
      const failed = await waitFor(
        "an error line of every hostile trigger",
        async () => {
          const rows = await query<{ trigger_name: string }>(
            session,
            "db",
            "SELECT DISTINCT trigger_name FROM system.processing_engine_logs WHERE log_level = 'ERROR'",
          );
          return rows.length >= cases.length && rows;
        },
        60_000,
      );
      assert.ok(!failed.some((row) => row.trigger_name === "counts"));
      for (const [plugin] of cases) {
        const name = plugin.replace(".py", "");
        const path = `/api/v3/configure/processing_engine_trigger?db=db&trigger_name=${name}&force=true`;
        assert.equal((await send(session, "DELETE", path)).status, 200);
      }
    });
  });

  describe("the command line", () => {
    const env = () => ({ INFLUXDB3_HOST_URL: session.url, INFLUXDB3_AUTH_TOKEN: session.token! });

    it("wrong flags and values end with 2 and say which", async () => {
      const cases: [string[], RegExp][] = [
        [["write", "-d", "db", "-p", "fake", "x y=1"], /invalid value 'fake' for '--precision <PRECISION>'/],
        [
          ["query", "-d", "db", "--format", "xml", "SELECT 1"],
          /invalid value 'xml' for '--format <OUTPUT_FORMAT>'/,
        ],
        [["query", "-d", "db", "--nonsense", "SELECT 1"], /unexpected argument '--nonsense' found/],
        [["frobnicate"], /unrecognized subcommand 'frobnicate'/],
        [["show", "system", "table-list"], /--database <DATABASE_NAME>/],
        [
          ["create", "trigger", "-d", "db", "--path", "raises.py", "--trigger-spec", "every:2y", "t4"],
          /failed to parse trigger from every:2y: don't support every schedules of over 1 year/,
        ],
      ];
      for (const [args, text] of cases) {
        const result = await influxdb3(args, { env: env() });
        assert.equal(result.exitCode, 2, `${args.join(" ")}: ${result.stderr}`);
        assert.match(result.stderr, text);
      }
    });
    it("failures of the server end with 1 and carry its words", async () => {
      const cases: [string[], RegExp][] = [
        [["query", "-d", "nowhere", "SELECT 1"], /\[404 Not Found\]: .*database not found: nowhere/],
        [
          ["write", "-q", "-d", "db", "bad"],
          /\[400 Bad Request\]: .*partial write of line protocol occurred/,
        ],
        [["query", "-d", "db", "SELECT * FROM nope"], /table 'public\.iox\.nope' not found/],
        [["test", "wal_plugin", "-d", "db", "--lp", "x y=1", "nope.py"], /Plugin not found/],
        [
          ["create", "database", "db"],
          /\[409 Conflict\]: attempted to create a resource that already exists/,
        ],
      ];
      for (const [args, text] of cases) {
        const result = await influxdb3(args, { env: env() });
        assert.equal(result.exitCode, 1, `${args.join(" ")}: ${result.stderr}`);
        assert.match(result.stderr, text);
      }
    });
    it("an unreachable server", async () => {
      const result = await influxdb3(["show", "databases", "--host", "http://127.0.0.1:1"]);
      assert.equal(result.exitCode, 1);
      assert.match(
        result.stderr,
        /failed to send GET http:\/\/127\.0\.0\.1:1\/.* request: client error \(Connect\)/,
      );
    });
    it("files that are not there", async () => {
      const missing = path.join(pluginDir, "missing.lp");
      const result = await influxdb3(["write", "-d", "db", "--file", missing], { env: env() });
      assert.equal(result.exitCode, 1);
      assert.match(result.stderr, /^Write command failed: error reading file: No such file or directory/m);
    });
  });

  it("a plugin file that is not UTF-8", async () => {
    writeFileSync(path.join(pluginDir, "latin1.py"), Buffer.from([0x23, 0xe9, 0xff, 0x0a]));
    const answer = await sendJson(session, "POST", "/api/v3/plugin_test/wal", {
      filename: "latin1.py",
      database: "db",
      input_lp: "cpu usage=1",
    });
    assert.equal(answer.status, 500);
    assert.match(answer.text, /latin1\.py/);
  });
});
