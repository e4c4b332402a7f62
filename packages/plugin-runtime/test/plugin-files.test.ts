import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FileService, FileSpace } from "@millrace/plugin-runtime";
import { messages, type Plugins, startPlugins } from "./support.ts";

const QUOTA_BYTES = 200_000;

describe("a plugin's files", () => {
  let base: string;
  let upper: string;
  let plugins: Plugins;

  before(async () => {
    base = mkdtempSync(path.join(tmpdir(), "millrace-plugin-files-"));
    upper = path.join(base, "own");
    mkdirSync(path.join(base, "plugins"));
    writeFileSync(path.join(base, "plugins", "config.toml"), "limit = 3\n");
    const files = new FileSpace({
      mounts: [{ path: "/plugins", lower: path.join(base, "plugins"), upperOf: () => upper }],
      quotaBytes: QUOTA_BYTES,
      quotaFiles: 20,
      nowMs: () => Date.parse("2026-01-01"),
    });
    plugins = await startPlugins({ environment: { PLUGIN_DIR: "/plugins" } }, { files });
  });
  after(async () => {
    await plugins.interpreter.dispose();
    rmSync(base, { recursive: true });
  });
  afterEach(() => rmSync(upper, { recursive: true, force: true }));

  it("hold its configuration", async () => {
    const outcome = await plugins.body(`
import os, tomllib
with open(os.path.join(os.environ["PLUGIN_DIR"], "config.toml"), "rb") as file:
    influxdb3_local.info(tomllib.load(file))`);
    assert.deepEqual(messages(outcome), ["{'limit': 3}"]);
    assert.deepEqual(
      outcome.events.map((event) => event.kind),
      ["log"],
    );
  });

  it("keep its state from run to run, in a place of its own", async () => {
    const source = `
import json, pathlib
state = pathlib.Path("/plugins/state.json")
count = json.loads(state.read_text())["count"] + 1 if state.exists() else 1
state.write_text(json.dumps({"count": count}))
influxdb3_local.info(count)`;
    assert.deepEqual(messages(await plugins.body(source)), ["1"]);
    assert.deepEqual(messages(await plugins.body(source)), ["2"]);
    assert.equal(readFileSync(path.join(upper, "state.json"), "utf8"), '{"count": 2}');
    assert.ok(!existsSync(path.join(base, "plugins", "state.json")));
  });

  it("may be a database", async () => {
    const source = `
import sqlite3
with sqlite3.connect("/plugins/stats.db") as database:
    database.execute("create table if not exists seen (name text)")
    database.execute("insert into seen values ('x')")
    influxdb3_local.info(database.execute("select count(*) from seen").fetchone()[0])
database.close()`;
    assert.deepEqual(messages(await plugins.body(source)), ["1"]);
    assert.deepEqual(messages(await plugins.body(source)), ["2"]);
  });

  it("show in the events of the run when they change: once for a path and a kind of change", async () => {
    const outcome = await plugins.body(`
import os
print("first")
with open("/plugins/a.txt", "w") as file:
    for _ in range(10):
        file.write("x" * 10)
        file.flush()
os.mkdir("/plugins/d")
os.replace("/plugins/a.txt", "/plugins/d/b.txt")
os.remove("/plugins/d/b.txt")
try: os.remove("/plugins/config.toml")
except OSError as error: print(error)`);
    assert.deepEqual(
      outcome.events.map((event) => ["message" in event && event.message, event.line]),
      [
        ["first", 4],
        ["wrote 100 bytes to /plugins/a.txt", 5],
        ["created the directory /plugins/d", 9],
        ["renamed /plugins/a.txt to /plugins/d/b.txt", 10],
        ["removed /plugins/d/b.txt", 11],
        ["[Errno 69] Read-only file system: '/plugins/config.toml'", 13],
      ],
    );
  });

  it("survive in the events when the run has to be killed", async () => {
    const source = `def process_writes(api, b, a):
    open("/plugins/x", "w").close()
    while True:
        try:
            while True: pass
        except BaseException: pass`;
    const { error, events } = await plugins.run(source, { limits: { timeoutMs: 100, graceMs: 50 } });
    assert.equal(error?.kind, "killed");
    assert.deepEqual(
      events.map(({ kind, line }) => [kind, line]),
      [
        ["file", 2],
        ["error", null],
      ],
    );
  });

  it("are not changed by a test, though it sees what it wrote", async () => {
    const source = `
with open("/plugins/config.toml", "a") as file: file.write("more = 1")
influxdb3_local.info(open("/plugins/config.toml").read())`;
    assert.deepEqual(messages(await plugins.body(source, { test: true })), ["limit = 3\nmore = 1"]);
    assert.ok(!existsSync(upper));
    assert.deepEqual(
      messages(
        await plugins.body('influxdb3_local.info(open("/plugins/config.toml").read())', { test: true }),
      ),
      ["limit = 3\n"],
    );
  });

  it("that take too much room name the options", async () => {
    const fill = (file: string, what: string) =>
      plugins.run(`def process_writes(api, b, a):
    for n in range(100000):
        with open(f'${file}{n % 10}', 'ab') as file: file.write(${what})`);
    for (const [file, what] of [
      ["/plugins/big", "b'x' * 60_000"],
      ["/tmp/big", "b'x' * 30_000_000"],
    ] as const) {
      const { error } = await fill(file, what);
      assert.match(error?.text ?? "", /^OSError: .*--plugin-files-size/, file);
    }
    const { error } = await fill("/plugins/many{n}-", "b''");
    assert.match(error?.text ?? "", /^OSError: .*--plugin-max-files/);
    await plugins.interpreter.kill("clean up after the test");
  });

  it("cost calls, of which a run has a budget", async () => {
    const source = `import os
def process_writes(api, b, a):
    while True: os.stat("/plugins/config.toml")`;
    const { error } = await plugins.run(source, { limits: { fileCalls: 100 } });
    assert.equal(error?.kind, "budget");
    assert.match(error?.text ?? "", /^OSError: .*100 calls on files in one run.*--plugin-max-file-calls/);
    assert.ok((await plugins.body("import os\nos.stat('/plugins/config.toml')")).ok);
  });
});

