import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const run = (line: string, options = {}) => runCli([...words(line), "--host", server.url], options);

const sql = () => server.requests.map(({ body }) => JSON.parse(body.toString()).q as string);
const NAMES_SQL =
  "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'system' ORDER BY table_name";

describe("show databases", () => {
  it("asks for the list in a format", async () => {
    server.respond = () => ({ body: "+---------------+\n| iox::database |" });
    const result = await run("show databases");
    await run("show databases --show-deleted --format jsonl");
    assert.deepEqual(server.lines, [
      "GET /api/v3/configure/database?format=pretty&show_deleted=false",
      "GET /api/v3/configure/database?format=json_lines&show_deleted=true",
    ]);
    assert.equal(result.stdout, "+---------------+\n| iox::database |\n");
  });

  it("writes to a file", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "millrace-cli-"));
    server.respond = () => ({ body: "[]" });
    await run("show databases --format json -o list.json", { cwd: directory });
    assert.equal(readFileSync(path.join(directory, "list.json"), "utf8"), "[]");
    rmSync(directory, { recursive: true });
  });
});

describe("show system", () => {
  it("table builds its query from the options", async () => {
    await run("show system -d d table processing_engine_triggers --select trigger_name,disabled --limit 0");
    await run("show system -d d table parquet_files");
    await run("show system -d d table parquet_files -l 5 -o 'row_count desc,path' -s path");
    await run("show system -d d table queries --limit 3");
    assert.deepEqual(sql(), [
      'SELECT "trigger_name", "disabled" FROM system."processing_engine_triggers"',
      'SELECT * FROM system."parquet_files" ORDER BY "size_bytes" LIMIT 100',
      'SELECT "path" FROM system."parquet_files" ORDER BY "row_count" DESC, "path" LIMIT 5',
      "SELECT * FROM system.\"queries\" WHERE query_text NOT LIKE '%system.%' AND query_text NOT LIKE '%information_schema%' ORDER BY \"end2end_duration\" LIMIT 3",
    ]);
  });

  it("an unknown table is answered with the known ones", async () => {
    server.respond = ({ body }) =>
      body.includes("information_schema.columns")
        ? { body: '[{"table_name":"last_caches"},{"table_name":"queries"}]' }
        : { status: 400, body: "Error during planning: table 'public.system.meow' not found" };
    const result = await run("show system -d d table meow");
    assert.equal(result.code, 1);
    assert.equal(
      result.stderr,
      'Show command failed: system table \'meow\' not found: please use a valid system table name: ["last_caches", "queries"]\n',
    );
  });

  it("other failures keep the server's words", async () => {
    server.respond = () => ({ status: 500, body: "out of memory" });
    const result = await run("show system -d d table queries");
    assert.match(
      result.stderr,
      /^Show command failed: server responded with error \[500 .*\]: out of memory\n$/,
    );
  });

  it("summary shows every table under its title", async () => {
    server.respond = ({ body }) => {
      if (JSON.parse(body.toString()).q === NAMES_SQL) {
        return { body: '[{"table_name":"last_caches"},{"table_name":"parquet_files"}]' };
      }
      return { body: body.includes("last_caches") ? "++\n++" : "path\nx\n" };
    };
    const result = await run("show system -d d summary --limit 7");
    assert.equal(result.stdout, "last_caches summary:\n++\n++\nparquet_files summary:\npath\nx\n");
    assert.deepEqual(sql().slice(1), [
      'SELECT * FROM system."last_caches" ORDER BY "count" LIMIT 7',
      'SELECT * FROM system."parquet_files" ORDER BY "size_bytes" LIMIT 7',
    ]);
  });

  it("table-list shows tables with their columns", async () => {
    server.respond = () => ({ body: "x" });
    const result = await run("show system -d d table-list --format csv");
    assert.equal(result.stdout, "x\n");
    assert.match(
      sql()[0]!,
      /^SELECT table_name, array_agg\(column_name ORDER BY column_name\) AS column_names/,
    );
    assert.match(server.lines[0]!, /"format":"csv"/);
  });

  it("takes options before and after the child command, and the short spelling", async () => {
    await run("show system -d d table queries --format csv");
    await run("show system --format csv table queries -d d");
    await run("show s table queries -dd --format=csv");
    const bodies = server.requests.map(({ body }) => body.toString());
    assert.equal(new Set(bodies).size, 1);
    assert.equal(bodies.length, 3);
  });
});

