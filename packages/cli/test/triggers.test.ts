import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const here = fileURLToPath(new URL("fixtures/", import.meta.url));
const cli = (line: string) => runCli([...words(line), "--host", server.url], { cwd: here });
const sent = () => server.requests.map(({ body }) => JSON.parse(body.toString()));

describe("uploading a plugin with its trigger", () => {
  const create = (path: string) =>
    cli(`create trigger -d d --upload --path ${path} --trigger-spec all_tables t`);

  it("sends a file under its base name", async () => {
    const result = await create("./upload/single.py");
    assert.equal(result.code, 0, result.stderr);
    assert.equal(
      server.lines[0],
      'POST /api/v3/plugins/files?db=d {"plugin_name":"single.py","content":"# one file\\n"}',
    );
    assert.equal(JSON.parse(server.requests[1]!.body.toString()).plugin_filename, "single.py");
  });

  it("sends every Python file of a directory below the directory's name", async () => {
    const result = await create("upload/package/");
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(
      sent().map((one) => one.plugin_name ?? one.plugin_filename),
      ["package/__init__.py", "package/inner/more.py", "package"],
    );
  });

  it("wants an __init__.py in a directory", async () => {
    const result = await create("upload");
    assert.equal(
      result.stderr,
      "Create command failed: Multi-file plugin directory must contain __init__.py: upload\n",
    );
  });
});

describe("plugins of the first releases", () => {
  it("are stored as files under their names", async () => {
    const line = "create plugin --code-filename upload/single.py --entry-point f --plugin-type wal_rows";
    const result = await cli(`${line} -d d my_plugin`);
    assert.deepEqual([result.code, result.stdout], [0, "Plugin my_plugin created successfully\n"]);
    await cli("create plugin --filename upload/single.py other.py");
    assert.deepEqual(server.lines, [
      'POST /api/v3/plugins/files?db=d {"plugin_name":"my_plugin.py","content":"# one file\\n"}',
      'POST /api/v3/plugins/files {"plugin_name":"other.py","content":"# one file\\n"}',
    ]);
    assert.match(
      (await cli("create plugin --filename upload/package x")).stderr,
      /Invalid path: upload\/package\n/,
    );
  });
  it("cannot be shown or deleted by name: the command says what there is instead", async () => {
    for (const line of ["delete plugin -d d p", "show plugin p", "show plugin"]) {
      const { code, stderr } = await cli(line);
      assert.equal(code, 1);
      assert.match(
        stderr,
        / command failed: plugins are files in the server's plugin directory now\n {2}hint: /,
      );
    }
    assert.equal(server.requests.length, 0);
  });
});

describe("the runs that a new schedule will have", () => {
  const created = async (spec: string, more = "") =>
    (await cli(`create trigger -d d --path p.py --trigger-spec '${spec}' ${more} t`)).stderr;

  it("are shown on stderr, beside what the original prints", async () => {
    const result = await cli("create trigger -d d --path p.py --trigger-spec every:1500ms t");
    assert.equal(result.stdout, "Trigger t created successfully\n");
    assert.equal(
      result.stderr,
      "Next runs (UTC):\n  Thu 2026-01-01 00:00:01.500\n  Thu 2026-01-01 00:00:03\n  Thu 2026-01-01 00:00:04.500\n",
    );
    for (const spec of ["all_tables", "table:t", "request:p"]) assert.equal(await created(spec), "");
  });
  it("come with a note where week days may be misread", async () => {
    assert.match(
      await created("cron:0 0 8 * * 2-6"),
      /Mon 2026-01-05 08:00:00\nnote: with 6 fields week days count from Sunday = 1, so '2-6' means Mon, Tue, Wed, Thu, Fri; /,
    );
    assert.doesNotMatch(await created("cron:0 8 * * 1-5"), /note/);
  });
  it("may be none", async () => {
    assert.match(await created("cron:0 0 0 1 1 ? 2020"), /^note: this schedule has no run left/);
  });
  it("are not shown for a trigger that was not created", async () => {
    server.respond = () => ({ status: 404, body: "Database not found d" });
    assert.doesNotMatch(await created("every:1h"), /Next runs/);
  });
  it("are none for a schedule that is none: the bad field is named", async () => {
    const result = await cli("create trigger -d d --path p.py --trigger-spec 'cron:0 0 25 * * *' t");
    assert.equal(result.code, 2);
    assert.match(
      result.stderr,
      /^error: invalid value 'cron:0 0 25 \* \* \*' for '--trigger-spec <TRIGGER_SPECIFICATION>': failed to parse trigger from cron:0 0 25 \* \* \*\n\n {2}tip: invalid value '25' in the hour field: expected a number from 0 to 23\n/,
    );
  });
});

