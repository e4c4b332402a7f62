import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { influxdb3 } from "./support/cli.ts";
import { DATABASES } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { send, sendJson } from "./support/http.ts";
import { PluginMill, realPlugins, type TriggerSpec } from "./support/real-plugins.ts";
import { openSink, type Sink, type SinkAnswer, type SinkRequest } from "./support/sink.ts";
import { waitFor } from "./support/wait.ts";

const START = 1_767_225_600; // 2026-01-01T00:00:00Z
const at = (seconds: number): string => `${START + seconds}000000000`;
const HOUR_S = 3600;

const triggers = (sink: Sink): TriggerSpec[] => [
  { name: "notifier", plugin: "notifier.py", when: "request:notify", db: "ops" },
  {
    name: "alert",
    plugin: "threshold_alert.py",
    when: "table:home",
    args: {
      measurement: "home",
      conditions: "temp>30:WARN",
      trigger_count: "2",
      config_file_path: "notifications.toml",
    },
  },
  {
    name: "downsampler",
    plugin: "downsampler.py",
    when: "every:1d",
    args: { config_file_path: "downsampler.toml" },
  },
  { name: "backfill", plugin: "downsampler.py", when: "request:downsample" },
  {
    name: "validator",
    plugin: "schema_validator.py",
    when: "table:readings",
    args: { schema: "home.schema.json", target_database: "clean" },
  },
  {
    name: "deadman",
    plugin: "deadman.py",
    when: "every:1s",
    args: { measurement: "cpu", tag: "host", threshold: "5m", webhook: `${sink.url}/deadman` },
  },
  {
    name: "states",
    plugin: "state_change.py",
    when: "table:machines",
    args: { measurement: "machines", field: "state", key: "id", flapping: "2:10s" },
  },
  { name: "statistics", plugin: "statistics_summary.py", when: "cron:0 0 1 1 *", args: { tables: "^home$" } },
  {
    name: "units",
    plugin: "unit_conversion.py",
    when: "all_tables",
    args: { table: "roads", conversions: "way:km>mi air:degC>degF" },
  },
  {
    name: "signals",
    plugin: "signal_generator.py",
    when: "every:1s",
    args: { signals: "sine:10,walk:1", points: "2" },
  },
  { name: "fleet", plugin: "fleet_report", when: "request:fleet" },
  { name: "csv", plugin: "csv_import.py", when: "request:import/csv", args: { max_rows: "2" } },
  {
    name: "webhook",
    plugin: "webhook.py",
    when: "all_tables",
    args: { tables: "orders.invoices", url: `${sink.url}/hook`, secret: "s3cret" },
  },
  {
    name: "anomalies",
    plugin: "anomaly_mad.py",
    when: "table:pumps",
    args: { measurement: "pumps", fields: "flow:3.5:5", key: "pump" },
  },
  {
    name: "archive",
    plugin: "archive.py",
    when: "cron:* * * * * *",
    args: { table: "events", columns: "kind value", rows_per_file: "2" },
  },
  {
    name: "weather",
    plugin: "weather_poll.py",
    when: "every:1d",
    args: { url: `${sink.url}/weather`, stations: "EDDB KJFK NONE", time_zone: "Europe/Berlin" },
  },
];

/** Fails the first delivery of each signature, and knows two weather stations. */
function answers(): (request: SinkRequest) => SinkAnswer | undefined {
  const seen = new Set<unknown>();
  const weather: Record<string, [observedAt: string, values: Record<string, number>]> = {
    EDDB: ["2026-01-01T00:30:00+01:00", { temp: -3.5, wind: 12 }],
    KJFK: ["2025-12-31T18:30:00-05:00", { temp: 4 }],
  };
  return ({ path: target, headers }) => {
    if (target === "/hook" && !seen.has(headers["x-signature"])) {
      seen.add(headers["x-signature"]);
      return { status: 503 };
    }
    const station = /^\/weather\/(\w+)$/.exec(target)?.[1];
    if (station === undefined) return undefined;
    const found = weather[station];
    if (found === undefined) return { status: 404 };
    if (headers["if-none-match"] === `"${station}"`) return { status: 304 };
    const [observedAt, values] = found;
    return {
      status: 200,
      headers: { etag: `"${station}"` },
      body: JSON.stringify({ observed_at: observedAt, values }),
    };
  };
}

