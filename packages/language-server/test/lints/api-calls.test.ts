import assert from "node:assert/strict";
import { inPlugin, type LintCase, testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const methods: LintCase[] = [
  ...[
    ["influxdb3_local.«qurey»('SELECT 1')", "query"],
    ["influxdb3_local.«warning»('x')", "warn"],
    ["influxdb3_local.«debug»('x')", "info"],
    ["influxdb3_local.cache.«set»('a', 1)", "put"],
    ["influxdb3_local.cache.«gett»('a')", "get"],
    ["LineBuilder('x').«int_field»('a', 1)", "int64_field"],
    ["LineBuilder('x').int64_field('a', 1).«timestamp»(1)", "time_ns"],
    ["LineBuilder('x').int64_field('a', 1).«to_line_protocol»()", "build"],
  ].map(
    ([code, meant]): LintCase => ({
      what: `offers ${meant} for ${/«(\w+)»/.exec(code!)![1]}`,
      text: inPlugin(code!),
      codes: ["unknown-member"],
      says: new RegExp(`did you mean '${meant}'\\?`),
      fix: [`Change to ${meant}`, `.${meant}(`],
    }),
  ),
  {
    what: "sees it in methods of classes",
    text: "class Job:\n    def __init__(self, influxdb3_local):\n        self.influxdb3_local = influxdb3_local\n\n    def run(self):\n        self.influxdb3_local.«warning»('x')\n",
    codes: ["unknown-member"],
    fix: ["Change to warn", "self.influxdb3_local.warn('x')"],
  },
  {
    what: "says nothing of a name that is near nothing",
    text: inPlugin("influxdb3_local.«frobnicate»(1)"),
    codes: ["unknown-member"],
    says: /^influxdb3_local has no 'frobnicate'\.$/,
  },
  {
    what: "takes methods of a wrapper",
    text: "class Wrapper:\n    def __init__(self, api):\n        self.api = api\n\n    def debug(self, text):\n        self.api.info(text)\n\n\nclass Job:\n    def __init__(self, influxdb3_local):\n        self.influxdb3_local = Wrapper(influxdb3_local)\n\n    def run(self):\n        self.influxdb3_local.debug('x')\n",
  },
];

const args: LintCase[] = [
  {
    what: "sees a database in front of write",
    text: inPlugin('line = LineBuilder("x").int64_field("a", 1)\ninfluxdb3_local.write("db", «line»)'),
    codes: ["wrong-arguments"],
    fix: ["Change to write_to_db", 'influxdb3_local.write_to_db("db", line)'],
  },
  {
    what: "sees it in front of write_sync",
    text: inPlugin('influxdb3_local.write_sync("db", LineBuilder("x").int64_field("a", 1), «True»)'),
    codes: ["wrong-arguments"],
    fix: ["Change to write_sync_to_db", 'influxdb3_local.write_sync_to_db("db", Line'],
  },
  {
    what: "corrects the name of an argument",
    text: inPlugin('influxdb3_local.query("SELECT 1", «databse»="x")'),
    codes: ["wrong-arguments"],
    fix: ["Change to database", '("SELECT 1", database="x")'],
  },
  {
    what: "removes an argument that nobody takes",
    text: inPlugin('influxdb3_local.info("x", «level»=1)'),
    codes: ["wrong-arguments"],
    fix: ["Remove level=1", 'influxdb3_local.info("x")'],
  },
  {
    what: "removes the first argument",
    text: inPlugin("influxdb3_local.info(«level»=1)"),
    codes: ["wrong-arguments"],
    fix: ["Remove level=1", "influxdb3_local.info()"],
  },
  {
    what: "removes what is too much",
    text: inPlugin('LineBuilder("x").int64_field("a", 1, «2»).float64_field("b", 1.5)'),
    codes: ["wrong-arguments"],
    fix: ["Remove the argument", '("a", 1).float'],
  },
  {
    what: "sees what is missing",
    text: inPlugin('LineBuilder("x").«int64_field»("a")\ninfluxdb3_local.cache.«put»("a")'),
    codes: ["wrong-arguments", "wrong-arguments"],
  },
  {
    what: "converts to int",
    text: inPlugin('LineBuilder("x").int64_field("a", «2.5 * 2»)'),
    codes: ["wrong-argument-type"],
    fix: ["Convert with int()", 'int64_field("a", int(2.5 * 2))'],
  },
  {
    what: "converts to text",
    text: inPlugin('LineBuilder("x").string_field("a", value=«5»)'),
    codes: ["wrong-argument-type"],
    fix: ["Convert with str()", "value=str(5))"],
  },
  {
    what: "converts to float",
    text: inPlugin('LineBuilder("x").float64_field("a", «"5"»)'),
    codes: ["wrong-argument-type"],
    fix: ["Convert with float()", 'float64_field("a", float("5"))'],
  },
  {
    what: "takes spreads and names",
    text: inPlugin(
      'line = LineBuilder(measurement="x").int64_field(*("a", 1))\ninfluxdb3_local.write(line_builder=line)\ninfluxdb3_local.cache.put("a", 1, 60, use_global=True)',
    ),
  },
];

describe("checks of calls", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  describe("methods", () => testLints(methods, () => server));
  describe("arguments", () => testLints(args, () => server));

  it("fixes what moved since the editor was told", async () => {
    const text = inPlugin('influxdb3_local.write_sync(LineBuilder("x").int64_field("a", 1))');
    const file = await server.editor.open(text);
    const [found] = await file.diagnostics();
    await file.change(`# one more line\n${text}`);
    const down = (at: { line: number; character: number }) => ({ ...at, line: at.line + 1 });
    const moved = { ...found!, range: { start: down(found!.range.start), end: down(found!.range.end) } };
    const [fix] = await file.fixes(moved);
    assert.equal(fix!.edit!.changes![file.uri]![0]!.range.start.line, 2);
  });

  it("counts columns as editors do, in files from Windows", async () => {
    const file = await server.editor.open(
      inPlugin('x = "😀"; LineBuilder(«"a b"»).int64_field("😀", 1).tag(«"c d"», 1)').replaceAll(
        "\n",
        "\r\n",
      ),
    );
    await file.expect("invalid-measurement", "invalid-key");
  });
});
