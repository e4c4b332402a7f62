import type { LintCase } from "../support/lint-cases.ts";
import { testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const PLUGIN = "def process_writes(influxdb3_local, table_batches, args=None):\n    pass\n";

function described(json: string, code = PLUGIN): string {
  return `"""\n${json}\n"""\n\n${code}`;
}

const cases: LintCase[] = [
  {
    what: "sees what is not JSON",
    text: described('{"plugin_type": ["onwrite"]«,»}').replace("«,»}", ",«}»"),
    codes: ["plugin-metadata"],
    says: /is not JSON/,
  },
  {
    what: "sees unknown kinds",
    text: described('{"plugin_type": ["onwrite", «"schedule"»]}'),
    codes: ["plugin-metadata"],
    fix: ['Change to "scheduled"', '["onwrite", "scheduled"]'],
  },
  {
    what: "sees that there is no kind",
    text: described('{«"plugin_type"»: []}'),
    codes: ["plugin-metadata"],
    says: /must list/,
  },
  {
    what: "sees that the list is missing",
    text: described('«{"onwrite_args_config": []}»'),
    codes: ["plugin-metadata"],
  },
  {
    what: "sees a kind without its function",
    text: described('{"plugin_type": ["onwrite", «"scheduled"»]}'),
    codes: ["plugin-metadata"],
    fix: [
      "Define process_scheduled_call",
      "\n\ndef process_scheduled_call(influxdb3_local, call_time, args=None):\n    pass",
    ],
  },
  {
    what: "sees a function without its kind",
    text: described(
      '{«"plugin_type"»: ["onwrite"]}',
      `${PLUGIN}\n\ndef process_scheduled_call(a, b, c):\n    pass\n`,
    ),
    codes: ["plugin-metadata"],
    fix: ['List "scheduled" in "plugin_type"', '["scheduled", "onwrite"]'],
  },
  {
    what: "sees arguments without a name, and twice",
    text: described(
      '{"plugin_type": ["onwrite"], «"onwrite_args_config"»: [{"example": "1"}, {"name": "a"}, {"name": «"a"»}]}',
    ),
    codes: ["plugin-metadata", "plugin-metadata"],
    says: /needs a 'name'/,
  },
  {
    what: "hints at unknown keys",
    text: described('{"plugin_type": ["onwrite"], «"onwrite_arg_config"»: [], "http_body_config": []}'),
    codes: ["plugin-metadata"],
    fix: ['Change to "onwrite_args_config"', '"onwrite_args_config": []'],
  },
  {
    what: "hints at unknown keys of arguments",
    text: described(
      '{"plugin_type": ["onwrite"], "onwrite_args_config": [{"name": "a", «"descripton"»: "x", "required": true}]}',
    ),
    codes: ["plugin-metadata"],
    fix: ['Change to "description"', '"description": "x"'],
  },
  {
    what: "takes a whole description",
    text: described(
      `{
      "plugin_type": ["scheduled", "onwrite", "http"],
      "scheduled_args_config": [
        {"name": "a", "example": "say \\"x\\"", "description": "y", "required": true}
      ],
      "onwrite_args_config": [],
      "http_body_config": []
    }`,
      `from somewhere_else import (  # names in brackets
    process_request,
)

process_scheduled_call = lambda influxdb3_local, call_time, args=None: None

${PLUGIN}`.replace("from somewhere_else import", "from json import"),
    ).replace("    process_request,\n", "    loads as process_request,\n"),
  },
  {
    what: "takes text that is no description",
    text: `"""Sends {what} to {whom}."""\n\nBODY = """{"a": 1}"""\nTEMPLATE = '''{"b": {c}}'''\n\n${PLUGIN}`,
  },
  {
    what: "takes methods of the name of an entry point",
    text: described(
      '{"plugin_type": ["onwrite"]}',
      `class Server:\n    def process_request(self):\n        pass\n\n\n${PLUGIN}`,
    ),
  },
];

describe("checks of descriptions", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  testLints(cases, () => server);
});
