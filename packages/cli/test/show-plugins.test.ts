import assert from "node:assert/strict";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const show = (line: string) => runCli([...words(`show ${line}`), "--host", server.url]);
const lastQuery = () => JSON.parse(server.requests.at(-1)!.body.toString());

describe("show plugins", () => {
  it("asks _internal for every plugin file, as the original does", async () => {
    server.respond = () => ({ body: "++\n++" });
    assert.equal((await show("plugins")).stdout, "++\n++\n");
    assert.deepEqual(lastQuery(), {
      db: "_internal",
      q: "SELECT * FROM system.plugin_files",
      format: "pretty",
      params: null,
    });
  });
});

describe("show packages", () => {
  const packages = [
    { name: "attrs", version: "25.1", required_by: ["jsonschema", "x"] },
    { name: "jsonschema", version: "4.0", required_by: [] },
  ];
  it("lists them in the form asked for", async () => {
    server.respond = () => ({ body: JSON.stringify(packages) });
    assert.equal(
      (await show("packages")).stdout,
      [
        "+------------+---------+--------------+",
        "| name       | version | required_by  |",
        "+------------+---------+--------------+",
        "| attrs      | 25.1    | jsonschema x |",
        "| jsonschema | 4.0     |              |",
        "+------------+---------+--------------+",
        "",
      ].join("\n"),
    );
    assert.deepEqual(server.lines, ["GET /api/millrace/v1/packages"]);
    assert.deepEqual(JSON.parse((await show("packages --format json")).stdout), packages);
    assert.equal((await show("packages --format jsonl")).stdout.split("\n").length, 3);
    assert.equal(
      (await show("packages --format csv")).stdout,
      "name,version,required_by\nattrs,25.1,jsonschema x\njsonschema,4.0,\n",
    );
  });
  it("says which server it needs", async () => {
    server.respond = () => ({ status: 404, body: "Not found" });
    const { code, stderr } = await show("packages");
    assert.equal(code, 1);
    assert.match(stderr, /^Show command failed: show packages needs a Millrace server; /);
  });
});

describe("show triggers", () => {
  it("asks for the triggers of a database and how they ran, by either name", async () => {
    for (const name of ["triggers", "trigger"]) {
      await show(`${name} -d d`);
      const { q, db } = lastQuery();
      assert.equal(db, "d");
      assert.match(
        q,
        /^SELECT trigger_name, .*, last_outcome FROM millrace\.triggers ORDER BY trigger_name$/,
      );
    }
  });

  it("names the table of other servers", async () => {
    server.respond = () => ({ status: 500, body: "table 'public.millrace.triggers' not found" });
    const { code, stderr } = await show("triggers -d d");
    assert.equal(code, 1);
    assert.match(stderr, /needs a Millrace server; .*\n {2}hint: .* table processing_engine_triggers$/m);
  });
});

describe("show runs", () => {
  it("asks for the newest runs, of one trigger or all", async () => {
    await show("runs -d d");
    const { q, params, db, format } = lastQuery();
    assert.deepEqual([db, format, params], ["d", "pretty", {}]);
    assert.match(
      q,
      /^SELECT run_id, .*, error FROM millrace\.plugin_runs ORDER BY started_at DESC LIMIT 20$/,
    );
    await show("runs -d d --trigger t1 --failed -l 0 --format jsonl");
    assert.match(
      lastQuery().q,
      / FROM millrace\.plugin_runs WHERE trigger_name = \$trigger AND outcome NOT IN \('ok', 'running'\) ORDER BY started_at DESC$/,
    );
    assert.deepEqual([lastQuery().params, lastQuery().format], [{ trigger: "t1" }, "json_lines"]);
  });
});

describe("show logs", () => {
  const ROWS = [
    { time: "2026-01-01T00:00:00.5", trigger_name: "t", level: "INFO", text: "starting", run_id: "r1" },
    {
      time: "2026-01-01T00:00:01",
      trigger_name: "t",
      level: "ERROR",
      text: "ValueError: x",
      run_id: "r1",
      file: "p.py",
      line: 3,
      traceback: 'Traceback (most recent call last):\n  File "p.py", line 3, in process_writes\n',
    },
    { time: "2026-01-01T00:00:02", trigger_name: "t", level: "WARN", text: "trigger disabled" },
  ];
  it("tells them in their order, failures with their traceback", async () => {
    server.respond = () => ({ body: JSON.stringify(ROWS) });
    const { stdout } = await show("logs -d d --trigger t --run r1 -l 3");
    assert.equal(
      stdout,
      [
        "2026-01-01T00:00:00.5 INFO  t [r1] starting",
        "2026-01-01T00:00:01 ERROR t [r1] p.py:3 ValueError: x",
        "  Traceback (most recent call last):",
        '    File "p.py", line 3, in process_writes',
        "2026-01-01T00:00:02 WARN  t trigger disabled",
        "",
      ].join("\n"),
    );
    assert.match(
      lastQuery().q,
      / FROM \(SELECT .* FROM millrace\.plugin_logs WHERE trigger_name = \$trigger AND run_id = \$run ORDER BY time DESC LIMIT 3\) AS latest ORDER BY time$/,
    );
    assert.deepEqual(lastQuery().params, { trigger: "t", run: "r1" });
  });
  it("passes other forms on as the server made them", async () => {
    server.respond = () => ({ body: "a,b" });
    assert.equal((await show("logs -d d --format csv")).stdout, "a,b\n");
    assert.equal(lastQuery().format, "csv");
  });
  it("is nothing when there are none", async () => {
    server.respond = () => ({ body: "[]" });
    assert.deepEqual((await show("logs -d d")).stdout, "");
  });
  it("says which server it needs", async () => {
    const planning = "error while planning query: Error during planning: table";
    server.respond = () => ({ status: 400, body: `${planning} 'public.millrace.plugin_logs' not found` });
    const { code, stderr } = await show("logs -d d");
    assert.equal(code, 1);
    assert.match(stderr, /^Show command failed: show logs needs a Millrace server; .*\n {2}hint: look into/);
    server.respond = () => ({ status: 404, body: '{"error":"query error: database not found: d"}' });
    assert.match((await show("logs -d d")).stderr, /database not found: d"\}\n$/);
  });
});
