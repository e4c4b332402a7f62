import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { useFakeServer } from "./support/fake-server.ts";
import { type RunOptions, runCli } from "./support/run-cli.ts";

const server = useFakeServer();
let directory = "";
before(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-cli-"));
});
after(() => rmSync(directory, { recursive: true }));

const write = (args: string[], options: RunOptions = {}) =>
  runCli(["write", "-d", "mydb", "--host", server.url, ...args], { cwd: directory, ...options });
const query = (args: string[], options: RunOptions = {}) =>
  runCli(["query", "-d", "mydb", "--host", server.url, ...args], { cwd: directory, ...options });

describe("write", () => {
  it("sends one argument and reports to stderr only", async () => {
    const line = "home,room=Kitchen temp=21.0,hum=35.9,co=0i 1641024000";
    const result = await write(["--precision", "s", line]);
    assert.deepEqual(server.lines, [`POST /api/v3/write_lp?db=mydb&precision=second ${line}`]);
    assert.deepEqual([result.code, result.stdout], [0, ""]);
    assert.equal(
      result.stderr,
      "  1ms: 1 request (1000.00 requests/sec), 1 lines (1000 lines/s), 53B (51.76KiB/s)\n",
    );
  });

  it("sends the flags that were given and no others", async () => {
    await write(["x y=1", "-q"]);
    await write(["-q", "--accept-partial", "--no-sync", "-pms", "x y=1"]);
    await write(["-q", "--accept-partial=false", "x y=1"]);
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      [
        "/api/v3/write_lp?db=mydb",
        "/api/v3/write_lp?db=mydb&precision=millisecond&accept_partial=true&no_sync=true",
        "/api/v3/write_lp?db=mydb&accept_partial=false",
      ],
    );
  });

  it("prefers the argument over --file, and --file over stdin", async () => {
    writeFileSync(path.join(directory, "in.lp"), "file f=1\n");
    await write(["-q", "-f", "in.lp", "arg f=1"], { stdin: "pipe f=1" });
    await write(["-q", "-f", "in.lp"], { stdin: "pipe f=1" });
    await write(["-q"], { stdin: "pipe f=1" });
    assert.deepEqual(
      server.requests.map(({ body }) => body.toString()),
      ["arg f=1", "file f=1\n", "pipe f=1"],
    );
  });

  it("sends nothing for empty input", async () => {
    const result = await write([], { stdin: "" });
    assert.deepEqual([result.code, result.stdout, result.stderr, server.requests.length], [0, "", "", 0]);
  });

  it("says what is missing", async () => {
    for (const [args, options, stderr] of [
      [
        [],
        { tty: ["stdin"] },
        "No input from stdin detected, no string was passed in, and no file path was given",
      ],
      [["-f", "nowhere.lp"], {}, "error reading file: No such file or directory (os error 2)"],
      [["-f", "."], {}, "error reading file: Is a directory (os error 21)"],
      [
        ["a b=1", "c d=1"],
        {},
        "ensure that a single protocol line string is provided as the final argument, enclosed in quotes",
      ],
    ] as [string[], RunOptions, string][]) {
      const result = await write(args, options);
      assert.deepEqual(
        [result.code, result.stdout, result.stderr],
        [1, "", `Write command failed: ${stderr}\n`],
      );
    }
    assert.equal(server.requests.length, 0);
  });

  it("cuts long input between lines", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `cpu,host=h${index} usage=${index}`);
    const long = `long text="${"x".repeat(300)}"`;
    const input = [...lines.slice(0, 25), long, ...lines.slice(25)].join("\n");
    const args = ["--max-request-size", "100", "--max-concurrent-requests", "1"];
    const result = await write(args, { stdin: input });
    assert.equal(result.code, 0);
    const bodies = server.requests.map(({ body }) => body.toString());
    assert.equal(bodies.join(""), input);
    for (const body of bodies) assert.ok(body.length <= 100 || body === `${long}\n`, body);
    assert.ok(bodies.length < 30);
    const progress = result.stderr.trimEnd().split("\n");
    assert.equal(progress.length, bodies.length);
    assert.match(progress.at(-1)!, new RegExp(`: ${bodies.length} requests .*, 51 lines `));
  });

  it("tells a person how much of a file is left, and a script the plain totals", async () => {
    const args = ["-f", "many.lp", "--max-request-size", "40", "--max-concurrent-requests", "1"];
    writeFileSync(path.join(directory, "many.lp"), "a b=1\n".repeat(20));
    const watched = (await write(args, { tty: ["stderr"] })).stderr.trimEnd().split("\n");
    assert.deepEqual(
      watched.map((line) => /B\/s\)(.*)$/.exec(line)?.[1]),
      [", 30%, 1s left", ", 60%, 1s left", ", 90%, 1s left", ", 100%"],
    );
    assert.match((await write(args)).stderr, /B\/s\)\n$/);
    assert.match((await write(["a b=1"], { tty: ["stderr"] })).stderr, /B\/s\)\n$/);
  });

  it("sends again what a busy server had no room for", async () => {
    let refusals = 2;
    server.respond = () => (refusals-- > 0 ? { status: 503, body: "busy" } : { status: 204, body: "" });
    const args = ["-q", "--max-request-size", "8", "--max-concurrent-requests", "2"];
    const result = await write(args, { stdin: "a b=1\nc d=2\n" });
    assert.deepEqual([result.code, result.stderr], [0, ""]);
    const bodies = server.requests.map(({ body }) => body.toString());
    assert.deepEqual(bodies.sort(), ["a b=1\n", "a b=1\n", "c d=2\n", "c d=2\n"]);
  });

  it("stops at the first failure", async () => {
    server.respond = () => ({ status: 500, body: "disk full" });
    const args = ["-q", "--max-request-size", "8", "--max-concurrent-requests", "1"];
    const result = await write(args, { stdin: "a b=1\n".repeat(20) });
    assert.equal(server.requests.length, 1);
    assert.equal(
      result.stderr,
      "Write command failed: server responded with error [500 Internal Server Error]: disk full\n",
    );
  });

  it("compresses when asked to", async () => {
    await write(["-q", "--gzip", "cpu usage=1"]);
    const request = server.requests[0]!;
    assert.equal(request.headers["content-encoding"], "gzip");
    assert.equal(gunzipSync(request.body).toString(), "cpu usage=1");
  });

  it("--write-host and its variable go before --host", async () => {
    await runCli([
      "write",
      "-q",
      "-d",
      "d",
      "--host",
      "http://127.0.0.1:1",
      "--write-host",
      server.url,
      "a b=1",
    ]);
    const env = { INFLUXDB3_WRITE_HOST_URL: server.url };
    await runCli(["write", "-q", "-d", "d", "--host", "http://127.0.0.1:1", "a b=1"], { env });
    assert.equal(server.requests.length, 2);
  });
});

