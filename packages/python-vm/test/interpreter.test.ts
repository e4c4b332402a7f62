import assert from "node:assert/strict";
import { type Python, startPython } from "./support.ts";

/** Short limits: these tests wait for them. */
const SHORT = { softTimeoutMs: 150, graceMs: 150 };

describe("interpreter", () => {
  let python: Python;

  beforeEach(async () => {
    if (python === undefined || python.interpreter.state === "dead") python = await startPython();
  });
  after(() => python.close());

  describe("stops code at its soft limit and lives on", () => {
    const interruptible = {
      "an endless loop": "while True: pass",
      "time.sleep": "import time\ntime.sleep(60)",
      "a regular expression that backtracks": "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
      "a wait for a lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
      "code that catches the first interrupt":
        "try:\n    while True: pass\nexcept BaseException:\n    while True: pass",
      "a wait for the host": "import _millrace\n_millrace.ask('host', 'never')",
    };
    for (const [name, source] of Object.entries(interruptible)) {
      it(name, async () => {
        if (name === "a wait for the host") {
          await python.close();
          python = await startPython({}, () => {});
        }
        const end = await python.run(source, { softTimeoutMs: 100, graceMs: 2000 });
        assert.deepEqual(end, { kind: "done", response: "!KeyboardInterrupt: ", timedOut: true });
        assert.equal(await python.evaluate("result = 1 + 1"), "2");
      });
    }

    it("a signal handler that a plugin left behind does not stop the next interrupt for good", async () => {
      await python.evaluate("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)");
      const end = await python.run("while True: pass", SHORT);
      assert.equal(end.kind, "killed");
    });
  });

  describe("ends the thread of code that does not stop", () => {
    const stubborn = {
      "a loop that catches everything":
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
      "a loop in C": "sum(range(10 ** 12))",
      "a chain of iterators": "import itertools, collections\ncollections.deque(itertools.count(), 0)",
    };
    for (const [name, source] of Object.entries(stubborn)) {
      it(name, async () => {
        const end = await python.run(source, SHORT);
        assert.equal(end.kind, "killed");
        assert.ok(end.kind === "killed" && end.timedOut);
        assert.equal(python.interpreter.state, "dead");
      });
    }
  });

  describe("survives, in itself or by being replaced,", () => {
    it("recursion without end", async () => {
      assert.match(await python.evaluate("def f(): f()\nf()"), /^!RecursionError/);
    });

    it("deep recursion in C", async () => {
      const end = await python.run("import json\njson.loads('[' * 10 ** 7)");
      if (end.kind === "done") assert.match(end.response, /^!RecursionError/);
      else assert.match(end.reason, /stack/);
    });

    it("sys.exit", async () => {
      assert.equal(await python.evaluate("import sys\nsys.exit(3)"), "!SystemExit: 3");
    });

    it("os._exit", async () => {
      const end = await python.run("import os\nos._exit(3)");
      assert.deepEqual(end, {
        kind: "fatal",
        reason: "the Python process was ended with exit code 3",
        exitCode: 3,
      });
    });

    it("os.abort", async () => {
      assert.equal((await python.run("import os\nos.abort()")).kind, "fatal");
    });

    it("a write through a wild pointer", async () => {
      const source =
        "import ctypes\nfor i in range(0, 2 ** 22, 4): ctypes.c_uint32.from_address(i).value = 0xFFFFFFFF";
      const end = await python.run(`${source}\nresult = [str(i) for i in range(1000)]`);
      assert.notEqual(end.kind, "killed");
    });

    it("memory without end: MemoryError at the cap, and goes on", async () => {
      const small = await startPython({ limits: { heapMaxBytes: 96 * 2 ** 20 } });
      try {
        const source = "x = []\nwhile True: x.append(bytes(2 ** 20))";
        assert.match(await small.evaluate(source), /^!MemoryError/);
        assert.equal(await small.evaluate("result = len(bytes(2 ** 20))"), "1048576");
      } finally {
        await small.close();
      }
    });

    it("the end of its thread: the pending run is told", async () => {
      const run = python.run("while True: pass", { softTimeoutMs: 60_000 });
      await python.interpreter.terminate("the test said so");
      assert.deepEqual(await run, { kind: "killed", reason: "the test said so", timedOut: false });
      assert.throws(() => python.interpreter.run("1", SHORT), /dead/);
    });
  });

  it("refuses a second run at the same time", async () => {
    const first = python.run("result = 1");
    assert.throws(() => python.run("result = 2"), /running/);
    assert.equal((await first).kind, "done");
  });
});
