import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();

interface Row {
  line: string;
  request: string;
  stdout: string;
  stderr?: string;
}

const WAL_ANSWER = { log_lines: ["INFO: a"], database_writes: { mydb: ["t f=1"] }, errors: [] };

const ROWS: Row[] = [
  {
    line: "create database --retention-period 30d mydb",
    request: 'POST /api/v3/configure/database {"db":"mydb","retention_period":"30days"}',
    stdout: 'Database "mydb" created successfully\n',
  },
  {
    line: "create database mydb",
    request: 'POST /api/v3/configure/database {"db":"mydb","retention_period":null}',
    stdout: 'Database "mydb" created successfully\n',
  },
  {
    line: "create database mydb --retention-period 1mo",
    request: 'POST /api/v3/configure/database {"db":"mydb","retention_period":"1month"}',
    stdout: 'Database "mydb" created successfully\n',
  },
  {
    line: "create database mydb --retention-period NONE",
    request: 'POST /api/v3/configure/database {"db":"mydb","retention_period":null}',
    stdout: 'Database "mydb" created successfully\n',
  },
  {
    line: "create table -d mydb t --tags a,b --fields f1:float64,f2:utf8 -f f3:bool",
    request:
      'POST /api/v3/configure/table {"db":"mydb","table":"t","tags":["a","b"],"fields":[{"name":"f1","type":"float64"},{"name":"f2","type":"utf8"},{"name":"f3","type":"bool"}]}',
    stdout: 'Table "mydb"."t" created successfully\n',
  },
  {
    line: "create table -d mydb t",
    request: 'POST /api/v3/configure/table {"db":"mydb","table":"t","tags":[],"fields":[]}',
    stdout: 'Table "mydb"."t" created successfully\n',
  },
  {
    line: "create trigger -d mydb --path test.py --trigger-spec table:foo --trigger-arguments arg1=hello,arg2=a=b trigger1",
    request:
      'POST /api/v3/configure/processing_engine_trigger {"db":"mydb","plugin_filename":"test.py","trigger_name":"trigger1","trigger_settings":{"run_async":false,"error_behavior":"log"},"trigger_specification":"table:foo","trigger_arguments":{"arg1":"hello","arg2":"a=b"},"disabled":false}',
    stdout: "Trigger trigger1 created successfully\n",
  },
  {
    line: "create trigger -d mydb --path gh:a/b.py --trigger-spec every:90s --disabled --run-asynchronous --error-behavior retry t2",
    request:
      'POST /api/v3/configure/processing_engine_trigger {"db":"mydb","plugin_filename":"gh:a/b.py","trigger_name":"t2","trigger_settings":{"run_async":true,"error_behavior":"retry"},"trigger_specification":"every:1m 30s","trigger_arguments":null,"disabled":true}',
    stdout: "Trigger t2 created successfully\n",
    stderr:
      "Next runs once it is enabled (UTC):\n  Thu 2026-01-01 00:01:30\n  Thu 2026-01-01 00:03:00\n  Thu 2026-01-01 00:04:30\n",
  },
  {
    line: "create trigger -d mydb --path a.py --trigger-spec 'cron:0 8 * * 1-5' t3",
    request:
      'POST /api/v3/configure/processing_engine_trigger {"db":"mydb","plugin_filename":"a.py","trigger_name":"t3","trigger_settings":{"run_async":false,"error_behavior":"log"},"trigger_specification":"cron:0 0 8 * * Mon,Tue,Wed,Thu,Fri","trigger_arguments":null,"disabled":false}',
    stdout: "Trigger t3 created successfully\n",
    stderr:
      "Next runs (UTC):\n  Thu 2026-01-01 08:00:00\n  Fri 2026-01-02 08:00:00\n  Mon 2026-01-05 08:00:00\n",
  },
  {
    line: "update database -d mydb -r 1w",
    request: 'PUT /api/v3/configure/database {"db":"mydb","retention_period":"7days"}',
    stdout: 'Database "mydb" updated successfully\n',
  },
  {
    line: "update database -d mydb --retention-period none",
    request: 'PUT /api/v3/configure/database {"db":"mydb","retention_period":null}',
    stdout: 'Database "mydb" updated successfully\n',
  },
  {
    line: "delete database mydb --hard-delete now -y",
    request: "DELETE /api/v3/configure/database?db=mydb&hard_delete_at=now",
    stdout: 'Database "mydb" deleted successfully\n',
  },
  {
    line: "delete table -d mydb t --yes",
    request: "DELETE /api/v3/configure/table?db=mydb&table=t",
    stdout: 'Table "mydb"."t" deleted successfully\n',
  },
  {
    line: "delete trigger -d mydb trigger1",
    request:
      'DELETE /api/v3/configure/processing_engine_trigger {"db":"mydb","trigger_name":"trigger1","force":false}',
    stdout: "Trigger trigger1 deleted successfully\n",
  },
  {
    line: "delete trigger --force -d mydb trigger1",
    request:
      'DELETE /api/v3/configure/processing_engine_trigger {"db":"mydb","trigger_name":"trigger1","force":true}',
    stdout: "Trigger trigger1 deleted successfully\n",
  },
  {
    line: "enable trigger -d mydb trigger1",
    request: "POST /api/v3/configure/processing_engine_trigger/enable?db=mydb&trigger_name=trigger1",
    stdout: "Trigger trigger1 enabled successfully\n",
  },
  {
    line: "disable trigger -d mydb trigger1",
    request: "POST /api/v3/configure/processing_engine_trigger/disable?db=mydb&trigger_name=trigger1",
    stdout: "Trigger trigger1 disabled successfully\n",
  },
  {
    line: "test wal_plugin --lp 'my_measure,tag1=asdf f1=1.0 123' -d mydb --input-arguments arg1=hello,arg2=world test.py",
    request:
      'POST /api/v3/plugin_test/wal {"filename":"test.py","database":"mydb","input_lp":"my_measure,tag1=asdf f1=1.0 123","cache_name":null,"input_arguments":{"arg1":"hello","arg2":"world"}}',
    stdout: `${JSON.stringify(WAL_ANSWER, null, 2)}\n`,
  },
  {
    line: "test schedule_plugin -d mydb --schedule '0 0 * * * *' --input-arguments region=us-east sched.py",
    request:
      'POST /api/v3/plugin_test/schedule {"filename":"sched.py","database":"mydb","schedule":"0 0 * * * *","cache_name":null,"input_arguments":{"region":"us-east"}}',
    stdout: `${JSON.stringify(WAL_ANSWER, null, 2)}\n`,
  },
  {
    line: "test schedule_plugin -d mydb --schedule '0 0 * * *' --cache-name c sched.py",
    request:
      'POST /api/v3/plugin_test/schedule {"filename":"sched.py","database":"mydb","schedule":"0 0 0 * * *","cache_name":"c","input_arguments":null}',
    stdout: `${JSON.stringify(WAL_ANSWER, null, 2)}\n`,
  },
  {
    line: "test schedule_plugin -d mydb sched.py",
    request:
      'POST /api/v3/plugin_test/schedule {"filename":"sched.py","database":"mydb","schedule":null,"cache_name":null,"input_arguments":null}',
    stdout: `${JSON.stringify(WAL_ANSWER, null, 2)}\n`,
  },
];