describe("a call on the host that does not come back", () => {
  let plugins: Plugins;
  let asked: (() => void) | undefined;
  const never = <Reply>() => {
    asked?.();
    return new Promise<Reply>(() => {});
  };
  const files: FileService = { mounts: ["/plugins"], answer: never };
  let networkClosed = 0;

  before(async () => {
    plugins = await startPlugins(
      {},
      { files, openNetwork: () => ({ answer: never, close: () => void networkClosed++ }) },
    );
    plugins.host.answerQuery = never;
  });
  after(() => plugins.interpreter.dispose());

  const calls: [name: string, source: string][] = [
    ["on a file", "open('/plugins/x')"],
    ["of a query", "influxdb3_local.query('q')"],
    ["on a socket", "import socket\nsocket.create_connection(('a', 1))"],
  ];
  const main = (source: string) =>
    `def process_writes(influxdb3_local, b, a):\n${source.replace(/^/gm, "    ")}`;
  const started = (source: string, limits = {}) => {
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    return { outcome: plugins.run(main(source), { limits }), waiting };
  };

  for (const [name, source] of calls) {
    it(`${name} ends with the time limit, and the interpreter lives on`, async () => {
      const { outcome } = started(source, { timeoutMs: 150, graceMs: 3000 });
      assert.equal((await outcome).error?.kind, "timeout");
      assert.equal(plugins.interpreter.state, "idle");
      assert.deepEqual(messages(await plugins.body("influxdb3_local.info(1)")), ["1"]);
    });

    it(`${name} can be interrupted`, async () => {
      const { outcome, waiting } = started(source);
      await waiting;
      plugins.interpreter.interrupt();
      assert.equal((await outcome).error?.type, "KeyboardInterrupt");
    });

    it(`${name} can be killed, which closes everything`, async () => {
      const { outcome, waiting } = started(source);
      await waiting;
      networkClosed = 0;
      await plugins.interpreter.kill("the trigger was deleted");
      assert.match((await outcome).error?.text ?? "", /the trigger was deleted/);
      assert.ok(networkClosed > 0);
      assert.deepEqual(messages(await plugins.body("influxdb3_local.info(2)")), ["2"]);
    });
  }

  it("is not taken for the answer to a later one", async () => {
    const answers: ((reply: { batches: [] }) => void)[] = [];
    plugins.host.answerQuery = () => {
      asked?.();
      return new Promise((resolve) => answers.push(resolve));
    };
    const { outcome, waiting } = started("influxdb3_local.query('first')");
    await waiting;
    plugins.interpreter.interrupt();
    await outcome;
    const second = started("influxdb3_local.info(influxdb3_local.query('second'))");
    await second.waiting;
    answers[0]!({ batches: [] });
    plugins.host.answerQuery = async () => ({ error: "late" });
    answers[1]!({ batches: [] });
    assert.deepEqual(messages(await second.outcome), ["[]"]);
  });
});

describe("Python's clock", () => {
  it("stands still for a run that asks for it, and goes on afterwards", async () => {
    const plugins = await startPlugins();
    const source = `
import time, datetime
start = time.monotonic()
time.sleep(0.01)
influxdb3_local.info(time.time(), time.time_ns(), datetime.datetime.now(datetime.timezone.utc).isoformat())
influxdb3_local.info(time.monotonic() > start)`;
    const frozen = await plugins.body(source, { frozenTimeNs: 1_767_225_600_000_000_001n });
    assert.deepEqual(messages(frozen), [
      "1767225600.0 1767225600000000001 2026-01-01T00:00:00+00:00",
      "True",
    ]);
    assert.ok(frozen.durationNs > 5e6);
    const later = await plugins.body("import time\ninfluxdb3_local.info(time.time() > 1767225600)");
    assert.deepEqual(messages(later), ["True"]);
    await plugins.interpreter.dispose();
  });
});
