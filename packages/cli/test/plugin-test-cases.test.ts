import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { localEnvironment, useProject } from "./support/local.ts";
import { type Result, runCli, words } from "./support/run-cli.ts";

const project = useProject();

function run(line = ""): Promise<Result> {
  return runCli(words(`test plugin ${line}`), { cwd: project.directory, env: localEnvironment });
}

/** The lines without the times, which differ. */
function linesOf({ stdout }: Result): string[] {
  return stdout
    .replaceAll(/ \([\d.]+ m?s\)/g, "")
    .trimEnd()
    .split("\n");
}

const LIMIT = `def process_writes(influxdb3_local, table_batches, args):
    for batch in table_batches:
        for row in batch["rows"]:
            if row["v"] > float(args["limit"]):
                influxdb3_local.warn("too high:", row["v"])
                influxdb3_local.write(LineBuilder("alerts").float64_field("v", row["v"]).time_ns(row["time"]))
`;
const CASES = `cases:
  - name: raises an alert
    trigger: writes
    args: { limit: 3 }
    input: m v=4 5
    expect:
      writes: [alerts v=4 5]
      logs: [WARN too <any>]
  - name: stays silent
    trigger: writes
    args: { limit: 3 }
    input: m v=2 5
    expect: { writes: [], logs: [] }
`;

describe("test plugin", function () {
  this.timeout(60_000);

  it("runs the cases of a plugin, of a test file, of a directory and of the working directory", async () => {
    project.write({ "deep/limit.py": LIMIT, "deep/limit.test.yaml": CASES, "deep/.hidden/x.test.yaml": "" });
    const name = path.join("deep", "limit.test.yaml");
    for (const given of ["deep/limit.py", "deep/limit.test.yaml", "deep", "", "deep deep/limit.py"]) {
      const result = await run(given);
      assert.deepEqual(linesOf(result), [name, "  ✓ raises an alert", "  ✓ stays silent", "2 passed"]);
      assert.equal(result.code, 0);
    }
  });

  it("shows what was expected and what came, and ends with 1", async () => {
    project.write({ "limit.py": LIMIT, "limit.test.yaml": CASES.replace("v=4 5]", "v=5 5]") });
    const result = await run("limit.py");
    assert.deepEqual(linesOf(result), [
      "limit.test.yaml",
      "  ✗ raises an alert limit.test.yaml:2",
      "      writes to test:",
      "        - alerts v=5 5",
      "        + alerts v=4.0 5",
      "  ✓ stays silent",
      "1 passed, 1 failed",
    ]);
    assert.equal(result.code, 1);
  });

  it("shows where a plugin failed", async () => {
    project.write({ "limit.py": LIMIT, "limit.test.yaml": CASES.replace("limit: 3", "limt: 3") });
    const { stdout } = await run("--filter alert");
    assert.match(stdout, /error:\n +- no error\n +\+ KeyError: 'limit'/);
    assert.match(stdout, /File "limit\.py", line 4, in process_writes/);
  });

  it("filters by name, and says when nothing is left", async () => {
    project.write({ "limit.py": LIMIT, "limit.test.yaml": CASES });
    assert.deepEqual(linesOf(await run("--filter silent")), [
      "limit.test.yaml",
      "  ✓ stays silent",
      "1 passed",
    ]);
    const none = await run("--filter nothing");
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no case has a name that contains 'nothing'/);
  });

  it("ends with 2 when cases cannot be run, and runs those of other files", async () => {
    project.write({
      ...{ "limit.py": LIMIT, "limit.test.yaml": CASES, "lost.test.yaml": CASES },
      "typo.test.yaml": CASES.replace("trigger: writes", "tigger: writes"),
    });
    const result = await run("--junit build/reports/results.xml");
    assert.equal(result.code, 2);
    const xml = readFileSync(path.join(project.directory, "build/reports/results.xml"), "utf8");
    assert.match(xml, /<testsuites name="plugin tests" tests="4" failures="0" errors="2"/);
    assert.match(xml, /name="the file itself" file="typo\.test\.yaml"[^>]*>\s*<error message="typo/);
    assert.match(result.stdout, /lost\.test\.yaml\n {2}✗ plugin not found: /);
    assert.match(result.stdout, /typo\.test\.yaml\n {2}✗ typo\.test\.yaml:2: cases\.0/);
    assert.match(result.stdout, /2 passed, 2 files not run/);
    const nowhere = await run("nowhere");
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /no such file or directory/);
    project.write({ "empty/a.py": "" });
    const none = await run("empty/a.py");
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no test cases at .*\n {2}hint: cases lie beside a plugin/);
  });

  it("writes results for continuous integration", async () => {
    project.write({ "limit.py": LIMIT, "limit.test.yaml": CASES.replace("v=4 5]", "v=5 5]") });
    await run("--junit results.xml");
    const xml = readFileSync(path.join(project.directory, "results.xml"), "utf8");
    assert.match(xml, /<testsuites name="plugin tests" tests="2" failures="1" errors="0" time="0\.000">/);
    assert.match(xml, /<testcase classname="limit\.test\.yaml" name="stays silent" .* line="9" .*\/>/);
    assert.match(xml, /<failure message="writes to test">writes to test:&#10; {2}- alerts v=5 5/);
  });

  it("records what came of cases", async () => {
    const text = CASES.replace("v=4 5]", "v=5 5] # five").replace(/ {4}expect: \{.*\n/, "");
    project.write({ "limit.py": LIMIT, "limit.test.yaml": text });
    const recorded = await run("--update");
    assert.deepEqual(linesOf(recorded).slice(1), [
      "  ● raises an alert recorded",
      "  ● stays silent recorded",
      "2 recorded",
    ]);
    assert.equal(recorded.code, 0);
    const file = readFileSync(path.join(project.directory, "limit.test.yaml"), "utf8");
    assert.match(file, /- alerts v=4\.0 5/);
    assert.match(file, /WARN too <any>/);
    assert.match(file, /expect:\n {6}writes: \{\}/);
    assert.deepEqual(linesOf(await run()).slice(1), ["  ✓ raises an alert", "  ✓ stays silent", "2 passed"]);
  });

  it("--update with --filter records only the cases that ran", async () => {
    project.write({
      "limit.py": LIMIT,
      "limit.test.yaml": CASES.replaceAll("writes: [", "writes: [x v=1 1,"),
    });
    await run("--update --filter silent");
    const file = readFileSync(path.join(project.directory, "limit.test.yaml"), "utf8");
    assert.match(file, /raises an alert[\s\S]*x v=1 1, ?alerts[\s\S]*stays silent/);
    assert.doesNotMatch(file.slice(file.indexOf("stays silent")), /x v=1/);
  });
});

