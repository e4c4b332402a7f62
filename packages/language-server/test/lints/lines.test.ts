import { inPlugin, type LintCase, testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const names: LintCase[] = [
  {
    what: "refuses spaces in a measurement",
    text: inPlugin('influxdb3_local.write(LineBuilder(«"room temp"»).int64_field("a", 1))'),
    codes: ["invalid-measurement"],
    fix: ['Change to "room_temp"', 'LineBuilder("room_temp")'],
  },
  {
    what: "refuses them in an f-string too",
    text: inPlugin('LineBuilder(«f"{args} temp"»).int64_field("a", 1)'),
    codes: ["invalid-measurement"],
    fix: ["Use underscores", 'f"{args}_temp"'],
  },
  {
    what: "follows a constant of the module",
    text: `NAME = "room temp"\n\n${inPlugin('LineBuilder(«NAME»).int64_field("a", 1)')}`,
    codes: ["invalid-measurement"],
    fix: ['Change to "room_temp"', 'NAME = "room_temp"'],
  },
  {
    what: "does not follow a name with two values",
    text: inPlugin('name = "a b"\nif args:\n    name = "ab"\nLineBuilder(name).int64_field("a", 1)'),
  },
  {
    what: "does not follow a name that a loop gives other values",
    text: inPlugin('name = "a b"\nfor name in ["x"]:\n    LineBuilder(name).int64_field("a", 1)'),
  },
  {
    what: "refuses spaces, commas, equals signs and nothing as keys",
    text: inPlugin(
      'LineBuilder("x").tag(«"a b"», 1).int64_field(«"c,d"», 1).bool_field(«"e=f"», True).tag(«""», 2)',
    ),
    codes: ["invalid-key", "invalid-key", "invalid-key", "invalid-key"],
    says: /tag key with spaces/,
    fix: ['Change to "c_d"', '.int64_field("c_d", 1)'],
  },
  {
    what: "refuses keys of a line that statements build, and keys by name",
    text: inPlugin('line = LineBuilder("x")\nline.tag(key=«"a b"», value=1)\nline.int64_field("a", 1)'),
    codes: ["invalid-key"],
  },
  {
    what: "takes what LineBuilder takes",
    text: inPlugin('LineBuilder("a,b=c").tag("a-b.c/d", "x y,z=1").string_field("é\\\\", " ,=")'),
  },
  {
    what: "has no say about a LineBuilder of the plugin's own",
    text: `class LineBuilder:\n    def __init__(self, name): self.name = name\n    def tag(self, key): return self\n\n${inPlugin('LineBuilder("a b").tag("c d")')}`,
  },
  {
    what: "has no say about values that only look like a builder",
    text: inPlugin('line = LineBuilder("x").int64_field("a", 1).build()\nline.encode().decode().split(" ")'),
  },
  {
    what: "refuses negative unsigned integers",
    text: inPlugin('LineBuilder("x").uint64_field("a", «-1»).uint64_field("b", 0).int64_field("c", -1)'),
    codes: ["negative-unsigned"],
    fix: ["Change to int64_field", '.int64_field("a", -1)'],
  },
];

const fields: LintCase[] = [
  {
    what: "sees a chain without a field",
    text:
      inPlugin('influxdb3_local.«write»(LineBuilder("x").tag("room", name()).time_ns(1))\n\n') +
      "\ndef name(): return 'a'\n",
    codes: ["line-without-field"],
    fix: ['Add .int64_field("value", 0)', '.time_ns(1).int64_field("value", 0))'],
  },
  {
    what: "offers to make a field of a tag",
    text: inPlugin('influxdb3_local.«write»(LineBuilder("x").tag("room", "a"))'),
    codes: ["line-without-field"],
    fix: ["Change the last tag to string_field", '.string_field("room", "a")'],
  },
  {
    what: "sees it before build",
    text: inPlugin('text = LineBuilder("x").tag("a", "b").«build»()'),
    codes: ["line-without-field"],
  },
  {
    what: "sees it in every way of writing",
    text: inPlugin(`
      influxdb3_local.«write_to_db»("db", LineBuilder("x"))
      influxdb3_local.«write_sync»(line_builder=LineBuilder("x"), no_sync=True)
      influxdb3_local.«write_sync_to_db»("db", LineBuilder("x"), True)
    `),
    codes: ["line-without-field", "line-without-field", "line-without-field"],
  },
  {
    what: "sees it in statements one after the other",
    text: inPlugin(`
      for batch in table_batches:
          line = LineBuilder("x")
          line.tag("a", "b")  # a tag
          if args:
              line.tag("c", args["c"])
          line = line.time_ns(1)
          influxdb3_local.«write»(line)
    `),
    codes: ["line-without-field"],
    fix: ['Add .int64_field("value", 0)', 'line = LineBuilder("x").int64_field("value", 0)'],
  },
  ...[
    ["a field in a statement", 'line.int64_field("a", 1)'],
    ["a field in a branch", 'if args:\n    line.int64_field("a", 1)'],
    ["a field in a loop", 'for row in table_batches:\n    line.int64_field("a", 1)'],
    ["a helper that gets the line", "str(line)"],
    ["another name for the line", 'other = line.tag("a", "b")\nother.int64_field("a", 1)'],
    ["a method taken from the line", 'add = line.int64_field\nadd("a", 1)'],
    ["getattr", 'getattr(line, "int64_field")("a", 1)'],
    ["the fields themselves", 'line.fields["a"] = "1i"'],
    ["a setter in an expression", 'line.tag("a", "b") and line.int64_field("a", 1)'],
    ["a lambda", 'add = lambda: line.int64_field("a", 1)\nadd()'],
    ["a function inside", 'def add():\n    line.int64_field("a", 1)\nadd()'],
    ["another line of that name", 'if args:\n    line = LineBuilder("y").int64_field("a", 1)'],
    ["a setter on lines of its own", '(\n    line\n    .tag("a", "b")\n    .int64_field("a", 1)\n)'],
    ["a call over several lines", 'str(\n    line.tag("a", "b")\n)'],
    ["a walrus", '(line := LineBuilder("y")).int64_field("a", 1)'],
    ["a comprehension", '[line.int64_field(key, 1) for key in ("a", "b")]'],
  ].map(
    ([what, code]): LintCase => ({
      what: `is not sure after ${what}`,
      text: inPlugin(`line = LineBuilder("x")\n${code}\ninfluxdb3_local.write(line)`),
    }),
  ),
  {
    what: "is not sure when the line is made in another block",
    text: inPlugin(
      'if args:\n    line = LineBuilder("x")\nelse:\n    line = LineBuilder("y").int64_field("a", 1)\ninfluxdb3_local.write(line)',
    ),
  },
  {
    what: "is not sure when writing comes before the fields of the round before",
    text: inPlugin(
      'line = LineBuilder("x")\nfor batch in table_batches:\n    if batch["rows"]:\n        influxdb3_local.write(line)\n    line.int64_field("a", 1)',
    ),
  },
  {
    what: "is not sure of a parameter",
    text: 'def add(influxdb3_local, line=None):\n    if line is None:\n        line = LineBuilder("x")\n    influxdb3_local.write(line)\n',
  },
  {
    what: "needs no_sync",
    text: inPlugin('influxdb3_local.«write_sync»(LineBuilder("x").int64_field("a", 1))'),
    codes: ["missing-no-sync"],
    fix: ["Add no_sync=False", '("a", 1), no_sync=False)'],
  },
  {
    what: "needs no_sync with a database, behind a comma that is there",
    text: inPlugin(
      'influxdb3_local.«write_sync_to_db»(\n    "db",\n    LineBuilder("x").int64_field("a", 1),\n)',
    ),
    codes: ["missing-no-sync"],
    fix: ["Add no_sync=True", '("a", 1), no_sync=True,\n'],
  },
  {
    what: "takes no_sync in any form",
    text: inPlugin(
      'line = LineBuilder("x").int64_field("a", 1)\ninfluxdb3_local.write_sync(line, True)\ninfluxdb3_local.write_sync(line, no_sync=False)\ninfluxdb3_local.write_sync(line, **{"no_sync": True})',
    ),
  },
];

describe("checks of lines", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  describe("names", () => testLints(names, () => server));
  describe("fields", () => testLints(fields, () => server));
});
