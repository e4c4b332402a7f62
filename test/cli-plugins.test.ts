import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { saveWheels } from "../packages/python-packages/test/support/wheels.ts";
import { influxdb3 } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { startServer, type TestServer } from "./support/server.ts";

/** A developer's way with a plugin, command by command: docs/guides/plugins.md. */
describe("plugins from the command line", function () {
  this.timeout(60_000);
  const local = temporaryDirectory("cli-plugins-local");
  let server: TestServer;
  before(async () => {
    const wheels = temporaryDirectory("cli-plugins-wheels");
    await saveWheels(wheels, [
      { name: "degrees", version: "1.0", requires: ["numbers-of-ours>=2"] },
      { name: "numbers-of-ours", version: "2.1" },
    ]);
    const pluginDir = temporaryDirectory("cli-plugins");
    server = await startServer({ pluginDir, withoutAuth: true, args: ["--package-index", wheels] });
  });
  after(() => server?.kill());

  const cli = async (...args: string[]) => influxdb3([...args, "--host", server.url], { cwd: local });
  const done = async (...args: string[]) => {
    const result = await cli(...args);
    assert.equal(result.exitCode, 0, `${args.join(" ")}: ${result.stderr}`);
    return result;
  };
  const save = (name: string, ...lines: string[]) =>
    writeFileSync(path.join(local, name), `${lines.join("\n")}\n`);

  it("a file is sent with its trigger, run, changed, and looked after", async () => {
    save("hot.py", "def process_writes(local, batches, args):", "    local.info('first', args)");
    await done("write", "-q", "-d", "s", "home temp=1");
    const created = await done(
      ...["create", "trigger", "-d", "s", "--upload", "--path", "hot.py"],
      ...["--trigger-spec", "table:home", "--trigger-arguments", "a=1", "hot"],
    );
    assert.deepEqual([created.stdout, created.stderr], ["Trigger hot created successfully\n", ""]);
    const first = await done("run", "trigger", "-d", "s", "hot", "--lp", "home temp=3 1");
    assert.match(
      first.stdout,
      /^Trigger hot: ok in .* ms, 0 lines written \(run \w+\)\n {2}hot\.py:2 {2}log .* first \{'a': '1'\}\n$/,
    );

    save("hot.py", "def process_writes(local, batches, args):", "    raise ValueError(args['a'])");
    const changed = [
      "update",
      "trigger",
      "-d",
      "s",
      "-t",
      "hot",
      "-p",
      "hot.py",
      "--trigger-arguments",
      "a=2",
    ];
    assert.equal((await done(...changed)).stdout, "Trigger 'hot' updated successfully\n");
    const second = await cli("run", "trigger", "-d", "s", "hot", "--lp", "home temp=3 1");
    assert.equal(second.exitCode, 1);
    assert.match(
      second.stdout,
      /\n {2}File "hot\.py", line 2, in process_writes\n {4}raise ValueError\(args\['a'\]\)\nValueError: 2\n$/,
    );

    const runs = await done("show", "runs", "-d", "s", "--trigger", "hot", "--format", "jsonl");
    const outcomes = runs.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).outcome);
    assert.deepEqual(outcomes, ["error", "ok"]);
    const failed = await done("show", "runs", "-d", "s", "--failed", "--format", "csv", "-l", "5");
    assert.equal(failed.stdout.trim().split("\n").length, 2);
    const logs = (await done("show", "logs", "-d", "s", "--trigger", "hot")).stdout;
    assert.match(logs, / INFO {2}hot \[\w+\] hot\.py:2 first .*\n/);
    assert.match(logs, / ERROR hot \[\w+\] .*ValueError: 2\n {2}Traceback \(most recent call last\):\n/);
    assert.match((await done("show", "plugins")).stdout, /\| hot +\| hot\.py +\|/);
    await done("delete", "trigger", "-d", "s", "--force", "hot");
  });

  it("a package is sent as a whole, and replaced as a whole", async () => {
    mkdirSync(path.join(local, "pack"));
    save("pack/words.py", "WORD = 'first'");
    save(
      "pack/__init__.py",
      "from .words import WORD",
      "def process_scheduled_call(local, call_time, args):",
      "    local.info(WORD, call_time.isoformat())",
    );
    const created = await done(
      ...["create", "trigger", "-d", "s", "--upload", "--path", "pack"],
      ...["--trigger-spec", "cron:0 8 * * 1-5", "--disabled", "pack"],
    );
    assert.match(
      created.stderr,
      /^Next runs once it is enabled \(UTC\):\n(?: {2}(?:Mon|Tue|Wed|Thu|Fri) [\d-]+ 08:00:00\n){3}$/,
    );
    const run = () => done("run", "trigger", "-d", "s", "pack", "--call-time", "2026-01-01T00:00:00Z");
    assert.match((await run()).stdout, / first 2026-01-01T00:00:00\n/);
    save("pack/words.py", "WORD = 'second'");
    const replaced = await done("update", "trigger", "-d", "s", "-t", "pack", "-p", "pack");
    assert.equal(replaced.stdout, "Trigger 'pack' updated successfully (atomic directory replacement)\n");
    assert.match((await run()).stdout, / second 2026-01-01T00:00:00\n/);
  });

  it("packages are installed, listed and imported", async () => {
    save("requirements.txt", "# what the plugin needs", "degrees==1.0");
    const installed = await done("install", "package", "-r", "requirements.txt");
    assert.deepEqual([installed.stdout, installed.stderr], ["", ""]);
    assert.equal(
      (await done("show", "packages", "--format", "csv")).stdout,
      "name,version,required_by\ndegrees,1.0,\nnumbers-of-ours,2.1,degrees\n",
    );
    save(
      "imports.py",
      "import degrees, numbers_of_ours",
      "def process_scheduled_call(local, call_time, args):",
      "    local.info(degrees.VERSION, numbers_of_ours.VERSION)",
    );
    await done(
      ...["create", "trigger", "-d", "s", "--upload", "--path", "imports.py"],
      ...["--trigger-spec", "every:1d", "--disabled", "imports"],
    );
    assert.match((await done("run", "trigger", "-d", "s", "imports")).stdout, / INFO: 1\.0 2\.1\n/);
  });

  it("a failed installation is a failure", async () => {
    const listed = (await done("show", "packages", "--format", "json")).stdout;
    for (const [wanted, reason] of [
      ["not a package!", /not a package!/],
      ["nowhere-to-be-found", /nowhere-to-be-found/],
      ["degrees==9", /degrees/],
    ] as const) {
      const result = await cli("install", "package", wanted);
      assert.deepEqual([result.exitCode, result.stdout], [1, ""], wanted);
      assert.match(result.stderr, /^Install command failed: server responded with error \[\d+ [\w ]+\]: /);
      assert.match(result.stderr, reason);
    }
    assert.equal((await done("show", "packages", "--format", "json")).stdout, listed);
  });
});
