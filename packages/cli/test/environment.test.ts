import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { useFakeServer } from "./support/fake-server.ts";
import { type RunOptions, runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-cli-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const QUERY = words("query 'SELECT 1'");
const run = (argv: string[], options: RunOptions = {}) => runCli(argv, { cwd: directory, ...options });
const database = () => JSON.parse(server.requests.at(-1)!.body.toString()).db;

describe("environment", () => {
  it("the command line goes before a variable, a variable before the default", async () => {
    const env = {
      INFLUXDB3_HOST_URL: server.url,
      INFLUXDB3_DATABASE_NAME: "from_env",
      INFLUXDB3_AUTH_TOKEN: "env-token",
    };
    await run(QUERY, { env });
    assert.equal(database(), "from_env");
    assert.equal(server.requests.at(-1)!.headers.authorization, "Bearer env-token");
    await run([...QUERY, "-d", "given", "--token", "given-token"], { env });
    assert.equal(database(), "given");
    assert.equal(server.requests.at(-1)!.headers.authorization, "Bearer given-token");
    const wrongHost = { ...env, INFLUXDB3_HOST_URL: "http://127.0.0.1:1" };
    assert.equal((await run([...QUERY, "--host", server.url], { env: wrongHost })).code, 0);
    assert.equal(server.requests.length, 3);
    const help = await run(["query", "-h"]);
    assert.match(help.stdout, /\[default: http:\/\/127\.0\.0\.1:8181\]/);
  });

  it("an empty variable counts as unset", async () => {
    const env = { INFLUXDB3_HOST_URL: server.url, INFLUXDB3_AUTH_TOKEN: "", INFLUXDB3_TLS_NO_VERIFY: "" };
    assert.equal((await run([...QUERY, "-d", "d"], { env })).code, 0);
    assert.equal(server.requests[0]!.headers.authorization, undefined);
    const empty = await run(QUERY, { env: { INFLUXDB3_DATABASE_NAME: "" } });
    assert.equal(empty.code, 2);
  });

  it("switches read the usual words", async () => {
    for (const word of ["true", "1", "YES", "on", "False", "0", "no", "OFF"]) {
      const env = { INFLUXDB3_TLS_NO_VERIFY: word, INFLUXDB3_HOST_URL: server.url };
      assert.equal((await run([...QUERY, "-d", "d"], { env })).code, 0, word);
    }
  });

  it("names the database for create database and delete database", async () => {
    const env = { INFLUXDB3_HOST_URL: server.url, INFLUXDB3_DATABASE_NAME: "sensors" };
    await run(words("create database"), { env });
    await run(words("delete database -y"), { env });
    await run(words("delete database other -y"), { env });
    assert.deepEqual(server.lines, [
      'POST /api/v3/configure/database {"db":"sensors","retention_period":null}',
      "DELETE /api/v3/configure/database?db=sensors",
      "DELETE /api/v3/configure/database?db=other",
    ]);
  });
});

describe(".env", () => {
  it("is found in the working directory and above it; set variables win", async () => {
    const deep = path.join(directory, "a", "b");
    mkdirSync(deep, { recursive: true });
    writeFileSync(
      path.join(directory, ".env"),
      [
        "# connection",
        `export INFLUXDB3_HOST_URL=${server.url} # where it is`,
        "NAME=sensors",
        `INFLUXDB3_DATABASE_NAME="${"$"}{NAME}_1"`,
        "INFLUXDB3_AUTH_TOKEN='a$b#c'",
        "",
      ].join("\n"),
    );
    await run(QUERY, { cwd: deep });
    assert.equal(database(), "sensors_1");
    assert.equal(server.requests[0]!.headers.authorization, "Bearer a$b#c");
    await run(QUERY, { cwd: deep, env: { INFLUXDB3_DATABASE_NAME: "set" } });
    assert.equal(database(), "set");
  });

  it("that makes no sense stops every command", async () => {
    for (const text of ["what is this\n", 'A="open\n', "1A=2\n"]) {
      writeFileSync(path.join(directory, ".env"), text);
      const result = await run(["--version"]);
      assert.deepEqual([result.code, result.stdout], [1, ""]);
      assert.match(result.stderr, /^FATAL Error loading config from: .*\nAborting\n$/);
    }
  });
});

describe("renamed variables", () => {
  it("still work and say their new name", async () => {
    const result = await run(["--version"], { env: { LOG_FILTER: "debug" } });
    assert.equal(result.code, 0);
    assert.equal(
      result.stderr,
      "2026-01-01T00:00:00.000123Z  WARN influxdb3::env_compat: environment variable LOG_FILTER is deprecated, use INFLUXDB3_LOG_FILTER instead\n",
    );
  });

  it("give way to the new name", async () => {
    const env = { LOG_FILTER: "debug", INFLUXDB3_LOG_FILTER: "info" };
    const result = await run(["--version"], { env });
    assert.match(
      result.stderr,
      /WARN influxdb3::env_compat: both LOG_FILTER and INFLUXDB3_LOG_FILTER are set; using INFLUXDB3_LOG_FILTER, as LOG_FILTER is deprecated\n$/,
    );
  });

  it("the old thread variable is named too", async () => {
    const result = await run(["--version"], { env: { INFLUXDB3_NUM_THREADS: "4" } });
    assert.equal(
      result.stderr,
      "WARN: Use of deprecated environment variable INFLUXDB3_NUM_THREADS: replace with INFLUXDB3_NUM_IO_THREADS\n",
    );
  });
});