describe("query", () => {
  it("sends the format by its name on the wire", async () => {
    for (const [format, wire] of Object.entries({
      pretty: "pretty",
      json: "json",
      jsonl: "json_lines",
      csv: "csv",
      parquet: "parquet",
    })) {
      server.reset();
      await query(["--format", format, "SELECT 1"]);
      assert.deepEqual(server.lines, [
        `POST /api/v3/query_sql {"db":"mydb","q":"SELECT 1","format":"${wire}","params":null}`,
      ]);
    }
  });

  it("speaks InfluxQL on its own route", async () => {
    await query(["-l", "influxql", "SHOW MEASUREMENTS"]);
    assert.match(server.lines[0]!, /^POST \/api\/v3\/query_influxql \{"db":"mydb","q":"SHOW MEASUREMENTS"/);
  });

  it("ends text with exactly one newline", async () => {
    for (const [body, stdout] of [
      ["+--+\n+--+", "+--+\n+--+\n"],
      ["[]", "[]\n"],
      ["a,b\n1,2\n", "a,b\n1,2\n"],
      ["", ""],
    ] as const) {
      server.respond = () => ({ body });
      assert.equal((await query(["SELECT 1"])).stdout, stdout);
    }
  });

  it("takes the text from the argument, else from --file, else from stdin", async () => {
    writeFileSync(path.join(directory, "q.sql"), "SELECT file");
    await query(["-f", "q.sql", "SELECT arg"], { stdin: "SELECT pipe" });
    await query(["-f", "q.sql"], { stdin: "SELECT pipe" });
    await query([], { stdin: "SELECT pipe" });
    await query(["-- a comment\nSELECT 1"]);
    assert.deepEqual(
      server.requests.map(({ body }) => JSON.parse(body.toString()).q),
      ["SELECT arg", "SELECT file", "SELECT pipe", "-- a comment\nSELECT 1"],
    );
  });

  it("writes to --output and leaves stdout empty", async () => {
    server.respond = () => ({ body: Buffer.from([0x50, 0x41, 0xff, 0x00]) });
    const result = await query(["--format", "parquet", "-o", "out.parquet", "SELECT 1"], { tty: ["stdout"] });
    assert.deepEqual([result.code, result.stdout, result.stderr], [0, "", ""]);
    assert.deepEqual([...readFileSync(path.join(directory, "out.parquet"))], [0x50, 0x41, 0xff, 0x00]);
  });

  it("passes parquet on as raw bytes, but not to a terminal", async () => {
    server.respond = () => ({ body: Buffer.from([0xff, 0xfe]) });
    assert.deepEqual([...(await query(["--format", "parquet", "SELECT 1"])).stdoutBytes], [0xff, 0xfe]);
    const result = await query(["--format", "parquet", "SELECT 1"], { tty: ["stdout"] });
    assert.equal(result.code, 1);
    assert.equal(
      result.stderr,
      "Query command failed: cannot write parquet to a terminal, use `--output <file>` or pipe the output\n",
    );
  });

  it("fails in the known words", async () => {
    server.respond = () => ({ body: Buffer.from([0xff]) });
    assert.match(
      (await query(["SELECT 1"])).stderr,
      /^Query command failed: invlid UTF8 received from server: /,
    );
    for (const [args, options, stderr] of [
      [
        [],
        { tty: ["stdin"] },
        "No input from stdin detected, no string was passed in,  and no file path was given",
      ],
      [["-f", "nowhere.sql"], {}, "io error: No such file or directory (os error 2)"],
      [["-o", "no/such/dir.csv", "SELECT 1"], {}, "io error: No such file or directory (os error 2)"],
    ] as [string[], RunOptions, string][]) {
      const result = await query(args, options);
      assert.deepEqual([result.code, result.stderr], [1, `Query command failed: ${stderr}\n`]);
    }
  });

  it("--query-host and its variable go before --host", async () => {
    const env = { INFLUXDB3_QUERY_HOST_URL: server.url };
    await runCli(["query", "-d", "d", "--host", "http://127.0.0.1:1", "SELECT 1"], { env });
    assert.equal(server.requests.length, 1);
  });
});
