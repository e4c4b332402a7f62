import { type AttackKind, brims, flood } from "./attack.ts";

const OUTPUT = "--plugin-max-output";
const LINES = "--plugin-max-written-lines";
const BYTES = "--plugin-max-written-size";
const field = 'LineBuilder("flood").int64_field("f", 1)';

export const output: readonly AttackKind[] = [
  {
    kind: "a flood of logs and prints",
    attacks: [
      flood("log lines", "--plugin-max-log-lines", 'while True: local.info("x")'),
      flood("long log lines", OUTPUT, 'while True: local.warn("x" * 10 ** 5)'),
      flood("prints", OUTPUT, 'while True: print("x" * 1000)'),
      flood("empty prints", OUTPUT, "while True: print()"),
      flood("one line without end", OUTPUT, 'while True: print("x" * 1000, end="")'),
      flood("one giant print", `${OUTPUT}|--plugin-memory`, 'print("x" * 30_000_000)'),
      flood(
        "log lines, whatever is raised",
        "--plugin-max-log-lines",
        'while True:\n    try: local.error("x")\n    except Exception: pass',
      ),
    ],
  },
  {
    kind: "all that may be said",
    attacks: [
      brims("in log lines", 'for _ in range(9_999): local.warn("x" * 1000)'),
      brims("in empty prints", "for _ in range(99_000): print()"),
      brims("in written lines", `for _ in range(99_999): local.write(${field})`),
      brims(
        "in written bytes",
        'text = "x" * 10 ** 6\nfor _ in range(60): local.write(LineBuilder("flood_of_texts").string_field("f", text))',
      ),
      brims(
        "past our Python",
        'import _millrace, json\nevents = [{"kind": "print", "message": ""}] * 90_000\n_millrace.send_events(json.dumps(events))',
      ),
      brims(
        "at the very end",
        'kind = {"kind": "write", "database": "arena", "lineProtocol": "flood f=1i", "sync": False}\nlocal._run.take_events = lambda: [kind] * 99_000',
      ),
    ],
  },
  {
    kind: "a flood of writes",
    attacks: [
      flood("lines", LINES, `while True: local.write(${field})`),
      flood("bytes", BYTES, 'while True: local.write(LineBuilder("flood").string_field("f", "x" * 10 ** 5))'),
      flood(
        "one giant line",
        `${BYTES}|--plugin-memory|ValueError`,
        'class Lines:\n    def build(self): return "flood f=\\"" + "x" * 70_000_000 + "\\""\nlocal.write(Lines())',
      ),
      flood(
        "many lines at once",
        `${LINES}|${BYTES}`,
        'class Lines:\n    def build(self): return "flood f=1\\n" * 200_000\nlocal.write(Lines())',
      ),
      flood("at once", `${LINES}|--plugin-max-host-calls`, `while True: local.write_sync(${field}, True)`),
      flood(
        "to new databases",
        `${LINES}|--plugin-max-host-calls|Cannot write|database`,
        `n = 0\nwhile True:\n    n += 1\n    local.write_to_db(f"flood_{n}", ${field})`,
      ),
    ],
  },
];
