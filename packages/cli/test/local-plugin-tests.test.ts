import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { useFakeServer } from "./support/fake-server.ts";
import { localEnvironment, useProject } from "./support/local.ts";
import { type Result, runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const project = useProject();

function run(line: string, env: Record<string, string> = {}): Promise<Result> {
  return runCli(words(`test ${line} -d sensors --local`), {
    cwd: project.directory,
    env: { ...localEnvironment, INFLUXDB3_HOST_URL: server.url, ...env },
  });
}

function logsOf({ stdout }: Result): string[] {
  return (JSON.parse(stdout) as { log_lines: string[] }).log_lines.slice(1, -1);
}

/** A plugin of one function that logs what an expression gives. */
function logging(expression: string): string {
  return `def process_writes(influxdb3_local, table_batches, args=None):\n    influxdb3_local.info(${expression})\n`;
}

describe("test --local", function () {
  this.timeout(60_000);

  it("runs a plugin of this machine without asking any server", async () => {
    project.write({
      "double.py": `def process_writes(influxdb3_local, table_batches, args):
    for row in table_batches[0]["rows"]:
        influxdb3_local.write(LineBuilder("out").float64_field("v", row["v"] * float(args["by"])).time_ns(row["time"]))
        influxdb3_local.write_sync_to_db("other", LineBuilder("now").int64_field("n", 1), no_sync=True)
    print("done")
`,
    });
    const result = await run("wal_plugin --lp 'm v=2 5' --input-arguments by=3 double.py");
    assert.equal(result.code, 0, result.stderr);
    const answer = JSON.parse(result.stdout) as Record<string, unknown>;
    assert.deepEqual(answer["database_writes"], { other: ["now n=1i"], sensors: ["out v=6.0 5"] });
    assert.deepEqual(answer["errors"], []);
    assert.equal(result.stderr, "done\n");
    assert.deepEqual(server.requests, []);
  });

  it("shows a plugin what belongs to it, and nothing of a home directory", async () => {
    const listing = `import os\n${logging('" ".join(sorted(os.listdir(os.environ["PLUGIN_DIR"])))')}`;
    project.write({
      "near/list.py": listing,
      "near/pkg/__init__.py": listing,
      "near/pkg/part.py": "",
      "near/config.toml": "",
      "near/.netrc": "secret",
      "near/other/notes": "secret",
    });
    const near = path.join(project.directory, "near");
    const seen = async (plugin: string, env: Record<string, string> = {}) =>
      logsOf(await run(`wal_plugin --lp 'm v=2 5' near/${plugin}`, env));
    assert.deepEqual(await seen("list.py"), ["INFO: config.toml list.py other pkg"]);
    assert.deepEqual(await seen("pkg"), ["INFO: config.toml list.py pkg"]);
    assert.deepEqual(await seen("list.py", { HOME: near }), ["INFO: list.py"]);
    assert.deepEqual(await seen("pkg", { HOME: path.join(near, "other") }), ["INFO: pkg"]);
  });

  it("ends with 1 and the story when the plugin fails", async () => {
    project.write({
      "bad.py": "def process_writes(local, batches, args):\n    local.info('on it')\n    1 / 0\n",
    });
    const { code, stdout, stderr } = await run("wal_plugin --lp 'm v=2 5' bad.py");
    assert.equal(code, 1);
    assert.deepEqual((JSON.parse(stdout) as { errors: string[] }).errors, [
      "error executing plugin: ZeroDivisionError: division by zero",
    ]);
    assert.match(stderr, /bad\.py:2 +log +INFO: on it\n[\s\S]*File "bad\.py", line 3, in process_writes/);
  });

  it("ends with 1 when no server would take what the plugin writes, or what it is given", async () => {
    project.write({
      "w.py":
        "class Text:\n    def build(self):\n        return 'nonsense'\n\ndef process_writes(local, batches, args):\n    local.write(Text())\n",
    });
    const written = await run("wal_plugin --lp 'm v=2 5' w.py");
    assert.equal(written.code, 1);
    assert.match(written.stdout, /line protocol parse error on write to db sensors: /);
    const given = await run("wal_plugin --lp 'm' w.py");
    assert.equal(given.code, 1);
    assert.match(given.stdout, /"line protocol parse failed: /);
  });

  it("stops a plugin that runs too long", async () => {
    project.write({ "loop.py": "def process_writes(local, batches, args):\n    while True: pass\n" });
    const { code, stdout } = await run("wal_plugin --lp 'm v=2 5' --timeout 200ms loop.py");
    assert.equal(code, 1);
    assert.match(stdout, /longer than its limit of 200 ms\. .*raise --timeout/);
  });

  it("says which limits belong to a server, and where packages are looked for", async () => {
    const body = "    for n in range(10_001): local.info(n)\n";
    project.write({
      "talks.py": `def process_writes(local, batches, args):\n${body}`,
      "needs.py": "import nowhere_to_be_found\n",
    });
    const talks = await run("wal_plugin --lp 'm v=2 5' talks.py");
    assert.match(talks.stderr, /\n {2}hint: --plugin-max-log-lines is an option of influxdb3 serve/);
    const needs = await run("wal_plugin --lp 'm v=2 5' needs.py");
    assert.match(
      needs.stderr,
      / {4}import nowhere_to_be_found\n.*\n {2}hint: packages are looked for in \.venv/,
    );
  });

  it("tells scheduled plugins the next time", async () => {
    project.write({
      "s.py":
        "def process_scheduled_call(local, call_time, args=None):\n    local.info(call_time.isoformat())\n",
    });
    const { stdout } = await run("schedule_plugin --schedule '0 0 * * * *' s.py");
    const answer = JSON.parse(stdout) as { trigger_time: string; log_lines: string[] };
    assert.equal(answer.trigger_time, "2026-01-01T01:00:00Z");
    assert.equal(answer.log_lines[1], "INFO: 2026-01-01T01:00:00");
    const bad = await run("schedule_plugin --schedule nonsense s.py");
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /invalid cron syntax: /);
  });

  it("shows the response of request plugins", async () => {
    project.write({
      "r.py": `def process_request(local, query, headers, body, args=None):
    return {"query": query, "headers": headers, "body": body.decode()}, 201
`,
      "body.txt": "hello",
    });
    const line = "request_plugin --query-parameters a=1,b=2 --headers X-Y=z --body-file body.txt r.py";
    const { code, stdout } = await run(line);
    assert.equal(code, 0);
    const { response } = JSON.parse(stdout) as { response: { status: number; body: string } };
    assert.equal(response.status, 201);
    assert.deepEqual(JSON.parse(response.body), {
      ...{ query: { a: "1", b: "2" }, headers: { "x-y": "z" }, body: "hello" },
    });
  });

  it("imports packages, and lets plugins read beside them but write only to memory", async () => {
    project.write({
      "pack/__init__.py": `import json, os
from .inner.part import answer

def process_writes(influxdb3_local, table_batches, args=None):
    here = os.environ["PLUGIN_DIR"]
    with open(os.path.join(here, "state.json"), "w") as state:
        json.dump({"n": 1}, state)
    with open(os.path.join(here, "state.json")) as state:
        influxdb3_local.info(answer(), json.load(state), open(os.path.join(here, "config.toml")).read())
`,
      "pack/inner/__init__.py": "",
      "pack/inner/part.py": "def answer():\n    return 42\n",
      "config.toml": "a = 1",
    });
    const result = await run("wal_plugin --lp 'm v=2 5' pack");
    assert.deepEqual(logsOf(result), ["INFO: 42 {'n': 1} a = 1"]);
    assert.deepEqual(readdirSync(project.directory).sort(), ["config.toml", "pack"]);
  });

  it("refuses the network unless it is allowed", async () => {
    project.write({
      "n.py": logging("__import__('urllib.request', fromlist=['x']).urlopen(args['url']).read().decode()"),
    });
    server.respond = () => ({ body: "from the network" });
    const refused = await run(`wal_plugin --lp 'm v=2 5' --input-arguments url=${server.url} n.py`);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /plugins have no network in a test .*--allow-network on the command line/);
    assert.equal(server.requests.length, 0);
    const allowed = await run(
      `wal_plugin --lp 'm v=2 5' --input-arguments url=${server.url} --allow-network n.py`,
    );
    assert.deepEqual(logsOf(allowed), ["INFO: from the network"]);
  });

  it("says what is wrong with the plugin's path", async () => {
    const missing = await run("wal_plugin --lp 'm v=2 5' nothing.py");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /plugin not found: .*nothing\.py\n {2}hint: with --local/);
    const remote = await run("wal_plugin --lp 'm v=2 5' gh:influxdata/a/a.py");
    assert.match(remote.stderr, /gh:influxdata\/a\/a\.py is a plugin of a repository/);
    project.write({ "empty/readme.txt": "" });
    const empty = await run("wal_plugin --lp 'm v=2 5' empty");
    assert.match(empty.stderr, /must contain __init__\.py/);
    project.write({ "latin.py": "" });
    const venv = await run("wal_plugin --lp 'm v=2 5' --virtual-env-location . latin.py");
    assert.match(venv.stderr, /holds no packages that Millrace installed/);
  });

  for (const option of ["--watch", "--allow-network"]) {
    it(`${option} is refused without --local`, async () => {
      const { code, stderr } = await runCli(words(`test wal_plugin -d d --lp 'm v=1' ${option} a.py`));
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`error: ${option} needs --local`));
    });
  }
});

