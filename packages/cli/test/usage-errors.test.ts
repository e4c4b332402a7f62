import assert from "node:assert/strict";
import { runCli, words } from "./support/run-cli.ts";

const MORE = "\n\nFor more information, try '--help'.\n";

const ROWS: [line: string, stderr: string][] = [
  [
    "show system --host http://x table-list",
    `error: the following required arguments were not provided:\n  --database <DATABASE_NAME>\n\nUsage: influxdb3 show system --database <DATABASE_NAME> --host <HOST_URL> <COMMAND>${MORE}`,
  ],
  [
    "show system table-list",
    `error: the following required arguments were not provided:\n  --database <DATABASE_NAME>\n\nUsage: influxdb3 show system --database <DATABASE_NAME> <COMMAND>${MORE}`,
  ],
  [
    "create table --host http://x",
    `error: the following required arguments were not provided:\n  --database <DATABASE_NAME>\n  <TABLE_NAME>\n\nUsage: influxdb3 create table --database <DATABASE_NAME> --host <HOST_URL> <TABLE_NAME>${MORE}`,
  ],
  [
    "create database",
    `error: the following required arguments were not provided:\n  <DATABASE_NAME>\n\nUsage: influxdb3 create database [OPTIONS] <DATABASE_NAME>${MORE}`,
  ],
  [
    "write -d d -p fake 'x y=1'",
    `error: invalid value 'fake' for '--precision <PRECISION>': unrecognized precision unit: fake${MORE}`,
  ],
  [
    "query -d d --format xml 'SELECT 1'",
    `error: invalid value 'xml' for '--format <OUTPUT_FORMAT>'\n  [possible values: pretty, json, jsonl, csv, parquet]${MORE}`,
  ],
  [
    "query -d d --format= 'SELECT 1'",
    `error: a value is required for '--format <OUTPUT_FORMAT>' but none was supplied\n  [possible values: pretty, json, jsonl, csv, parquet]${MORE}`,
  ],
  [
    "query -d d --foo",
    `error: unexpected argument '--foo' found\n\nUsage: influxdb3 query --database <DATABASE_NAME> [QUERY]${MORE}`.replace(
      " [QUERY]",
      "",
    ),
  ],
  [
    "query --fromat csv",
    `error: unexpected argument '--fromat' found\n\n  tip: a similar argument exists: '--format'\n\nUsage: influxdb3 query [OPTIONS] --database <DATABASE_NAME> [QUERY]${MORE}`,
  ],
  [
    "query -d d a b",
    `error: unexpected argument 'b' found\n\nUsage: influxdb3 query --database <DATABASE_NAME>${MORE}`,
  ],
  ["stop", `error: unrecognized subcommand 'stop'\n\nUsage: influxdb3 [OPTIONS] [COMMAND]${MORE}`],
  [
    "create tabel",
    `error: unrecognized subcommand 'tabel'\n\n  tip: a similar subcommand exists: 'table'\n\nUsage: influxdb3 create <COMMAND>${MORE}`,
  ],
  [
    "create last_cache",
    `error: unrecognized subcommand 'last_cache'\n\nUsage: influxdb3 create <COMMAND>${MORE}`,
  ],
  [
    "create table -d d t --tags",
    `error: a value is required for '--tags <TAGS>...' but none was supplied${MORE}`,
  ],
  [
    "query -d d --host a --host b q",
    `error: the argument '--host <HOST_URL>' cannot be used multiple times\n\nUsage: influxdb3 query [OPTIONS] --database <DATABASE_NAME> [QUERY]${MORE}`,
  ],
  [
    "create trigger -d d --path a --plugin-filename b --trigger-spec all_tables t",
    `error: the argument '--path <PATH>' cannot be used with '--plugin-filename <PLUGIN_FILENAME>'\n\nUsage: influxdb3 create trigger --database <DATABASE_NAME> --trigger-spec <TRIGGER_SPECIFICATION> --path <PATH> --plugin-filename <PLUGIN_FILENAME> <TRIGGER_NAME>${MORE}`,
  ],
  [
    "create trigger -d d --path a.py --trigger-spec every:2y t4",
    `error: invalid value 'every:2y' for '--trigger-spec <TRIGGER_SPECIFICATION>': failed to parse trigger from every:2y: don't support every schedules of over 1 year${MORE}`,
  ],
  [
    "create trigger -d d --path a.py --trigger-spec every:0s t4",
    `error: invalid value 'every:0s' for '--trigger-spec <TRIGGER_SPECIFICATION>': failed to parse trigger from every:0s: couldn't parse to duration\n\n  tip: the shortest interval is 1ms${MORE}`,
  ],
  [
    "create trigger -d d --path a.py --trigger-spec 'cron:0 61 * * * *' t4",
    `error: invalid value 'cron:0 61 * * * *' for '--trigger-spec <TRIGGER_SPECIFICATION>': failed to parse trigger from cron:0 61 * * * *\n\n  tip: invalid value '61' in the minute field: expected a number from 0 to 59${MORE}`,
  ],
  [
    "create trigger -d d --path a.py --trigger-spec all_tables --trigger-arguments a=b,c t",
    `error: invalid value 'c' for '--trigger-arguments <TRIGGER_ARGUMENTS>': must be formatted as "key=value"${MORE}`,
  ],
  [
    "create table -d d t --fields f",
    `error: invalid value 'f' for '--fields <FIELDS>': invalid FIELD:VALUE. No \`:\` found in \`f\`${MORE}`,
  ],
  [
    "create table -d d t --fields f:int",
    `error: invalid value 'f:int' for '--fields <FIELDS>': int is not a valid data type, values are int64, uint64, float64, utf8, and bool${MORE}`,
  ],
  [
    "create database d --retention-period 5",
    `error: invalid value '5' for '--retention-period <RETENTION_PERIOD>': time unit needed, for example 5sec or 5ms${MORE}`,
  ],
  [
    "write -d d --max-request-size 0",
    `error: invalid value '0' for '--max-request-size <BYTES>': value must be at least 1${MORE}`,
  ],
  [
    "write -d d --max-request-size 1k",
    `error: invalid value '1k' for '--max-request-size <BYTES>': invalid digit found in string${MORE}`,
  ],
  [
    "write -d d --quiet=maybe",
    `error: unexpected value 'maybe' for '--quiet' found; no more were accepted${MORE}`,
  ],
  [
    "write -V",
    `error: unexpected argument '-V' found\n\nUsage: influxdb3 write [OPTIONS] --database <DATABASE_NAME> [LINE_PROTOCOL]...${MORE}`,
  ],
  ["create token", "error: Missing required subcommand. Use: influxdb3 create token --admin [OPTIONS]\n"],
  [
    "create token --admin --regenerate --name x",
    "error: --regenerate cannot be used with --name, --regenerate only applies for operator token\n",
  ],
  [
    "create token --admin --offline",
    `error: the following required arguments were not provided:\n  --output-file <OUTPUT_FILE>\n\nUsage: influxdb3 create token --admin --offline --output-file <OUTPUT_FILE>${MORE}`,
  ],
];