describe("test plugin: the world of a case", function () {
  this.timeout(60_000);

  it("queries see the case's own data only, at the case's own time", async () => {
    project.write({
      "q.py": `import time

def process_scheduled_call(influxdb3_local, call_time, args):
    rows = influxdb3_local.query(args["sql"])
    influxdb3_local.info(rows, int(time.time()))
`,
      "q.test.yaml": `database: sensors
cases:
  - name: sees its data
    trigger: schedule
    now: 2026-01-01T00:00:10Z
    args: { sql: "SELECT host, n, now() AS at FROM cpu WHERE time > now() - INTERVAL '5 seconds'" }
    seed: { lp: ["cpu,host=a n=1i 1767225608000000000", "cpu,host=b n=2i 1767225600000000000"] }
    expect:
      logs: ["INFO [{'host': 'a', 'n': 1, 'at': 1767225610000000000}] 1767225610"]
  - name: does not see what others had
    trigger: schedule
    args: { sql: "SELECT * FROM cpu" }
    expect: { error: "QueryError: error: error while planning query: <any>cpu<any>" }
  - name: may have the same names with other types
    trigger: schedule
    args: { sql: "SELECT host, n FROM cpu" }
    seed: { lp: 'cpu n="text",host=3 1' }
    expect:
      logs: ["INFO [{'host': 3.0, 'n': 'text'}] <any>"]
  - name: may query other databases
    trigger: schedule
    args: { sql: "SELECT count(*) AS n FROM cpu" }
    database: other
    seed: [{ lp: "cpu n=1 1" }, { db: third, lp: "cpu n=1 1" }]
    expect:
      logs: ["INFO [{'n': 1}] <any>"]
`,
    });
    const result = await run();
    assert.equal(result.code, 0, result.stdout);
  });

  it("takes the rows of a query as input", async () => {
    project.write({
      "c.py": `def process_writes(influxdb3_local, table_batches, args):
    influxdb3_local.info(table_batches)
`,
      "c.test.yaml": `cases:
  - name: rows
    trigger: writes
    input: { query: SELECT * FROM cpu WHERE host = 'a' }
    seed: { lp: ["cpu,host=a n=1i,u=2u,f=1.5,b=true 5", "cpu,host=b n=1i 6"] }
    expect:
      logs: ["INFO [{'table_name': 'cpu', 'rows': [{'host': 'a', 'b': True, 'f': 1.5, 'n': 1, 'u': 2, 'time': 5}]}]"]
`,
    });
    const result = await run();
    assert.equal(result.code, 0, result.stdout);
  });

  it("has caches of its own, which it may fill", async () => {
    project.write({
      "k.py": `def process_scheduled_call(influxdb3_local, call_time, args=None):
    local = influxdb3_local.cache.get("n", default=0)
    shared = influxdb3_local.cache.get("n", default=0, use_global=True)
    influxdb3_local.info(local, shared)
    influxdb3_local.cache.put("n", 7)
    influxdb3_local.cache.put("n", 8, use_global=True)
`,
      "k.test.yaml": `cases:
  - { name: first, trigger: schedule, expect: { logs: [INFO 0 0] } }
  - { name: again, trigger: schedule, expect: { logs: [INFO 0 0] } }
  - { name: filled, trigger: schedule, cache: { n: { a: [1] } }, expect: { logs: ["INFO {'a': [1]} 0"] } }
`,
    });
    const result = await run();
    assert.equal(result.code, 0, result.stdout);
  });

  it("goes on after a plugin that had to be stopped", async () => {
    project.write({
      "stop.py": `def process_scheduled_call(influxdb3_local, call_time, args=None):
    if args:
        while True:
            try:
                while True: pass
            except BaseException: pass
`,
      "stop.test.yaml": `cases:
  - { name: hangs, trigger: schedule, args: { a: 1 }, expect: { error: "<any>longer than its limit of 300 ms<any>" } }
  - { name: ends, trigger: schedule, expect: {} }
`,
    });
    const result = await run("--timeout 300ms");
    assert.equal(result.code, 0, result.stdout);
  });
});
