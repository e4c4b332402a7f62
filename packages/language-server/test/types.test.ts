import assert from "node:assert/strict";
import { type RunningServer, startServer } from "./support/server.ts";

const WRITES = "def process_writes(influxdb3_local, table_batches, args=None):";

describe("types that plugins do without", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  const findings: [what: string, code: string | undefined, line: string][] = [
    ["a method that does not exist", "unknown-member", "influxdb3_local.«inof»('x')"],
    ["a cache method that does not exist", "unknown-member", "influxdb3_local.cache.«gett»('x')"],
    ["a LineBuilder method that does not exist", "unknown-member", "LineBuilder('x').«int_field»('f', 1)"],
    ["a key that batches do not have", "unknown-key", "table_batches[0][«'tablename'»]"],
    ["a batch read with a dot", "unknown-member", "table_batches[0].«rows»"],
    ["a method that strings do not have", "unknown-member", "args['x'].«foo»()"],
    ["a text for an integer field", "wrong-argument-type", "LineBuilder('x').int64_field('f', «'1'»)"],
    ["a float for an integer field", "wrong-argument-type", "LineBuilder('x').int64_field('f', «1.5»)"],
    ["a number for a string field", "wrong-argument-type", "LineBuilder('x').string_field('f', «1»)"],
    [
      "a number as a parameter of a query",
      "non-string-parameter",
      "influxdb3_local.query('SELECT $a', «{'a': 1}»)",
    ],
    [
      "a text as the life of a cached value",
      "wrong-argument-type",
      "influxdb3_local.cache.put('k', 1, ttl=«'10'»)",
    ],
    ["a text written as a line", "wrong-argument-type", "influxdb3_local.write(«'x f=1'»)"],
    ["a field without a value", "wrong-arguments", "LineBuilder('x').«float64_field»('f')"],
    ["a LineBuilder without a name", "wrong-arguments", "«LineBuilder»()"],
    ["an argument nobody takes", "wrong-arguments", "influxdb3_local.info(«level»=1)"],
    ["too many arguments", "wrong-arguments", "influxdb3_local.query('SELECT 1', {}, 'c', «'d'»)"],
    ["a name that is not defined", "undefined-name", "«influxdb_local».info('x')"],
    ["a misspelt function of a module", "unknown-member", "import time; time.«tiem»()"],
    ["a missing module of the plugin", "unresolved-import", "from «.nothing» import x"],
    ["any value as a tag", undefined, "LineBuilder('x').tag('k', 1).tag('l', None).int64_field('f', True)"],
    [
      "integers and decimals as float fields",
      undefined,
      "from decimal import Decimal; LineBuilder('x').float64_field('f', 1).float64_field('g', Decimal('1'))",
    ],
    [
      "an object of one's own with build()",
      undefined,
      "class B:\n        def build(self): return 'x f=1'\n    influxdb3_local.write(B())",
    ],
    ["what may be None", undefined, "LineBuilder(args.get('measurement')).int64_field('f', args.get('f'))"],
    ["a check for None", undefined, "args = args if args is not None else {}"],
    ["a helper that says dict", undefined, "f: 'list[dict]' = table_batches"],
    [
      "a package that may not be there",
      undefined,
      "\n    try:\n        import numpy\n    except ImportError:\n        numpy = None",
    ],
  ];
  for (const [what, code, line] of findings) {
    it(code === undefined ? `are silent about ${what}` : `find ${what}`, async () => {
      const file = await server.editor.open(`${WRITES}\n    ${line}\n`);
      await file.expect(...(code === undefined ? [] : [code]));
    });
  }

  it("name the nearest name, and put it in", async () => {
    const file = await server.editor.open(`${WRITES}\n    influxdb3_local.«qurey»("SELECT 1")\n`);
    const [found] = await file.expect("unknown-member");
    assert.equal(found!.message, "influxdb3_local has no 'qurey'; did you mean 'query'?");
    assert.match(await file.textAfterFix("Change to query"), /influxdb3_local\.query\("SELECT 1"\)/);
  });

  it("say what an argument must be and why", async () => {
    const file = await server.editor.open(`${WRITES}\n    LineBuilder("x").int64_field("f", «2.5»)\n`);
    const [found] = await file.expect("wrong-argument-type");
    assert.equal(
      found!.message,
      "int64_field: value must be int, not float. A whole number; convert floats with `int()`.",
    );
  });

  it("check what process_request returns", async () => {
    const file = await server.editor.open(`
      def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None):
          if request_body:
              return «5»
          if query_parameters.get("a"):
              return «200, {"a": "b"}, "body"»
          if query_parameters.get("b"):
              return {"ok": True}, 201, {"Content-Type": "application/json"}
          return "text"
    `);
    await file.expect("unsupported-return", "unsupported-return");
  });

  it("see the way that returns nothing", async () => {
    const file = await server.editor.open(`
      def «process_request»(a, b, c, d, args=None):
          if b:
              return "text"
    `);
    await file.expect("missing-return");
  });

  it("reach helpers, methods and code that nothing calls", async () => {
    const file = await server.editor.open(`
      class Writer:
          def __init__(self, influxdb3_local):
              self.api = influxdb3_local

          def run(self):
              self.api.«inof»("x")

      def helper(influxdb3_local, other):
          influxdb3_local.«wran»("x")
          other.anything()
    `);
    await file.expect("unknown-member", "unknown-member");
  });

  it("complete members, keys and arguments", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          influxdb3_local.‸
          table_batches[0]["‸"]
          LineBuilder("x").‸
    `);
    const labels = async (cursor: number) => (await file.complete(cursor)).map((it) => it.label);
    assert.deepEqual((await labels(0)).sort(), [
      "cache",
      "error",
      "info",
      "query",
      "warn",
      "write",
      "write_sync",
      "write_sync_to_db",
      "write_to_db",
    ]);
    assert.deepEqual((await labels(1)).sort(), ['"rows"', '"table_name"']);
    assert.ok((await labels(2)).includes("float64_field"));
  });

  it("do not offer what is only there for the checker", async () => {
    const file = await server.editor.open(`${WRITES}\n    i‸\n`);
    const labels = (await file.complete()).map((it) => it.label);
    assert.ok(labels.includes("influxdb3_local"));
    assert.deepEqual(
      labels.filter((it) => it.includes("influx")),
      ["influxdb3_local"],
    );
  });

  it("explain parameters, methods and entry points", async () => {
    const file = await server.editor.open(`
      def process_w‸rites(influxdb3_local, table_b‸atches, args=None):
          influxdb3_local.cache.pu‸t("a", 1)
    `);
    assert.match(await file.hoverText(0), /Called with what was written/);
    assert.match(await file.hoverText(1), /table_batches: list\[TableBatch\]/);
    assert.match(await file.hoverText(2), /How many seconds the value is kept/);
  });

  it("show signatures with the parameter at the cursor", async () => {
    const file = await server.editor.open(`${WRITES}\n    influxdb3_local.query("SELECT 1", ‸)\n`);
    const help = await file.signatureHelp();
    const signature = help!.signatures[help!.activeSignature ?? 0]!;
    assert.match(signature.label, /query: str, args: dict\[str, str\] \| None = None/);
    assert.equal(signature.activeParameter ?? help!.activeParameter, 1);
  });

  it("go to definitions on lines with hidden annotations", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, args=None):
          return helper(influxdb3_local, ar‸gs)

      def helper(influxdb3_local, count, later=None): return la‸ter
    `);
    const text = file.text.split("\n");
    for (const [cursor, name] of ["args", "later"].entries()) {
      const [found] = await file.definition(cursor);
      const { line, character } = found!.range.start;
      assert.equal(text[line]!.slice(character, character + name.length), name);
    }
  });

  it("lead to where the API is described", async () => {
    const file = await server.editor.open(`${WRITES}\n    influxdb3_local.que‸ry("SELECT 1")\n`);
    const [found] = await file.definition();
    assert.match(found!.uri, /__influx__\.pyi$/);
  });

  it("rename what is the plugin's own, on lines with hidden annotations too", async () => {
    const file = await server.editor.open(`
      def process_writes(influxdb3_local, table_batches, ar‸gs=None):
          helper(influxdb3_local, args)

      def helper(influxdb3_local, args): return args
    `);
    const text = await file.textAfterRename("options");
    assert.equal(
      text,
      file.text
        .replace("table_batches, args=None", "table_batches, options=None")
        .replace("local, args)\n", "local, options)\n"),
    );
    const api = await server.editor.open(`${WRITES}\n    influxdb3_local.que‸ry("SELECT 1")\n`);
    assert.equal(await api.textAfterRename("ask"), undefined);
  });
});
