import assert from "node:assert/strict";
import type { RunRequest } from "@millrace/plugin-runtime";
import { messages, type Plugins, startPlugins } from "./support.ts";

const main = (body: string) =>
  `def process_writes(influxdb3_local, table_batches, args):\n${body.replace(/^/gm, "    ")}`;

describe("a run", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  describe("executes the plugin", () => {
    it("in new globals each time, named like the original's", async () => {
      const source = `count = globals().get("count", 0) + 1
${main('influxdb3_local.info(count, __name__, "__file__" in globals(), sorted(name for name in globals() if not name.startswith("__")))')}`;
      for (let run = 0; run < 2; run++) {
        assert.deepEqual(messages(await plugins.run(source)), [
          "1 builtins False ['count', 'process_writes']",
        ]);
      }
      const guarded = await plugins.run(
        `if __name__ == "__main__":\n    raise Exception("run as a script")\n${main("pass")}`,
      );
      assert.ok(guarded.ok);
    });

    it("with modules that persist between runs", async () => {
      await plugins.body("import statistics\nstatistics.left_behind = 5");
      assert.deepEqual(
        messages(await plugins.body("import statistics\ninfluxdb3_local.info(statistics.left_behind)")),
        ["5"],
      );
    });

    it("with a new args dict, or None", async () => {
      const source = 'influxdb3_local.info(args)\nif args: args["b"] = "2"';
      assert.deepEqual(messages(await plugins.body(source)), ["None"]);
      for (let run = 0; run < 2; run++) {
        assert.deepEqual(messages(await plugins.body(source, { args: { a: "1" } })), ["{'a': '1'}"]);
      }
    });

    it("on a schedule with a naive time in whole seconds of UTC", async () => {
      const source =
        "def process_scheduled_call(api, call_time, args):\n    api.info(repr(call_time), call_time.timestamp())";
      const schedule = (callTimeNs: bigint) =>
        plugins.run(source, { kind: "schedule", callTimeNs } as Partial<RunRequest>).then(messages);
      assert.deepEqual(await schedule(1_735_689_605_999_999_999n), [
        "datetime.datetime(2025, 1, 1, 0, 0, 5) 1735689605.0",
      ]);
      assert.deepEqual(await schedule(-1n), ["datetime.datetime(1969, 12, 31, 23, 59, 59) -1.0"]);
    });

    it("ignoring what process_writes returns, even a coroutine", async () => {
      assert.ok((await plugins.body("return 42")).ok);
      assert.ok((await plugins.run("async def process_writes(api, batches, args):\n    raise Exception")).ok);
    });
  });

  describe("reports a failure", () => {
    const failures: [name: string, source: string, error: string][] = [
      ["exception", main('raise ValueError("bad")'), "ValueError: bad"],
      ["exception without text", main("raise ValueError"), "ValueError: "],
      ["nested class", main("class E(Exception): pass\nraise E(1)"), "process_writes.<locals>.E: 1"],
      [
        "unprintable exception",
        main("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E"),
        "process_writes.<locals>.E: <exception str() failed>",
      ],
      ["syntax", "  x = 1", "IndentationError: unexpected indent (<string>, line 1)"],
      ["import", "import pandas", "ModuleNotFoundError: No module named 'pandas'"],
      ["relative import", "from . import x", "KeyError: \"'__name__' not in globals\""],
      ["exit", main("import sys\nsys.exit(2)"), "SystemExit: 2"],
      ["keyboard interrupt", main("raise KeyboardInterrupt"), "KeyboardInterrupt: "],
      [
        "too few parameters",
        "def process_writes(api, batches): pass",
        "TypeError: process_writes() takes 2 positional arguments but 3 were given",
      ],
      ["null byte", "x = '\0'", "plugin code contains null bytes"],
      [
        "line without field",
        main('LineBuilder("some_table").build()'),
        "InvalidLineError: At least one field is required: some_table",
      ],
    ];
    for (const [name, source, text] of failures) {
      it(`with the original's text: ${name}`, async () => {
        const { ok, error } = await plugins.run(source);
        assert.equal(ok, false);
        assert.equal(error?.text, text);
      });
    }

    it("when the function is missing", async () => {
      const texts = {
        writes:
          "the process_writes function is not present in the plugin. Should be defined as: process_writes(influxdb3_local, table_batches, args=None)",
        schedule:
          "the process_scheduled_call function is not present in the plugin. Should be defined as: process_scheduled_call(influxdb3_local, call_time, args=None)",
        request:
          "the process_request function is not present in the plugin. Should be defined as: process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None) -> Tuple[str, Optional[Dict[str, str]]]",
      };
      for (const [kind, text] of Object.entries(texts)) {
        const rest = { callTimeNs: 0n, request: { query: {}, headers: {}, body: new Uint8Array(0) } };
        const { error } = await plugins.run("x = 1", { kind, ...rest } as Partial<RunRequest>);
        assert.deepEqual([error?.kind, error?.text], ["missing-function", text]);
      }
    });

    it("with the plugin's frames, from the call to the cause", async () => {
      const source = `import json
def helper():
    json.loads("{")
${main("helper()")}`;
      const { error, events } = await plugins.run(source);
      assert.deepEqual(error?.traceback.slice(0, 2), [
        { file: "plugin.py", line: 5, function: "process_writes", source: "helper()" },
        { file: "plugin.py", line: 3, function: "helper", source: 'json.loads("{")' },
      ]);
      assert.ok(error?.traceback.slice(2).every((frame) => frame.file.includes("json")));
      assert.deepEqual(events.at(-1)?.line, 3);
      const syntax = await plugins.run("x = 1\ny = (");
      assert.deepEqual(syntax.error?.traceback, [
        { file: "plugin.py", line: 2, function: "<module>", source: "y = (" },
      ]);
    });

    it("and discards what was queued, but not what happened", async () => {
      const source = main(`influxdb3_local.info("before")
influxdb3_local.write(LineBuilder("m").int64_field("f", 1))
print("printed", end="")
raise Exception("after")`);
      const outcome = await plugins.run(source);
      assert.deepEqual(outcome.writes, []);
      assert.deepEqual(
        outcome.events.map(({ kind, line }) => [kind, line]),
        [
          ["log", 2],
          ["write", 3],
          ["print", null],
          ["error", 5],
        ],
      );
    });
  });

  it("captures what is printed, line by line, on both streams", async () => {
    const outcome = await plugins.body(`
import sys, logging
print("a", 1)
print("two\\nlines")
print("to the end", end="")
print(" of it")
print("oops", file=sys.stderr)
logging.warning("logged")
sys.stdout.buffer.write(b"bytes\\n")
print("\\ud800")`);
    const prints = outcome.events.filter((event) => event.kind === "print");
    assert.deepEqual(
      prints.map(({ stream, message, line }) => [stream, message, line]),
      [
        ["stdout", "a 1", 4],
        ["stdout", "two", 5],
        ["stdout", "lines", 5],
        ["stdout", "to the end of it", 7],
        ["stderr", "oops", 8],
        ["stderr", "WARNING:root:logged", 9],
        ["stdout", "bytes", 10],
        ["stdout", "\\ud800", 11],
      ],
    );
  });

  it("tells the line of the plugin also for calls from library code", async () => {
    const outcome = await plugins.body(
      "import dataclasses, functools\nlog = functools.partial(influxdb3_local.info, 'x')\nlist(map(lambda _: log(), [1]))",
    );
    assert.deepEqual(outcome.logs, [{ level: "INFO", message: "x", file: "plugin.py", line: 4 }]);
  });
});