const TOKEN = "apiv3_abc";
const CREATED = JSON.stringify({
  id: 0,
  name: "_admin",
  token: TOKEN,
  hash: "",
  created_at: "",
  expiry: null,
});
const TEXT = [
  "",
  "New token created successfully!",
  "",
  `Token: ${TOKEN}`,
  `HTTP Requests Header: Authorization: Bearer ${TOKEN}`,
  "",
  "IMPORTANT: Store this token securely, as it will not be shown again.",
  "",
  "",
].join("\n");

describe("create token", () => {
  beforeEach(() => {
    server.respond = () => ({ status: 201, body: CREATED });
  });

  it("creates the operator token and prints it as text", async () => {
    const result = await run("create token --admin");
    assert.deepEqual(server.lines, ["POST /api/v3/configure/token/admin"]);
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, TEXT, ""]);
  });

  it("colours on a terminal only, and not under NO_COLOR", async () => {
    assert.match((await run("create token --admin", { tty: ["stdout"] })).stdout, /\u001b\[1mToken:/);
    const plain = await run("create token --admin", { tty: ["stdout"], env: { NO_COLOR: "1" } });
    assert.equal(plain.stdout, TEXT);
  });

  it("prints JSON with two keys", async () => {
    const { stdout } = await run("create token --admin --format json");
    assert.deepEqual(JSON.parse(stdout), {
      token: TOKEN,
      help_msg: `Store this token securely, as it will not be shown again. HTTP requests require the following header: "Authorization: Bearer ${TOKEN}"`,
    });
    assert.match(stdout, /^\{\n {2}"/);
  });

  it("creates named tokens", async () => {
    await run("create token --admin --name ci --expiry 1h");
    await run("create token --name ci --admin --token secret");
    assert.deepEqual(server.lines, [
      'POST /api/v3/configure/token/named_admin {"token_name":"ci","expiry_secs":3600}',
      'POST /api/v3/configure/token/named_admin {"token_name":"ci","expiry_secs":null}',
    ]);
  });

  it("regenerates after an exact yes", async () => {
    const prompt = "Are you sure you want to regenerate admin token? Enter 'yes' to confirm\n";
    const done = await run("create token --admin --regenerate", { stdin: "yes\n" });
    assert.deepEqual([done.code, done.stdout], [0, prompt + TEXT]);
    assert.deepEqual(server.lines, ["POST /api/v3/configure/token/admin/regenerate"]);
    for (const stdin of ["y\n", "YES\n", ""]) {
      const refused = await run("create token --admin --regenerate", { stdin });
      assert.equal(refused.code, 1);
      assert.equal(
        refused.stdout,
        `${prompt}Failed to create token, error: "Cannot regenerate token without confirmation"\n`,
      );
    }
    assert.equal(server.requests.length, 1);
  });

  it("fails on stdout with the server's code and message, and exits 1", async () => {
    server.respond = () => ({ status: 409, body: "token name already exists, _admin" });
    const result = await run("create token --admin");
    assert.deepEqual([result.code, result.stderr], [1, ""]);
    assert.equal(
      result.stdout,
      'Failed to create token, error: ApiError { code: 409, message: "token name already exists, _admin", error_code: None }\n',
    );
    const alone = await runCli(["create", "token", "--admin", "--host", "http://127.0.0.1:1"]);
    assert.equal(alone.code, 1);
    assert.match(alone.stdout, /^Failed to create token, error: .*ConnectError/);
  });

  it("makes an offline token that only its owner can read", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "millrace-cli-"));
    const options = { cwd: directory };
    const text = await run("create token --admin --offline --output-file admin.json", options);
    const file = path.join(directory, "admin.json");
    const stored = JSON.parse(readFileSync(file, "utf8"));
    assert.match(stored.token, /^apiv3_[A-Za-z0-9_-]{86}$/);
    assert.equal(stored.name, "_admin");
    assert.equal(text.stdout, `Token saved to: admin.json\n${TEXT.replaceAll(TOKEN, stored.token)}`);
    if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
    const json = await run(
      "create token --admin --offline --output-file b.json --name n --expiry 1s --format json",
      options,
    );
    assert.equal(json.stderr, "Token saved to: b.json\n");
    assert.equal(typeof JSON.parse(json.stdout).token, "string");
    const named = JSON.parse(readFileSync(path.join(directory, "b.json"), "utf8"));
    assert.deepEqual([named.name, named.expiry_millis], ["n", 1_767_225_601_000]);
    assert.equal(server.requests.length, 0);
    rmSync(directory, { recursive: true });
  });
});