describe("test --local: queries", function () {
  this.timeout(60_000);
  const ROW =
    '{"i":9007199254740993,"u":18446744073709551615,"f":2.0,"s":"2026-01-01T00:00:00","b":true,' +
    '"t":"2026-01-01T00:00:00.000000005"}\n{"s":"x"}\n';
  const TYPES = ["Int64", "UInt64", "Float64", "Utf8", "Boolean", "Timestamp(Nanosecond, None)", "Null"];

  function answerQueries(): void {
    server.respond = ({ body }) => {
      const { q, format } = JSON.parse(body.toString()) as { q: string; format: string };
      if (format === "csv") return { body: "i,u,f,s,b,t,n\n1\n" };
      if (q.includes("arrow_typeof")) {
        return { body: JSON.stringify(Object.fromEntries(TYPES.map((type, i) => [`c${i}`, type]))) };
      }
      return { body: ROW };
    };
  }

  it("give every column its type, exactly", async () => {
    answerQueries();
    project.write({ "q.py": logging('influxdb3_local.query("SELECT *;  ", {"p": "v"})') });
    const result = await run("wal_plugin --lp 'm v=2 5' q.py", { INFLUXDB3_AUTH_TOKEN: "secret" });
    assert.deepEqual(logsOf(result), [
      "INFO: [{'i': 9007199254740993, 'u': 18446744073709551615, 'f': 2.0, 's': '2026-01-01T00:00:00', 'b': True, " +
        "'t': 1767225600000000005, 'n': None}, " +
        "{'i': None, 'u': None, 'f': None, 's': 'x', 'b': None, 't': None, 'n': None}]",
    ]);
    assert.deepEqual(server.lines, [
      'POST /api/v3/query_sql {"db":"sensors","q":"SELECT *;  ","format":"jsonl","params":{"p":"v"}}',
      'POST /api/v3/query_sql {"db":"sensors","q":"SELECT * FROM (\\nSELECT *\\n) LIMIT 1","format":"csv","params":{"p":"v"}}',
      `POST /api/v3/query_sql {"db":"sensors","q":"SELECT ${["i", "u", "f", "s", "b", "t", "n"]
        .map((name, i) => `arrow_typeof(\\"${name}\\") AS c${i}`)
        .join(", ")} FROM (\\nSELECT *\\n) LIMIT 1","format":"jsonl","params":{"p":"v"}}`,
    ]);
    assert.equal(server.requests[0]?.headers["authorization"], "Bearer secret");
  });

  it("ask for types once for each statement, and not at all when nothing came", async () => {
    answerQueries();
    project.write({
      "q.py": logging('len(influxdb3_local.query("SELECT 1") + influxdb3_local.query("SELECT 1"))'),
    });
    assert.deepEqual(logsOf(await run("wal_plugin --lp 'm v=2 5' q.py")), ["INFO: 4"]);
    assert.equal(server.requests.length, 4);
    server.reset();
    const empty = await run("wal_plugin --lp 'm v=2 5' q.py");
    assert.deepEqual(logsOf(empty), ["INFO: 0"]);
    assert.equal(server.requests.length, 2);
  });

  it("take types from the values where they cannot be asked for", async () => {
    server.respond = ({ body }) => {
      const { format } = JSON.parse(body.toString()) as { format: string };
      if (format === "csv") return { body: 'table_name,"a ""b""",time\nx,1,\n' };
      return { body: '{"table_name":"x","time":"2026-01-01T00:00:00","n":1,"f":1.0}\n' };
    };
    project.write({ "q.py": logging('influxdb3_local.query("SHOW TABLES")') });
    assert.deepEqual(logsOf(await run("wal_plugin --lp 'm v=2 5' q.py")), [
      "INFO: [{'table_name': 'x', 'a \"b\"': None, 'time': 1767225600000000000, 'n': 1, 'f': 1.0}]",
    ]);
    assert.equal(server.requests.length, 2);
  });

  it("fail with what the server says, as a QueryError", async () => {
    const plugin = `def process_writes(influxdb3_local, table_batches, args=None):
    try:
        influxdb3_local.query("SELECT x", database="other")
    except Exception as error:
        influxdb3_local.info(type(error).__name__, error)
`;
    project.write({ "q.py": plugin });
    for (const [status, body, text] of [
      [400, "error while planning query: no table", "error: error while planning query: no table"],
      [404, '{"error":"query error: database not found: other"}', "error: database not found: other"],
    ] as const) {
      server.respond = () => ({ status, body });
      assert.deepEqual(logsOf(await run("wal_plugin --lp 'm v=2 5' q.py")), [
        `INFO: QueryError ${text} executing query on other: SELECT x`,
      ]);
    }
    const nobody = await run("wal_plugin --lp 'm v=2 5' q.py", { INFLUXDB3_HOST_URL: "http://127.0.0.1:1" });
    assert.match(logsOf(nobody)[0]!, /QueryError error: .*ECONNREFUSED.* start one with influxdb3 serve/);
  });
});

describe("test request_plugin on a server", () => {
  it("sends the request and shows the answer; a failed plugin is exit code 1", async () => {
    const answer = {
      response: null,
      log_lines: [],
      database_writes: {},
      errors: ["error executing plugin: X: y"],
    };
    server.respond = () => ({ body: JSON.stringify(answer) });
    const result = await runCli(
      words(`test request_plugin -d d --body hi --headers a=b --host ${server.url} r.py`),
    );
    assert.equal(result.code, 1);
    assert.deepEqual(JSON.parse(result.stdout), answer);
    const { url, body } = server.requests[0]!;
    assert.equal(url, "/api/millrace/v1/plugin_test/request");
    assert.deepEqual(JSON.parse(body.toString()), {
      ...{ filename: "r.py", database: "d", cache_name: null, input_arguments: null },
      ...{ query_parameters: null, headers: { a: "b" }, body_base64: "aGk=" },
    });
  });

  it("says what to do when the server is an original", async () => {
    server.respond = () => ({ status: 404, body: "Not found" });
    const { code, stderr } = await runCli(words(`test request_plugin -d d --host ${server.url} r.py`));
    assert.equal(code, 1);
    assert.match(stderr, /needs a Millrace server[\s\S]*hint: run it here with --local/);
  });
});