/** Plugins as people write them, each a trigger of one server that is restarted in between. */
describe("plugins of every kind, as people write them", function () {
  this.timeout(60_000);
  let sink: Sink;
  let mill: PluginMill;
  const posted = (target: string) => sink.requests.filter((request) => request.path === target);
  const ask = (target: string, body?: string | Uint8Array, headers?: Record<string, string>) =>
    send(mill.session, body === undefined ? "GET" : "POST", `/api/v3/engine/${target}`, body, headers);

  before(async () => {
    sink = await openSink(answers());
    mill = new PluginMill(sink);
    await mill.start();
    await mill.install("tinyrequests");
    await mill.write([
      `cpu,host=a load=1 ${(BigInt(Date.now()) - 3_600_000n) * 1_000_000n}`,
      `cpu,host=b load=1 ${BigInt(Date.now()) * 1_000_000n}`,
      ...["a", "b", "c"].map((kind, i) => `events,kind=${kind} value=${i}i ${i + 1}`),
      `trips,vehicle=t1 km=12.5 ${at(0)}`,
      `trips,vehicle=t2 km=3 ${at(60)}`,
    ]);
    assert.equal((await sendJson(mill.session, "POST", DATABASES, { db: "ops" })).status, 200);
    for (const trigger of triggers(sink)) await mill.createTrigger(trigger);
  });

  after(async () => {
    await mill?.close();
    sink?.close();
  });

  it("alert through another plugin of the same server", async () => {
    await mill.write([`home,room=Kitchen temp=31,hum=40i ${at(0)}`, `home,room=Office temp=35 ${at(0)}`]);
    await mill.write([`home,room=Kitchen temp=32,hum=44i ${at(30)}`, `home,room=Office temp=20 ${at(30)}`]);
    await mill.untilRows("SELECT room, message, sent FROM alerts", [
      { room: "Kitchen", message: "WARN: temp is 32.0 in room=Kitchen", sent: true },
    ]);
    assert.deepEqual(
      posted("/alerts").map(({ body }) => body),
      ['{"message": "WARN: temp is 32.0 in room=Kitchen"}'],
    );
    assert.deepEqual(await mill.rows("SELECT sender, sent FROM notifications", "ops"), [
      { sender: "http", sent: true },
    ]);
  });

  it("downsample what was written, on time and on request", async () => {
    const run = await mill.runTrigger("downsampler", "2026-01-01T00:30:00Z");
    assert.deepEqual([run.outcome, run.written_lines], ["ok", 2]);
    await mill.untilRows("SELECT room, record_count, temp_avg, hum_max FROM home_1m ORDER BY room", [
      { room: "Kitchen", record_count: 2, temp_avg: 31.5, hum_max: 44 },
      { room: "Office", record_count: 2, temp_avg: 27.5 },
    ]);
    const body = {
      ...{ source: "home", target: "home_1h", interval: "1h", aggregations: "temp:max" },
      ...{ backfill_start: "2026-01-01T00:00:00+00:00", backfill_end: "2026-01-01T00:00:30+00:00" },
    };
    const answer = await ask("downsample", JSON.stringify(body));
    assert.equal(answer.status, 200, answer.text);
    assert.equal((JSON.parse(answer.text) as { written: number }).written, 2);
    assert.deepEqual(await mill.rows("SELECT room, temp_max, time_to FROM home_1h ORDER BY room"), [
      { room: "Kitchen", temp_max: 31, time_to: START * 1e9 },
      { room: "Office", temp_max: 35, time_to: START * 1e9 },
    ]);
  });

  it("sum up columns with Python's statistics", async () => {
    const run = await mill.runTrigger("statistics", "2026-01-01T00:30:00Z");
    assert.equal(run.outcome, "ok", JSON.stringify(run));
    const sql = `SELECT "column", "count", mean, median, stdev FROM column_statistics ORDER BY "column"`;
    assert.deepEqual(await mill.rows(sql), [
      { column: "hum", count: 2, mean: 42, median: 42, stdev: 2.828427 },
      { column: "temp", count: 4, mean: 29.5, median: 31.5, stdev: 6.557439 },
    ]);
  });

  it("sort rows by a schema into another database", async () => {
    await mill.write([`readings,room=Kitchen temp=20,open=true ${at(0)}`, `readings temp=99 ${at(1)}`]);
    await mill.untilRows("SELECT reason FROM rejected", [
      { reason: "tag 'room' is missing; field 'temp' is 99.0" },
    ]);
    assert.deepEqual(await mill.rows(`SELECT room, temp, "open" FROM readings`, "clean"), [
      { room: "Kitchen", temp: 20, open: true },
    ]);
  });

  it("miss who is silent, once", async () => {
    await mill.untilRows("SELECT writer, state FROM deadman", [{ writer: "a", state: "dead" }]);
    const [first, ...more] = await waitFor(
      "the post",
      () => posted("/deadman").length > 0 && posted("/deadman"),
    );
    const [change] = JSON.parse(first!.body) as { writer: string; state: string; silent_s: number }[];
    assert.deepEqual([change!.writer, change!.state, more.length], ["a", "dead", 0]);
    assert.ok(change!.silent_s >= HOUR_S && change!.silent_s < HOUR_S + 60, `${change!.silent_s}`);
  });

  it("see states change from one write to the next", async () => {
    const state = (text: string, seconds: number) => `machines,id=m1 state="${text}" ${at(seconds)}`;
    await mill.write([state("on", 0)]);
    await mill.write([state("off", 3)]);
    await mill.write([state("on", 5)]);
    await mill.untilRows(`SELECT id, "from", "to", lasted_s FROM state_changes ORDER BY time`, [
      { id: "m1", from: "on", to: "off", lasted_s: 3 },
      { id: "m1", from: "off", to: "on", lasted_s: 2 },
    ]);
    assert.ok((await mill.logs("states")).includes("WARN m1 is flapping at 00:00:05: 2 changes"));
  });

  it("convert units with an installed package", async () => {
    await mill.write([`roads,name=A1 way=10,air=20 ${at(0)}`]);
    await mill.untilRows('SELECT way_mi, "air_degF" FROM roads_units', [{ way_mi: 6.213712, air_degF: 68 }]);
  });

  it("deliver rows with an installed client, and again after a failure", async () => {
    await mill.write([`orders,shop=a total=1.5,n=2i ${at(0)}`]);
    const [failed, delivered] = await waitFor("the second try", () =>
      posted("/hook").length >= 2 ? posted("/hook") : undefined,
    );
    assert.deepEqual(JSON.parse(delivered!.body), [
      { table: "orders", shop: "a", total: 1.5, n: 2, time: START * 1e9 },
    ]);
    assert.equal(failed!.body, delivered!.body);
    assert.match(String(delivered!.headers["x-signature"]), /^sha256=[0-9a-f]{64}$/);
    assert.equal(delivered!.headers["user-agent"], "tinyrequests/0.3");
  });

  it("make signals on time", async () => {
    const sql =
      "SELECT site, min(value) >= -10 AND max(value) <= 10 AS fits FROM signals WHERE shape = 'sine'";
    await mill.untilRows(`${sql} GROUP BY site`, [{ site: "north", fits: true }]);
    const counted = await waitFor("a second run", async () => {
      const [row] = await mill.rows("SELECT count(*) AS n FROM signals WHERE shape = 'walk'");
      return (row!["n"] as number) >= 4 && row;
    });
    assert.equal((counted["n"] as number) % 2, 0);
    const walk = await mill.rows("SELECT value FROM signals WHERE shape = 'walk' ORDER BY time");
    const values = walk.map((row) => row["value"] as number);
    // The random state is an object in the cache: a copy made anew in each run would return to where it began.
    for (const [i, value] of values.entries()) assert.equal(Math.abs(value - (values[i - 1] ?? 0)), 1);
  });

  it("answer from a package of several files", async () => {
    const answer = await ask("fleet");
    assert.deepEqual([answer.status, answer.headers.get("x-report")], [200, "1"]);
    assert.deepEqual(JSON.parse(answer.text), [
      { vehicle: "t1", name: "Großer Lkw", trips: 1, km: 12.5, last: "2026-01-01T00:00:00+00:00" },
      { vehicle: "t2", name: "Van, small", trips: 1, km: 3, last: "2026-01-01T00:01:00+00:00" },
    ]);
    const html = await ask("fleet?format=html&vehicle=t2");
    assert.equal(html.text, "<table><tr><td>t2</td><td>Van, small</td><td>3.0</td></tr></table>");
    assert.equal((await ask("fleet?format=pdf")).status, 406);
    // State of its modules lasts.
    assert.equal((await ask("fleet")).headers.get("x-report"), "4");
  });

  it("import a compressed CSV file", async () => {
    const csv = "time,site:tag,power,ok:bool\n1,a,1.5,true\n2,a,2.5,false\n3,b,x,true\n4,b,4.5,true\n";
    const headers = { "content-encoding": "gzip", "content-type": "text/csv" };
    const answer = await ask("import/csv?table=meters", gzipSync(csv), headers);
    assert.deepEqual(
      [answer.status, JSON.parse(answer.text)],
      [207, { written: 3, problems: [{ line: 4, problem: "could not convert string to float: 'x'" }] }],
    );
    assert.deepEqual(
      await mill.rows("SELECT site, sum(power) AS power FROM meters GROUP BY site ORDER BY site"),
      [
        { site: "a", power: 4 },
        { site: "b", power: 4.5 },
      ],
    );
  });

  it("find anomalies with a window that grows over many writes", async () => {
    for (const [i, flow] of [10, 10.2, 9.8, 10.1, 9.9, 11].entries()) {
      await mill.write([`pumps,pump=a flow=${flow} ${at(i)}`]);
    }
    await mill.untilRows("SELECT series, value, score FROM anomalies", [
      { series: "a", value: 11, score: "6.74" },
    ]);
  });

  it("keep files of their own", async () => {
    await mill.untilRows(
      "SELECT max(total) AS total, max(files) AS files, max(archived) AS archived FROM archive_runs",
      [{ total: 3, files: 1, archived: 3 }],
    );
  });

  it("ask a service with threads, and only for what is new", async () => {
    const first = await mill.runTrigger("weather", "2026-01-01T00:00:00Z");
    assert.deepEqual([first.outcome, first.written_lines], ["ok", 2], JSON.stringify(first));
    const second = await mill.runTrigger("weather", "2026-01-01T01:00:00Z");
    assert.deepEqual([second.outcome, second.written_lines], ["ok", 0], JSON.stringify(second));
    assert.deepEqual(await mill.rows("SELECT station, hour, temp, wind FROM weather ORDER BY station"), [
      { station: "EDDB", hour: "00", temp: -3.5, wind: 12 },
      { station: "KJFK", hour: "00", temp: 4 },
    ]);
    assert.deepEqual(await mill.logs("weather"), [
      "ERROR NONE: HTTP Error 404: Not Found",
      "INFO 2 new, 0 unchanged of 3",
      "ERROR NONE: HTTP Error 404: Not Found",
      "INFO 0 new, 2 unchanged of 3",
    ]);
  });

  it("pass their test cases, without the server", async () => {
    const junit = path.join(temporaryDirectory("real-plugins-junit"), "results.xml");
    const environment = ["--virtual-env-location", path.join(mill.pluginDir, ".venv")];
    const tested = await influxdb3(["test", "plugin", realPlugins, "--junit", junit, ...environment], {
      env: { XDG_CACHE_HOME: mill.cacheDirectory() },
    });
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
    const results = readFileSync(junit, "utf8");
    assert.match(results, /<testsuites name="plugin tests" tests="\d+" failures="0" errors="0"/);
    assert.ok(results.match(/<testsuite /g)!.length >= 15);
  });

  it("fail in no run", () => noFailures(mill));

  it("go on where they were when the server starts again", async () => {
    const [{ signals }] = (await mill.rows("SELECT count(*) AS signals FROM signals")) as [
      { signals: number },
    ];
    const deadman = posted("/deadman").length;
    await mill.restart();
    await mill.write([
      ...[4, 5].map((value) => `events,kind=d value=${value}i ${value}`),
      `cpu,host=a load=1 ${BigInt(Date.now()) * 1_000_000n}`,
      ...[`machines,id=m1 state="off" ${at(9)}`, `machines,id=m1 state="on" ${at(10)}`],
      `roads,name=A2 way=20 ${at(1)}`,
      `orders,shop=b total=2 ${at(1)}`,
      ...[40, 41].map((temp, i) => `home,room=Kitchen temp=${temp} ${at(60 + i)}`),
    ]);
    await mill.untilRows(
      "SELECT max(total) AS total, max(files) AS files, max(archived) AS archived FROM archive_runs",
      [{ total: 5, files: 2, archived: 5 }],
    );
    // What the table says of the time before is taken up: "dead" is not told again, "alive" is.
    await mill.untilRows("SELECT writer, state FROM deadman ORDER BY time", [
      { writer: "a", state: "dead" },
      { writer: "a", state: "alive" },
    ]);
    assert.equal(posted("/deadman").length, deadman + 1);
    // A cache starts empty: the first state is none that changed.
    await mill.untilRows(`SELECT "from", lasted_s FROM state_changes ORDER BY time DESC LIMIT 1`, [
      { from: "off", lasted_s: 1 },
    ]);
    await mill.untilRows("SELECT way_mi FROM roads_units ORDER BY time", [
      { way_mi: 6.213712 },
      { way_mi: 12.427424 },
    ]);
    await waitFor(
      "the order of shop b",
      () => posted("/hook").filter(({ body }) => body.includes('"b"')).length >= 2,
    );
    await mill.untilRows("SELECT message FROM alerts ORDER BY time DESC LIMIT 1", [
      { message: "WARN: temp is 41.0 in room=Kitchen" },
    ]);
    assert.equal(posted("/alerts").length, 2);
    assert.equal((await ask("fleet")).headers.get("x-report"), "1");
    await waitFor("more signals", async () => {
      const [row] = await mill.rows("SELECT count(*) AS n FROM signals");
      return (row!["n"] as number) > signals;
    });
    await noFailures(mill);
  });
});

async function noFailures(mill: PluginMill): Promise<void> {
  const runs = await mill.rows(
    "SELECT trigger_name, outcome, error FROM millrace.plugin_runs WHERE outcome NOT IN ('ok', 'running')",
  );
  assert.deepEqual(runs, []);
}
