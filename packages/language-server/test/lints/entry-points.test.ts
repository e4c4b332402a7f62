import { mkdirSync } from "node:fs";
import path from "node:path";
import type { LintCase } from "../support/lint-cases.ts";
import { testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const REQUEST =
  "def process_request(influxdb3_local, query_parameters, request_headers, request_body, args=None)";

const names: LintCase[] = [
  ...[
    ["process_write", "process_writes"],
    ["process_wirtes", "process_writes"],
    ["processWrites", "process_writes"],
    ["proces_scheduled_call", "process_scheduled_call"],
    ["process_schedule", "process_scheduled_call"],
    ["process_scheduled_calls", "process_scheduled_call"],
    ["process_requests", "process_request"],
  ].map(
    ([name, meant]): LintCase => ({
      what: `sees ${name}`,
      text: `def «${name}»(influxdb3_local, data, args=None):\n    pass\n`,
      codes: ["entry-point-name"],
      fix: [`Rename to ${meant}`, `def ${meant}(influxdb3_local, data`],
    }),
  ),
  ...[
    "process_rows",
    "process_batches",
    "write_lines",
    "process_write_queue",
    "handle_request",
    "process",
  ].map(
    (name): LintCase => ({
      what: `says nothing of ${name}`,
      text: `def ${name}(influxdb3_local, data, args=None):\n    pass\n`,
    }),
  ),
  {
    what: "says nothing of a function that is called",
    text: "def process_write(influxdb3_local, data):\n    pass\n\ndef process_writes(influxdb3_local, table_batches, args=None):\n    process_write(influxdb3_local, table_batches)\n",
  },
  {
    what: "says nothing of a method",
    text: "class Writer:\n    def process_write(self, influxdb3_local):\n        pass\n",
  },
  {
    what: "says nothing when the name is given to something else",
    text: "def process_write(influxdb3_local, batches, args=None):\n    pass\n\nprocess_writes = process_write\n",
  },
];

const parameters: LintCase[] = [
  {
    what: "sees that args is not there",
    text: "def process_writes«(influxdb3_local, table_batches)»:\n    pass\n",
    codes: ["entry-point-parameters"],
    says: /takes 2 of 3 arguments/,
    fix: ["Add the parameter args=None", "def process_writes(influxdb3_local, table_batches, args=None):"],
  },
  {
    what: "adds several",
    text: "def process_request«(influxdb3_local, query_parameters)»:\n    return ''\n",
    codes: ["entry-point-parameters"],
    fix: [
      "Add the parameters request_headers, request_body, args=None",
      "(influxdb3_local, query_parameters, request_headers, request_body, args=None):",
    ],
  },
  {
    what: "adds all",
    text: "def process_scheduled_call«()»:\n    pass\n",
    codes: ["entry-point-parameters"],
    fix: [
      "Add the parameters influxdb3_local, call_time, args=None",
      "(influxdb3_local, call_time, args=None):",
    ],
  },
  {
    what: "adds defaults behind defaults",
    text: "def process_scheduled_call«(influxdb3_local=None)»:\n    pass\n",
    codes: ["entry-point-parameters"],
    fix: [
      "Add the parameters call_time=None, args=None",
      "(influxdb3_local=None, call_time=None, args=None):",
    ],
  },
  {
    what: "sees a parameter that nobody fills",
    text: "def process_writes«(influxdb3_local, table_batches, args, config)»:\n    pass\n",
    codes: ["entry-point-parameters"],
    says: /gives nothing for 'config'/,
    fix: ["Give config a default", "args, config=None):"],
  },
  {
    what: "sees one behind a star",
    text: "def process_writes«(influxdb3_local, table_batches, args=None, *, config: dict)»:\n    pass\n",
    codes: ["entry-point-parameters"],
    fix: ["Give config a default", "*, config: dict = None):"],
  },
  {
    what: "sees parameters in the wrong places",
    text: "def process_writes«(table_batches, influxdb3_local, args=None)»:\n    pass\n",
    codes: ["entry-point-parameters"],
    says: /'table_batches' gets another one/,
    fix: ["Put the parameters in order", "def process_writes(influxdb3_local, table_batches, args=None):"],
  },
  {
    what: "takes every form that can be called",
    text: `
      def process_writes(api, data, *rest):
          pass

      def process_scheduled_call(influxdb3_local, when, args=None, config=None, *, other=1, **more):
          pass

      def process_request(*arguments):
          return "x"
    `,
  },
  {
    what: "takes parameters that are positional only",
    text: "def process_writes(influxdb3_local, table_batches, args=None, /):\n    pass\n",
  },
  {
    what: "takes what a decorator makes of it",
    text: "def decorate(f):\n    return lambda influxdb3_local, batches, args=None: f(influxdb3_local)\n\n@decorate\ndef process_writes(influxdb3_local):\n    pass\n",
  },
  {
    what: "takes methods and inner functions of the name",
    text: "class A:\n    def process_writes(self, influxdb3_local):\n        def process_request(influxdb3_local):\n            pass\n        return process_request\n",
  },
  {
    what: "sees async and removes it",
    text: "async def «process_writes»(influxdb3_local, table_batches, args=None):\n    influxdb3_local.info('x')\n",
    codes: ["async-entry-point"],
    fix: ["Remove async", "def process_writes(influxdb3_local"],
  },
  {
    what: "sees a generator that never runs",
    text: "def «process_writes»(influxdb3_local, table_batches, args=None):\n    yield 1\n",
    codes: ["generator-entry-point"],
  },
  { what: "takes a generator as an answer", text: `${REQUEST}:\n    yield "a"\n    yield b"b"\n` },
];

const answers: LintCase[] = [
  {
    what: "sees a return without an answer",
    text: `${REQUEST}:\n    if args:\n        «return»\n    return «None»\n`,
    codes: ["unsupported-return", "unsupported-return"],
    fix: ["Return an empty answer", 'return "", 204\n'],
  },
  {
    what: "sees a status alone",
    text: `${REQUEST}:\n    return «404»\n`,
    codes: ["unsupported-return"],
    fix: ["Return it as the status", 'return "", 404\n'],
  },
  {
    what: "sees other numbers and truths",
    text: `${REQUEST}:\n    if args:\n        return «True»\n    return «1.5»\n`,
    codes: ["unsupported-return", "unsupported-return"],
    fix: ["Return it as text", "return str(True)\n"],
  },
  {
    what: "sees bytes",
    text: `${REQUEST}:\n    return «b"abc"»\n`,
    codes: ["unsupported-return"],
    fix: ["Return text", 'return b"abc".decode()\n'],
  },
  {
    what: "sees the order of old plugins",
    text: `${REQUEST}:\n    return «200, {"Content-Type": "text/plain"}, "ok"»\n`,
    codes: ["unsupported-return"],
    fix: [
      "Put the answer in order: body, status, headers",
      'return "ok", 200, {"Content-Type": "text/plain"}\n',
    ],
  },
  {
    what: "sees it in brackets",
    text: `${REQUEST}:\n    return «(200, {}, "ok")»\n`,
    codes: ["unsupported-return"],
    fix: ["Put the answer in order: body, status, headers", 'return ("ok", 200, {})\n'],
  },
  {
    what: "sees a status that does not exist",
    text: `${REQUEST}:\n    return {"a": 1}, «1000»\n`,
    codes: ["unsupported-return"],
    says: /no status 1000/,
  },
  {
    what: "sees it in functions that say what they return",
    text: `${REQUEST} -> "str | None":\n    return «None»\n`,
    codes: ["unsupported-return"],
  },
  {
    what: "takes every answer",
    text: `
      import json

      ${REQUEST}:
          if not request_body:
              return {"error": "empty"}, 400
          if args is None:
              return "text"
          if "a" in args:
              return [1, 2]
          if "b" in args:
              return ("x", 201, {"Content-Type": "text/csv"})
          if "c" in args:
              return "x", {"X-A": "1"}
          if "d" in args:
              return (part for part in ("a", "b"))
          def inner():
              return None
          inner()
          return json.dumps({}), 200, {}
    `,
  },
  {
    what: "has no say about what other functions return",
    text: "def process_writes(influxdb3_local, table_batches, args=None):\n    return 5\n",
  },
];

const exceptions: LintCase[] = [
  {
    what: "sees QueryError",
    text: 'def process_writes(influxdb3_local, table_batches, args=None):\n    try:\n        influxdb3_local.query("SELECT 1")\n    except «QueryError» as error:\n        influxdb3_local.error(error)\n',
    codes: ["unknown-exception"],
    fix: ["Change to Exception", "except Exception as error:"],
  },
  {
    what: "sees those of LineBuilder among others",
    text: "def process_writes(influxdb3_local, table_batches, args=None):\n    try:\n        pass\n    except (ValueError, «InvalidLineError»):\n        pass\n",
    codes: ["unknown-exception"],
    fix: ["Change to Exception", "except (ValueError, Exception):"],
  },
  {
    what: "takes one that the plugin defines",
    text: "class QueryError(Exception):\n    pass\n\ndef process_writes(influxdb3_local, table_batches, args=None):\n    try:\n        raise QueryError()\n    except QueryError:\n        pass\n",
  },
];

describe("checks of entry points", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  describe("names", () => testLints(names, () => server));
  describe("parameters", () => testLints(parameters, () => server));
  describe("answers", () => testLints(answers, () => server));
  describe("exceptions", () => testLints(exceptions, () => server));

  it("look for entry points of packages only where the engine does", async () => {
    mkdirSync(path.join(server.workspace, "several"));
    const init = await server.editor.open(
      "from . import helpers\n\n\ndef process_writes«(influxdb3_local, table_batches)»:\n    pass\n",
      { name: "several/__init__.py", onDisk: true },
    );
    const helpers = await server.editor.open(
      "def process_write(influxdb3_local, rows):\n    pass\n\n\nasync def process_scheduled_call(influxdb3_local):\n    pass\n",
      { name: "several/helpers.py", onDisk: true },
    );
    await init.expect("entry-point-parameters");
    await helpers.expect();
  });
});