describe("client commands: what they send and print", () => {
  for (const { line, request, stdout, stderr = "" } of ROWS) {
    it(line, async () => {
      server.respond = ({ url }) => ({ body: url.includes("plugin_test") ? JSON.stringify(WAL_ANSWER) : "" });
      const result = await runCli([...words(line), "--host", server.url, "--token", "secret"]);
      assert.deepEqual(server.lines, [request]);
      assert.deepEqual(
        { ...result, stdoutBytes: undefined },
        { code: 0, stdout, stderr, stdoutBytes: undefined },
      );
      assert.equal(server.requests[0]!.headers.authorization, "Bearer secret");
      const json = server.requests[0]!.body.length > 0;
      assert.equal(server.requests[0]!.headers["content-type"], json ? "application/json" : undefined);
    });
  }

  it("names with quotes are escaped in sentences", async () => {
    const { stdout } = await runCli(["create", "database", 'a"b\\c', "--host", server.url]);
    assert.equal(stdout, 'Database "a\\"b\\\\c" created successfully\n');
  });

  it("a schedule test prints its trigger time first", async () => {
    server.respond = () => ({
      body: JSON.stringify({ ...WAL_ANSWER, trigger_time: "2026-06-01T01:00:00Z" }),
    });
    const { stdout } = await runCli(words(`test schedule_plugin -d d s.py --host ${server.url}`));
    assert.match(stdout, /^\{\n {2}"trigger_time": "2026-06-01T01:00:00Z",\n {2}"log_lines": \[/);
  });

  it("a plugin test takes line protocol from a local file, and --lp wins over it", async () => {
    server.respond = () => ({ body: JSON.stringify(WAL_ANSWER) });
    const here = fileURLToPath(new URL("fixtures/", import.meta.url));
    const base = ["test", "wal_plugin", "-d", "d", "p.py", "--host", server.url, "--file", "two-lines.lp"];
    assert.equal((await runCli(base, { cwd: here })).code, 0);
    assert.equal((await runCli([...base, "--lp", "x y=1"], { cwd: here })).code, 0);
    const sent = server.requests.map(({ body }) => JSON.parse(body.toString()).input_lp);
    assert.deepEqual(sent, ["home,room=Kitchen temp=21.0\nhome,room=Kitchen temp=21.5\n", "x y=1"]);
  });
});

describe("client commands: how they fail", () => {
  const CONFLICT = "attempted to create a resource that already exists";
  for (const [line, status, body, stderr] of [
    [
      "create database mydb",
      409,
      CONFLICT,
      `Create command failed: server responded with error [409 Conflict]: ${CONFLICT}\n`,
    ],
    [
      "create table -d mydb t",
      409,
      CONFLICT,
      `Create command failed: server responded with error [409 Conflict]: ${CONFLICT}\n`,
    ],
    [
      "create trigger -d d --path p.py --trigger-spec all_tables t",
      500,
      "Plugin error: x",
      "Failed to create trigger: server responded with error [500 Internal Server Error]: Plugin error: x\n" +
        "Create command failed: server responded with error [500 Internal Server Error]: Plugin error: x\n",
    ],
    [
      "delete trigger -d d t2",
      500,
      "Cannot delete running plugin t2. Disable it first or use --force.",
      "Delete command failed: server responded with error [500 Internal Server Error]: Cannot delete running plugin t2. Disable it first or use --force.\n",
    ],
    [
      "enable trigger -d d t",
      404,
      "the requested resource was not found: t",
      "Enable command failed: server responded with error [404 Not Found]: the requested resource was not found: t\n",
    ],
    [
      "disable trigger -d d t",
      404,
      "the requested resource was not found: t",
      "Disable command failed: server responded with error [404 Not Found]: the requested resource was not found: t\n",
    ],
    [
      "query -d d 'SELECT 1'",
      404,
      '{"error":"query error: database not found: d"}',
      'Query command failed: server responded with error [404 Not Found]: {"error":"query error: database not found: d"}\n',
    ],
    [
      "write -d d bad",
      400,
      '{"error":"partial write of line protocol occurred","data":[{"original_line":"bad","line_number":1,"error_message":"No fields were provided"}]}',
      'Write command failed: server responded with error [400 Bad Request]: {"error":"partial write of line protocol occurred","data":[{"original_line":"bad","line_number":1,"error_message":"No fields were provided"}]}\n',
    ],
    [
      "test wal_plugin --lp 'a b=1' -d d p.py",
      500,
      "Plugin error: x",
      "Test command failed: server responded with error [500 Internal Server Error]: Plugin error: x\n",
    ],
  ] as const) {
    it(`${line} → ${status}`, async () => {
      server.respond = () => ({ status, body });
      const result = await runCli([...words(line), "-H", server.url]);
      assert.deepEqual([result.code, result.stdout, result.stderr], [1, "", stderr]);
    });
  }

  for (const [line, stderr] of [
    [
      "create database foo",
      "Create command failed: failed to send POST http://127.0.0.1:1/api/v3/configure/database request: client error (Connect)\n",
    ],
    [
      "query -d d 'SELECT 1'",
      "Query command failed: failed to send POST http://127.0.0.1:1/api/v3/query_sql request: client error (Connect)\n",
    ],
    [
      "write -d d 'a b=1'",
      "Write command failed: failed to send POST http://127.0.0.1:1/api/v3/write_lp request: client error (Connect)\n",
    ],
  ] as const) {
    it(`${line} without a server`, async () => {
      const result = await runCli([...words(line), "--host", "http://127.0.0.1:1"]);
      assert.deepEqual([result.code, result.stdout], [1, ""]);
      assert.equal(result.stderr.slice(0, result.stderr.indexOf("\n") + 1), stderr);
    });
  }

  for (const [line, stderr] of [
    ["test wal_plugin -d d p.py", "Test command failed: either --lp or --file must be provided\n"],
    ["test wal_plugin -d d p.py --file /nowhere.lp", "Test command failed: unable to read input file\n"],
    ["update database -d d", "Update command failed: --retention-period is required for update database\n"],
    ["update database -d d -r 5", "Update command failed: time unit needed, for example 5sec or 5ms\n"],
    [
      "create trigger -d d --trigger-spec all_tables t",
      "Create command failed: Either --path or --plugin-filename must be provided\n",
    ],
    [
      "create trigger -d d --trigger-spec all_tables --upload --path /nowhere.py t",
      "Create command failed: File not found: /nowhere.py\n",
    ],
    [
      "create database d --host ftp://x",
      "Create command failed: base URL error: 'ftp://x' must begin with http:// or https://\n",
    ],
    [
      "query -d d q --tls-ca /nowhere.pem",
      "Query command failed: io error: No such file or directory (os error 2): /nowhere.pem\n",
    ],
  ] as const) {
    it(`${line} fails before anything is sent`, async () => {
      const result = await runCli(words(line));
      assert.deepEqual([result.code, result.stdout, result.stderr], [1, "", stderr]);
    });
  }
});

describe("confirmation before deleting", () => {
  const PROMPT = `Are you sure you want to delete "mydb"? Enter 'yes' or 'y' to confirm\n`;
  for (const answer of ["yes\n", "Y\n", " YES ", "y\nmore\n"]) {
    it(`${JSON.stringify(answer)} goes on`, async () => {
      const result = await runCli(["delete", "database", "mydb", "--host", server.url], { stdin: answer });
      assert.deepEqual([result.code, result.stderr], [0, PROMPT]);
      assert.equal(result.stdout, 'Database "mydb" deleted successfully\n');
      assert.equal(server.requests.length, 1);
    });
  }
  for (const answer of ["", "no\n", "\nyes\n", "yes!\n"]) {
    it(`${JSON.stringify(answer)} stops`, async () => {
      const result = await runCli(["delete", "database", "mydb", "--host", server.url], { stdin: answer });
      const refused = "Delete command failed: Cannot proceed without confirmation\n";
      assert.deepEqual([result.code, result.stdout, result.stderr], [1, "", PROMPT + refused]);
      assert.equal(server.requests.length, 0);
    });
  }
  it("a table is asked for by its full name", async () => {
    const result = await runCli(["delete", "table", "-d", "mydb", "home", "--host", server.url], {
      stdin: "y",
    });
    assert.match(result.stderr, /^Are you sure you want to delete "mydb"\."home"\? /);
    assert.equal(result.stdout, 'Table "mydb"."home" deleted successfully\n');
  });
});