describe("command lines that are not understood", () => {
  for (const [line, stderr] of ROWS) {
    it(line, async () => {
      const result = await runCli(words(line));
      assert.equal(result.stderr, stderr);
      assert.deepEqual([result.code, result.stdout], [2, ""]);
    });
  }

  it("a group without a command shows its help on stderr", async () => {
    for (const group of ["create", "delete", "show", "enable", "disable", "test", "update", "show system"]) {
      const result = await runCli(words(group));
      assert.deepEqual([result.code, result.stdout], [2, ""]);
      assert.match(result.stderr, new RegExp(`Usage: influxdb3 ${group} .*<COMMAND>`));
    }
  });

  it("a value from the environment is checked like one from the command line", async () => {
    const result = await runCli(words("query -d d 'SELECT 1'"), {
      env: { INFLUXDB3_TLS_NO_VERIFY: "maybe" },
    });
    assert.deepEqual(
      [result.code, result.stderr],
      [2, `error: invalid value 'maybe' for '--tls-no-verify': expected true or false${MORE}`],
    );
  });

  it("variables count as given in the usage line", async () => {
    const result = await runCli(words("show system table-list"), { env: { INFLUXDB3_HOST_URL: "http://x" } });
    assert.match(
      result.stderr,
      /Usage: influxdb3 show system --database <DATABASE_NAME> --host <HOST_URL> <COMMAND>/,
    );
  });
});
