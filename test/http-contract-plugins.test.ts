import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { brief, endContracted, startContracted, TRIGGERS } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { type Session, send, sendJson } from "./support/http.ts";
import type { TestServer } from "./support/server.ts";

/** What runs inside. As docs/reference/http-api.md states it. */
describe("the HTTP contract: triggers and plugin tests", function () {
  this.timeout(60_000);
  const pluginDir = temporaryDirectory("contract-plugins");
  let server: TestServer;
  let session: Session;

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
    ({ server, session } = await startContracted({ pluginDir }));
  });
  before("a database", async () => {
    assert.equal((await send(session, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
  });
  after(() => endContracted(server));

  const get = (target: string, headers: Record<string, string> = {}) =>
    send(session, "GET", target, undefined, headers);
  const sql = (db: string, q: string, format: string) =>
    get(`/api/v3/query_sql?db=${db}&format=${format}&q=${encodeURIComponent(q)}`);

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
