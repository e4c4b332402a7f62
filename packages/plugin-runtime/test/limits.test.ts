import assert from "node:assert/strict";
import type { RunRequest } from "@millrace/plugin-runtime";
import { messages, type Plugins, startPlugins } from "./support.ts";

const main = (body: string) =>
  `def process_writes(influxdb3_local, table_batches, args):\n${body.replace(/^/gm, "    ")}`;
const QUICK: Partial<RunRequest> = { limits: { timeoutMs: 150, graceMs: 150 } };

describe("a plugin that misbehaves", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins({ memory: { heapMaxBytes: 128 * 2 ** 20 } });
  });
  after(() => plugins.interpreter.dispose());

  /** Whatever happened: the next run is served. */
  afterEach(async () => {
    assert.deepEqual(messages(await plugins.body("influxdb3_local.info(6 * 7)")), ["42"]);
  });

  it("in an endless loop is stopped, and named so", async () => {
    const { error, durationNs } = await plugins.run(main("while True: pass"), QUICK);
    assert.equal(error?.kind, "timeout");
    assert.match(error.text, /^KeyboardInterrupt: .*150 ms.*--plugin-run-timeout/);
    assert.equal(error.traceback.at(-1)?.line, 2);
    assert.ok(durationNs > 0);
    assert.equal(plugins.interpreter.generation, 1);
  });

  it("in the text of its own exception is stopped, and named so", async () => {
    const { error } = await plugins.run(
      main("class Odd(Exception):\n    def __str__(self):\n        while True: pass\nraise Odd"),
      QUICK,
    );
    assert.equal(error?.kind, "timeout");
    assert.match(error.text, /--plugin-run-timeout/);
  });

  it("in a finalizer of what it leaves behind pays for it itself", async () => {
    const left =
      "class Odd:\n    def __del__(self):\n        while True:\n            try:\n                while True: pass\n            except BaseException: pass\nkept = Odd()\n";
    const { error } = await plugins.run(left + main("pass"), QUICK);
    assert.equal(error?.kind, "killed");
  });

  it("that will not stop loses its interpreter, but not its log", async () => {
    const source = main(
      'influxdb3_local.info("still heard")\nprint("seen")\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass',
    );
    const printedBefore = plugins.host.printed.length;
    const outcome = await plugins.run(source, QUICK);
    assert.equal(outcome.error?.kind, "killed");
    assert.match(outcome.error?.text ?? "", /--plugin-run-timeout/);
    assert.deepEqual(messages(outcome), ["still heard"]);
    assert.deepEqual(plugins.host.printed.slice(printedBefore), ["seen"]);
    assert.deepEqual(
      outcome.events.map((event) => event.kind),
      ["log", "print", "error"],
    );
  });

  const deaths: [name: string, body: string, kind: string][] = [
    ["computes in C without end", "sum(range(10 ** 12))", "killed"],
    ["exits the process", "import os\nos._exit(1)", "fatal"],
  ];
  for (const [name, body, kind] of deaths) {
    it(`${name}`, async () => {
      assert.equal((await plugins.run(main(body), QUICK)).error?.kind, kind);
    });
  }

  it("recurses in C without end", async () => {
    const { error } = await plugins.run(main("import json\njson.loads('[' * 10 ** 7)"));
    assert.ok(error?.kind === "fatal" || error?.type === "RecursionError");
    if (error?.kind === "fatal") assert.match(error.text, /native stack exhausted.*--plugin-stack-size/);
  });

  it("recurses without end", async () => {
    const { error } = await plugins.run(main("def f(): f()\nf()"));
    assert.match(error?.text ?? "", /^RecursionError/);
    assert.ok((error?.traceback.length ?? 0) <= 100);
  });

  it("allocates without end", async () => {
    const { error } = await plugins.run(main("x = []\nwhile True: x.append(bytes(2 ** 20))"));
    assert.deepEqual([error?.kind, error?.type], ["memory", "MemoryError"]);
    assert.match(error?.text ?? "", /^MemoryError: .*--plugin-memory/);
    assert.ok(plugins.interpreter.heapBytes > 64 * 2 ** 20);
  });

  const budgets: [name: string, body: string, limit: object, option: RegExp][] = [
    ["logs", 'influxdb3_local.info("x")', { logLines: 50 }, /50 log lines.*--plugin-max-log-lines/],
    ["prints", 'print("x" * 100)', { outputBytes: 5000 }, /5000 bytes of log and print.*--plugin-max-output/],
    ["prints empty lines", 'print("\\n" * 20)', { outputBytes: 3000 }, /--plugin-max-output/],
    ["logs much", 'influxdb3_local.info("x" * 100)', { outputBytes: 5000 }, /--plugin-max-output/],
    [
      "writes",
      'influxdb3_local.write(LineBuilder("m").int64_field("f", 1))',
      { writtenLines: 50 },
      /50 written lines.*--plugin-max-written-lines/,
    ],
    [
      "writes much",
      'influxdb3_local.write(LineBuilder("m").string_field("f", "x" * 100))',
      { writtenBytes: 5000 },
      /--plugin-max-written-size/,
    ],
    ["queries", 'influxdb3_local.query("q")', { hostCalls: 20 }, /20 queries.*--plugin-max-host-calls/],
    [
      "uses the global cache",
      'influxdb3_local.cache.get("k", use_global=True)',
      { hostCalls: 20 },
      /--plugin-max-host-calls/,
    ],
    [
      "writes at once",
      'influxdb3_local.write_sync(LineBuilder("m").int64_field("f", 1), no_sync=True)',
      { hostCalls: 20 },
      /--plugin-max-host-calls/,
    ],
  ];
  for (const [name, body, limits, text] of budgets) {
    it(`${name} without end`, async () => {
      const outcome = await plugins.run(main(`while True: ${body}`), { limits });
      assert.equal(outcome.error?.kind, "budget");
      assert.match(outcome.error?.text ?? "", text);
      assert.ok(outcome.events.length <= 52);
    });
  }

  it("tells of what no budget counts as much as a host can keep, and cuts the rest", async () => {
    const body =
      'for n in range(60):\n    try: influxdb3_local.query("SELECT " + "x" * 2 ** 20)\n    except Exception: pass';
    const { error, events } = await plugins.run(main(body));
    assert.equal(error?.text, undefined);
    const lengths = events.map((event) => (event.kind === "query" ? event.sql.length : 0));
    assert.equal(lengths.length, 60);
    assert.ok(lengths[0]! > 2 ** 20);
    assert.ok(lengths.reduce((sum, length) => sum + length, 0) < 17 * 2 ** 20);
  });

  it("writes to names that no database has, and that count as written", async () => {
    const body =
      'for n in range(60): influxdb3_local.write_to_db("x" * 10_000, LineBuilder("m").int64_field("f", 1))';
    const { error } = await plugins.run(main(body), { limits: { writtenBytes: 100_000 } });
    assert.match(error?.text ?? "", /--plugin-max-written-size/);
  });

  it("raises exceptions with endless texts and names, of which the beginning is kept", async () => {
    const { error } = await plugins.run(
      main(`raise type("N" * 10 ** 6, (Exception,), {})("t" * 10 ** 7)  # ${"c".repeat(10_000)}`),
    );
    assert.match(error?.text ?? "", /^N+.*… \(11000002 characters\)$/);
    assert.ok(JSON.stringify(error).length < 300_000);
  });

  it("and swallows the budget's exception gets no further", async () => {
    const source = main(
      'for _ in range(1000):\n    try: influxdb3_local.info("x")\n    except Exception: pass',
    );
    assert.equal((await plugins.run(source, { limits: { logLines: 10 } })).logs.length, 10);
  });

  it("writes as much as it may, and the server's thread goes on meanwhile", async () => {
    const lags: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      lags.push(performance.now() - last);
      last = performance.now();
    }, 5);
    const source = main(`line = "m f=\\"" + "x" * 999_990 + "\\""
for _ in range(60):
    class Lines:
        def build(self): return line
    influxdb3_local.write(Lines())`);
    const outcome = await plugins.run(source);
    clearInterval(timer);
    assert.equal(outcome.error?.text, undefined);
    assert.equal(outcome.writes.length, 60);
    // Generous: the machine that runs the tests is busy with others.
    assert.ok(Math.max(...lags) < 500, `longest wait ${Math.max(...lags)} ms`);
  });

  describe("and goes around Python's own counting", () => {
    const forge = (event: string) =>
      `import _millrace, json\nfor _ in range(1000): _millrace.send_events(json.dumps([${event}] * 100))`;
    const forgeries: [what: string, event: string, limits: object, option: RegExp][] = [
      [
        "log lines",
        '{"kind": "log", "message": "x"}',
        { logLines: 50 },
        /50 log lines.*--plugin-max-log-lines/,
      ],
      ["prints", '{"kind": "print", "message": "x"}', { outputBytes: 5000 }, /--plugin-max-output/],
      [
        "written lines",
        '{"kind": "write", "database": "db", "lineProtocol": "a f=1\\na f=2"}',
        { writtenLines: 50 },
        /50 written lines.*--plugin-max-written-lines/,
      ],
      ["queries", '{"kind": "query", "sql": "q"}', { hostCalls: 50 }, /--plugin-max-host-calls/],
      [
        "connections",
        '{"kind": "network", "message": "x"}',
        { networkCalls: 50 },
        /--plugin-max-network-calls/,
      ],
    ];
    for (const [what, event, limits, option] of forgeries) {
      it(`for ${what}: the run fails, and what is too much is not kept`, async () => {
        const outcome = await plugins.run(main(forge(event)), { limits });
        assert.equal(outcome.error?.kind, "budget");
        assert.match(outcome.error?.text ?? "", option);
        assert.deepEqual(outcome.writes, []);
        assert.ok(outcome.events.length <= 51);
      });
    }

    it("to tell of a hundred thousand things at once: the rest is not heard", async () => {
      const flood = (where: string) => `event = {"kind": "print", "message": ""}\n${where}`;
      const inOneCall = flood("import _millrace, json\n_millrace.send_events(json.dumps([event] * 90_000))");
      const atTheEnd = flood("influxdb3_local._run.take_events = lambda: [event] * 90_000");
      for (const body of [inOneCall, atTheEnd]) {
        assert.equal((await plugins.run(main(body))).events.length, 1000);
      }
    });

    it("for synchronous writes", async () => {
      const before = plugins.host.written.length;
      const source = main('import _millrace\nwhile True: _millrace.write_sync("db", "m f=1", True)');
      const { error } = await plugins.run(source, { limits: { writtenLines: 30 } });
      assert.match(error?.text ?? "", /30 written lines.*--plugin-max-written-lines/);
      assert.equal(plugins.host.written.length - before, 30);
    });

    it("to write in a test", async () => {
      const before = plugins.host.written.length;
      const source = main(
        'import _millrace\ninfluxdb3_local.info(_millrace.write_sync("db", "m f=1", True))',
      );
      assert.deepEqual(messages(await plugins.run(source, { test: true })), [
        "a test of a plugin writes nothing",
      ]);
      assert.equal(plugins.host.written.length, before);
    });
  });

  it("leaves broken builtins, signal handlers and streams behind", async () => {
    await plugins.run(
      main(
        "import builtins, sys, signal\nbuiltins.LineBuilder = None\nsys.stdout = None\nsys.stderr = None\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsys.setrecursionlimit(10 ** 9)",
      ),
    );
    const outcome = await plugins.run(
      main('print(LineBuilder("m").int64_field("f", 1).build())\nwhile True: pass'),
      {
        limits: { timeoutMs: 100, graceMs: 2000 },
      },
    );
    assert.equal(outcome.error?.kind, "timeout");
    assert.equal(outcome.events[0]?.kind, "print");
  });

  it("tampers with the code that reports to the host", async () => {
    const forged = [
      "'no json'",
      "'{}'",
      '\'[1, null, {"kind": "log"}, {"kind": "bad"}, {"kind": "write", "database": 7}]\'',
      "'x' * 10 ** 9",
      "'[' * 10 ** 6",
      "None",
    ];
    for (const text of forged) {
      const source = main(`import _millrace\ntry: _millrace.send_events(${text})\nexcept Exception: pass`);
      const { events } = await plugins.run(source);
      assert.ok(events.every((event) => ["log", "write", "error"].includes(event.kind)));
    }
    const flood = await plugins.run(
      main("import _millrace\nwhile True: _millrace.send_events('[' + ' ' * 10 ** 6 + ']')"),
      {
        limits: { outputBytes: 1000, writtenBytes: 1000, logLines: 1, writtenLines: 1, hostCalls: 1 },
      },
    );
    assert.match(flood.error?.text ?? "", /too many events/);
    for (const outcome of [
      "'no json'",
      '\'{"events": [], "error": {"traceback": 5, "kind": "odd"}}\'',
      "'{}'",
    ]) {
      const source = main(`import _millrace_runner\n_millrace_runner.json.dumps = lambda *_: ${outcome}`);
      assert.equal((await plugins.run(source)).ok, false);
      await plugins.interpreter.kill("clean up after the test");
    }
  });

  const lasting: [what: string, body: string, kind: string | undefined][] = [
    ["the runner", "import _millrace_runner\n_millrace_runner._run_plugin = lambda *_: None", "fatal"],
    ["the loader", "import _millrace_plugin_code\n_millrace_plugin_code._compile = None", "fatal"],
    [
      "the interpreter's look at itself",
      "import _millrace_integrity\n_millrace_integrity.intact = bool",
      "fatal",
    ],
    [
      "a class of the runner",
      "import _millrace_run_state\n_millrace_run_state.RunState.take_events = lambda self: None",
      "exception",
    ],
    ["the garbage collector", "import gc\ngc.disable()\ngc.collect = gc.get_count = None", undefined],
    [
      "signals",
      "import signal\nsignal.signal = signal.default_int_handler = signal.SIGINT = None",
      undefined,
    ],
  ];
  for (const [what, body, kind] of lasting) {
    it(`replaces ${what}, and harms no later run`, async () => {
      const outcome = await plugins.run(main(body));
      assert.equal(outcome.error?.kind, kind);
      if (kind === "fatal") assert.match(outcome.error?.text ?? "", /changed the code that runs plugins/);
      await plugins.body('influxdb3_local.write(LineBuilder("m").int64_field("f", 1))');
    });
  }

  it("makes the preparation of later runs fail, and costs no more than one of them", async () => {
    const hidden =
      "import _millrace_integrity, _millrace_print_capture\n_millrace_integrity.intact = lambda: True\n_millrace_print_capture.begin = None\n_millrace_integrity._remembered.clear()";
    await plugins.run(main(hidden));
    await plugins.run(main("pass"));
  });

  it("can be killed and interrupted from outside", async () => {
    const interrupted = plugins.run(main('influxdb3_local.info("go")\nwhile True: pass'));
    await waitFor(() => plugins.host.logged.some((line) => line.message === "go"));
    plugins.interpreter.interrupt();
    assert.equal((await interrupted).error?.text, "KeyboardInterrupt: ");
    const killed = plugins.run(main('influxdb3_local.info("gone")\nwhile True: pass'));
    await waitFor(() => plugins.host.logged.some((line) => line.message === "gone"));
    await plugins.interpreter.kill("the trigger was deleted");
    assert.match((await killed).error?.text ?? "", /the trigger was deleted/);
  });

  it("makes others wait, but not more than the queue holds", async () => {
    const small = await startPlugins({ queueMax: 2 });
    const runs = [small.body("pass"), small.body("pass"), small.body("pass")];
    await assert.rejects(runs[2]!, /2 runs wait for this interpreter already/);
    assert.ok((await Promise.all(runs.slice(0, 2))).every((outcome) => outcome.ok));
    await small.interpreter.dispose();
    await assert.rejects(small.body("pass"), /closed/);
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
