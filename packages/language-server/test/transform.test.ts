import assert from "node:assert/strict";
import fc from "fast-check";
import { PluginDocument } from "#src/plugin-document/index.js";
import { annotate } from "#src/transform/index.js";

function typed(text: string) {
  const document = PluginDocument.parse("file:///plugin.py", 1, text);
  return { document, typed: annotate(document) };
}

describe("annotations that plugins do without", () => {
  const cases: [what: string, source: string, expected: string][] = [
    [
      "data writes",
      "def process_writes(influxdb3_local, table_batches, args=None): pass",
      'def process_writes(influxdb3_local: "__influx__.InfluxDB3Local", table_batches: "__influx__.TableBatches", args: "__influx__.Args"=None): pass',
    ],
    [
      "schedules, with other names",
      "def process_scheduled_call(api, when, a): pass",
      'def process_scheduled_call(api: "__influx__.InfluxDB3Local", when: "__influx__.datetime", a: "__influx__.Args"): pass',
    ],
    [
      "requests",
      "def process_request(l, q, h, b, a=None):\n    return 1",
      'def process_request(l: "__influx__.InfluxDB3Local", q: "dict[str, str]", h: "dict[str, str]", b: "bytes", a: "__influx__.Args"=None) -> "__influx__.HttpResponse":\n    return 1',
    ],
    [
      "helpers and methods",
      "class A:\n    def m(self, influxdb3_local, *, x=influxdb3_local): pass",
      'class A:\n    def m(self, influxdb3_local: "__influx__.InfluxDB3Local", *, x=influxdb3_local): pass',
    ],
    [
      "what is annotated already stays",
      "def process_writes(influxdb3_local: object, b: list, args: dict | None = None) -> None: pass",
      "def process_writes(influxdb3_local: object, b: list, args: dict | None = None) -> None: pass",
    ],
    [
      "stars, positional-only marks and line breaks",
      "def process_writes(\n    influxdb3_local,  # a, b\n    /,\n    *rest,\n    **more,\n): pass",
      'def process_writes(\n    influxdb3_local: "__influx__.InfluxDB3Local",  # a, b\n    /,\n    *rest,\n    **more,\n): pass',
    ],
    [
      "functions inside of others and of classes are no entry points",
      "def f():\n    def process_writes(a, b): pass",
      "def f():\n    def process_writes(a, b): pass",
    ],
    [
      "decorated ones are",
      "@wrap\ndef process_scheduled_call(a, b): pass",
      '@wrap\ndef process_scheduled_call(a: "__influx__.InfluxDB3Local", b: "__influx__.datetime"): pass',
    ],
    [
      "definitions in strings and comments are none",
      '"""\ndef process_writes(a): pass\n"""\n# def process_writes(a):\n',
      '"""\ndef process_writes(a): pass\n"""\n# def process_writes(a):\n',
    ],
  ];
  for (const [what, source, expected] of cases) {
    it(what, () => assert.equal(typed(source).typed.text, expected));
  }

  it("takes every position to the checker's text and back", () => {
    const definition = fc.constantFrom(
      "def process_writes(influxdb3_local, table_batches, args=None):",
      "def process_request(a, b, c, d, e): return '😀'",
      "def helper(x, influxdb3_local, y=1):",
      "    y = '😀 é' + f(influxdb3_local)",
      "def f(a, b",
      "",
    );
    const ends = fc.constantFrom("\n", "\r\n");
    fc.assert(
      fc.property(fc.array(definition, { maxLength: 6 }), ends, (parts, end) => {
        const { document, typed: text } = typed(parts.join(end));
        for (let offset = 0; offset <= document.text.length; offset++) {
          const position = document.positions.positionAt(offset);
          assert.deepEqual(text.toUser(text.toTyped(position)), position);
        }
      }),
    );
  });
});
