import assert from "node:assert/strict";
import { useFakeServer } from "./support/fake-server.ts";
import { runCli, words } from "./support/run-cli.ts";

const server = useFakeServer();
const at = (line: number) => ({ file: "a.py", line, atNs: 0 });
const frame = (line: number, name: string, file = "a.py") => ({ file, line, function: name });
const ORIGINAL = { log_lines: [], database_writes: {}, errors: [] as string[] };

for (const command of ["test wal_plugin --lp 'a b=1'", "test schedule_plugin"]) {
  const run = (answer: object) => {
    server.respond = () => ({ body: JSON.stringify(answer) });
    return runCli(words(`${command} -d d a.py --host ${server.url}`));
  };

  describe(`${command}: what stderr tells`, () => {
    it("after an exception: the events, the traceback and the exception itself", async () => {
      const { code, stdout, stderr } = await run({
        ...ORIGINAL,
        errors: ["error executing plugin: KeyError: 'nope'"],
        events: [
          { kind: "log", level: "WARN", message: "careful", ...at(2) },
          { kind: "print", message: "one", ...at(3) },
          { kind: "query", database: "d", sql: "SELECT 1", rows: 1, ...at(4) },
          { kind: "query", database: "d", sql: "SELECT\n 2", ...at(5) },
          { kind: "write", database: "d", lineProtocol: "t f=1\nt f=2", ...at(10) },
          { kind: "print", message: "half", ...at(0) },
          { kind: "error", message: "KeyError: 'nope'", ...at(11) },
        ],
        durationMs: 1,
        traceback: [
          { ...frame(11, "process_writes"), source: 'load("nope")' },
          frame(7, "load", "/lib/python314.zip/json/decoder.py"),
        ],
      });
      assert.equal(code, 0);
      assert.deepEqual(Object.keys(JSON.parse(stdout)), ["log_lines", "database_writes", "errors"]);
      assert.deepEqual(stderr.split("\n"), [
        "What the plugin did:",
        "  a.py:2   log    WARN: careful",
        "  a.py:3   print  one",
        "  a.py:4   query  of d: SELECT 1 (1 row)",
        "  a.py:5   query  of d: SELECT",
        "                   2",
        "  a.py:10  write  to d: t f=1",
        "                  t f=2",
        "  a.py     print  half",
        "Traceback (most recent call last):",
        '  File "a.py", line 11, in process_writes',
        '    load("nope")',
        '  File "json/decoder.py", line 7, in load',
        "KeyError: 'nope'",
        "",
      ]);
    });

    it("what helps when a package is missing", async () => {
      const { stderr } = await run({
        ...ORIGINAL,
        errors: ["error executing plugin: ModuleNotFoundError: No module named 'requests'"],
        events: [],
        traceback: [frame(1, "<module>")],
      });
      assert.match(stderr, /'requests'\n {2}hint: 'influxdb3 install package <PACKAGE>' makes /);
    });

    for (const [depth, note] of [
      [3, []],
      [4, ["  [Previous line repeated 1 more time]"]],
      [20, ["  [Previous line repeated 17 more times]"]],
    ] as const) {
      it(`of ${depth} identical frames three are shown`, async () => {
        const again = Array.from({ length: depth }, () => frame(5, "deep"));
        const { stderr } = await run({
          ...ORIGINAL,
          errors: ["error executing plugin: RecursionError: too deep"],
          events: [],
          traceback: [frame(9, "process_writes"), ...again, frame(4, "deep"), ...again],
        });
        const shown = Array(3).fill('  File "a.py", line 5, in deep');
        assert.deepEqual(stderr.trimEnd().split("\n"), [
          "Traceback (most recent call last):",
          '  File "a.py", line 9, in process_writes',
          ...shown,
          ...note,
          '  File "a.py", line 4, in deep',
          ...shown,
          ...note,
          "RecursionError: too deep",
        ]);
      });
    }

    it("when would-be writes are refused: the events and every refusal", async () => {
      const { stderr } = await run({
        ...ORIGINAL,
        errors: ["line protocol parse error on write to db d: x"],
        events: [{ kind: "write", database: "d", lineProtocol: "bad", ...at(3) }],
      });
      assert.equal(
        stderr,
        "What the plugin did:\n  a.py:3  write  to d: bad\nline protocol parse error on write to db d: x\n",
      );
    });

    it("when all went well: what was printed, and nothing else", async () => {
      const { stderr } = await run({
        ...ORIGINAL,
        events: [
          { kind: "log", level: "INFO", message: "hello", ...at(2) },
          { kind: "print", message: "one", ...at(3) },
          { kind: "print", message: "", ...at(3) },
          { kind: "print", message: "  two", ...at(3) },
        ],
      });
      assert.equal(stderr, "one\n\n  two\n");
    });

    it("of an original's answer: nothing", async () => {
      assert.equal((await run(ORIGINAL)).stderr, "");
      assert.equal((await run({ ...ORIGINAL, errors: ["error executing plugin: x"] })).stderr, "");
    });
  });
}