describe("updating a trigger", () => {
  it("sends a file in place of the trigger's, as the original does", async () => {
    const result = await cli("update trigger -d d -t t1 -p upload/single.py --upload");
    assert.deepEqual(
      [result.code, result.stdout, result.stderr],
      [0, "Trigger 't1' updated successfully\n", ""],
    );
    assert.deepEqual(server.lines, [
      'PUT /api/v3/plugins/files?db=d {"plugin_name":"t1","content":"# one file\\n"}',
    ]);
  });
  it("replaces a directory at once", async () => {
    const result = await cli("update trigger -d d --trigger-name t1 --path upload/package");
    assert.equal(result.stdout, "Trigger 't1' updated successfully (atomic directory replacement)\n");
    assert.match(server.lines[0]!, /^PUT \/api\/v3\/plugins\/directory\?db=d /);
    const [body] = sent();
    assert.equal(body.plugin_name, "t1");
    assert.deepEqual(
      body.files.map((file: { relative_path: string }) => file.relative_path),
      ["__init__.py", "inner/more.py"],
    );
  });
  it("changes what a Millrace server can change, and nothing that was not named", async () => {
    for (const [options, body] of [
      ["--error-behavior retry", { trigger_settings: { error_behavior: "retry" } }],
      ["--run-asynchronous", { trigger_settings: { run_async: true } }],
      ["--run-asynchronous=false", { trigger_settings: { run_async: false } }],
      ["--trigger-arguments a=1,b=2", { trigger_arguments: { a: "1", b: "2" } }],
      ["--no-trigger-arguments", { trigger_arguments: null }],
      ["--trigger-spec every:90s", { trigger_specification: "every:1m 30s" }],
      ["--plugin-filename other.py", { plugin_filename: "other.py" }],
    ] as const) {
      server.requests.length = 0;
      const result = await cli(`update trigger -d d -t t1 ${options}`);
      assert.deepEqual(
        [result.code, result.stdout],
        [0, "Trigger 't1' updated successfully\n"],
        result.stderr,
      );
      assert.match(server.lines[0]!, /^PUT \/api\/millrace\/v1\/triggers \{/);
      assert.deepEqual(sent()[0], { db: "d", trigger_name: "t1", ...body });
    }
  });
  it("does files, settings and the switch in this order, and shows the new times", async () => {
    const result = await cli(
      "update trigger -d d -t t1 -p upload/single.py --trigger-spec 'cron:0 8 * * *' --enabled",
    );
    assert.match(result.stderr, /^Next runs \(UTC\):\n {2}Thu 2026-01-01 08:00:00\n/);
    assert.deepEqual(
      server.requests.map(({ method, url }) => `${method} ${url}`),
      [
        "PUT /api/v3/plugins/files?db=d",
        "PUT /api/millrace/v1/triggers",
        "POST /api/v3/configure/processing_engine_trigger/enable?db=d&trigger_name=t1",
      ],
    );
    server.requests.length = 0;
    await cli("update trigger -d d -t t1 --disabled");
    assert.match(server.lines[0]!, /\/disable\?db=d&trigger_name=t1$/);
  });
  it("says what is missing or wrong", async () => {
    for (const [line, code, stderr] of [
      ["-t t -p /nowhere.py", 1, /^Update command failed: Path does not exist: \/nowhere\.py\n$/],
      ["-t t -p upload", 1, /must contain __init__\.py: upload\n$/],
      ["-t t -p /dev/null", 1, /^Update command failed: Invalid path: \/dev\/null\n$/],
      ["-t t", 2, /^error: the following required arguments were not provided:\n {2}--path <PATH>\n/],
      ["-p x.py", 2, /required arguments were not provided:\n {2}--trigger-name <TRIGGER_NAME>\n/],
      ["-t t --enabled --disabled", 2, /'--enabled' cannot be used with '--disabled'/],
    ] as const) {
      const result = await cli(`update trigger -d d ${line}`);
      assert.equal(result.code, code, line);
      assert.match(result.stderr, stderr);
    }
    assert.equal(server.requests.length, 0);
  });
  it("says which server it needs", async () => {
    server.respond = () => ({ status: 404, body: "Not found" });
    const result = await cli("update trigger -d d -t t --error-behavior log");
    assert.deepEqual([result.code, result.stdout], [1, ""]);
    assert.match(
      result.stderr,
      /^Update command failed: changing a trigger needs a Millrace server; .*\n {2}hint: /,
    );
    server.respond = () => ({ status: 404, body: "the requested resource was not found: t" });
    assert.match(
      (await cli("update trigger -d d -t t --error-behavior log")).stderr,
      /resource was not found: t\n$/,
    );
  });
});

const RUN = {
  run_id: "r1",
  outcome: "ok",
  error: null,
  duration_ms: 12.34,
  written_lines: 1,
  events: [
    { kind: "log", level: "INFO", message: "hi\nyou", file: "p.py", line: 3, atNs: 1 },
    { kind: "network", message: "connected to example.org:443", file: "p.py", line: 4, atNs: 2 },
    { kind: "write", database: "d", lineProtocol: "out v=1i", file: "p.py", line: 10, atNs: 3 },
  ],
  traceback: [],
  response: null,
};

describe("running a trigger by hand", () => {
  it("sends what its kind wants", async () => {
    server.respond = () => ({ body: JSON.stringify(RUN) });
    await cli("run trigger -d d t --file two-lines.lp");
    await cli("run trigger -d d t --call-time 2026-01-01T00:00:00Z");
    await cli("run trigger -d d t --query-parameters a=1,b=2 --headers x=y --body hello");
    const nothing = { input_lp: null, call_time: null, query_parameters: null, headers: null, body: null };
    const base = { db: "d", trigger_name: "t", ...nothing };
    const lines = "home,room=Kitchen temp=21.0\nhome,room=Kitchen temp=21.5\n";
    assert.deepEqual(sent(), [
      { ...base, input_lp: lines },
      { ...base, call_time: "2026-01-01T00:00:00Z" },
      { ...base, query_parameters: { a: "1", b: "2" }, headers: { x: "y" }, body: "hello" },
    ]);
    assert.match(server.lines[0]!, /^POST \/api\/millrace\/v1\/triggers\/run /);
  });
  it("tells what the plugin did", async () => {
    server.respond = () => ({ body: JSON.stringify(RUN) });
    const result = await cli("run trigger -d d t");
    assert.deepEqual([result.code, result.stderr], [0, ""]);
    assert.equal(
      result.stdout,
      [
        "Trigger t: ok in 12.3 ms, 1 line written (run r1)",
        "  p.py:3   log      INFO: hi",
        "                    you",
        "  p.py:4   network  connected to example.org:443",
        "  p.py:10  write    to d: out v=1i",
        "",
      ].join("\n"),
    );
    const json = await cli("run trigger -d d t --format json");
    assert.deepEqual(JSON.parse(json.stdout), RUN);
  });
  it("shows the answer of a request plugin", async () => {
    const response = { status: 201, headers: [["content-type", "text/csv"]], body: "a,b" };
    server.respond = () => ({ body: JSON.stringify({ ...RUN, events: [], response }) });
    const { stdout } = await cli("run trigger -d d t");
    assert.equal(
      stdout,
      "Trigger t: ok in 12.3 ms, 1 line written (run r1)\nResponse 201\ncontent-type: text/csv\n\na,b\n",
    );
  });
  it("fails with the plugin, and shows where", async () => {
    const traceback = [{ file: "p.py", line: 7, function: "process_writes" }];
    const failed = {
      ...RUN,
      outcome: "error",
      error: "ValueError: x",
      written_lines: 0,
      events: [],
      traceback,
    };
    server.respond = () => ({ body: JSON.stringify(failed) });
    const result = await cli("run trigger -d d t");
    assert.equal(result.code, 1);
    assert.equal(
      result.stdout,
      [
        "Trigger t: error in 12.3 ms, 0 lines written (run r1)",
        "Traceback (most recent call last):",
        '  File "p.py", line 7, in process_writes',
        "ValueError: x",
        "",
      ].join("\n"),
    );
    assert.equal((await cli("run trigger -d d t --format json")).code, 1);
  });
  it("says which server it needs, and what it cannot read", async () => {
    server.respond = () => ({ status: 404, body: "Not found" });
    assert.match(
      (await cli("run trigger -d d t")).stderr,
      /^Run command failed: running a trigger by hand needs a Millrace server; /,
    );
    assert.match(
      (await cli("run trigger -d d t --file /nowhere.lp")).stderr,
      /io error: No such file .*: \/nowhere\.lp/,
    );
  });
});
