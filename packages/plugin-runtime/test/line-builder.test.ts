import assert from "node:assert/strict";
import { FieldType, LineError, LineParser, Precision } from "@millrace/line-protocol";
import fc from "fast-check";
import { messages, type Plugins, startPlugins } from "./support.ts";

describe("LineBuilder", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  const evaluate = async (expression: string) =>
    messages(await plugins.body(`influxdb3_local.info(${expression})`))[0];
  const failure = (statement: string) =>
    plugins
      .body(
        `try:\n    ${statement}\nexcept Exception as error:\n    influxdb3_local.info(type(error).__name__ + ": " + str(error))`,
      )
      .then((outcome) => messages(outcome)[0]);

  const encodings: [expression: string, line: string][] = [
    [
      `LineBuilder("metrics").tag("host", "server01").tag("region", "us-west").int64_field("cpu", 42).uint64_field("memory_bytes", 8589934592).float64_field("load", 86.5).string_field("status", "online").bool_field("healthy", True).time_ns(1609459200000000000)`,
      `metrics,host=server01,region=us-west cpu=42i,memory_bytes=8589934592u,load=86.5,status="online",healthy=t 1609459200000000000`,
    ],
    [
      `LineBuilder("formulas").tag("equation", "y=mx+b").tag("result", "a=b=c").float64_field("value", 3.14159)`,
      "formulas,equation=y\\=mx+b,result=a\\=b\\=c value=3.14159",
    ],
    [
      String.raw`LineBuilder("paths").tag("windows_path", "C:\\Program Files\\App").tag("regex", "\\d+\\w+").string_field("description", "Windows\\Unix paths").int64_field("count", 42)`,
      String.raw`paths,windows_path=C:\\Program\ Files\\App,regex=\\d+\\w+ description="Windows\\Unix paths",count=42i`,
    ],
    [
      `LineBuilder("complex,measurement").tag("location", "New York, USA").int64_field("v", 1)`,
      String.raw`complex\,measurement,location=New\ York\,\ USA v=1i`,
    ],
    [`LineBuilder("m").tag("t", None).bool_field("f", 0)`, "m,t=None f=f"],
    [`LineBuilder("m").tag("t", True).bool_field("f", [1])`, "m,t=True f=t"],
    [`LineBuilder("m").tag("t", "").int64_field("f", 1)`, "m,t= f=1i"],
    [`LineBuilder("").int64_field("f", 1)`, " f=1i"],
    [`LineBuilder("m").int64_field("f", 1.5)`, "m f=1.5i"],
    [`LineBuilder("m").int64_field("f", -(2 ** 63))`, "m f=-9223372036854775808i"],
    [`LineBuilder("m").uint64_field("f", 2 ** 64 - 1)`, "m f=18446744073709551615u"],
    [`LineBuilder("m").string_field("f", 'say "hi"\\n\\\\')`, `m f="say \\"hi\\"\n\\\\"`],
    [String.raw`LineBuilder("m").int64_field("a\\b", 1).tag("c\\d", "x")`, String.raw`m,c\d=x a\\b=1i`],
    [`LineBuilder("m").int64_field("f", 1).int64_field("g", 2).int64_field("f", 3)`, "m f=3i,g=2i"],
    [`LineBuilder("m").tag("b", 1).tag("a", 2).tag("b", 3).int64_field("f", 1)`, "m,b=3,a=2 f=1i"],
    [`LineBuilder("m").int64_field("f", 1).time_ns("soon")`, "m f=1i soon"],
    [`LineBuilder("m").int64_field("f", 1).time_ns(0)`, "m f=1i 0"],
  ];
  for (const [expression, line] of encodings) {
    it(`builds ${line.slice(0, 60)}`, async () =>
      assert.equal(await evaluate(`(${expression}).build()`), line));
  }

  it("writes floats as the original does", async () => {
    const floats: [string, string][] = [
      ["42", "42.0"],
      ["-0.0", "0.0"],
      ["1e-07", "1e-07"],
      ["True", "1.0"],
      ["float('inf')", "inf"],
      ["float('nan')", "nan"],
      ["0.1", "0.1"],
      ["-2.5", "-2.5"],
      ["1e22", "10000000000000000000000.0"],
    ];
    for (const [value, encoded] of floats) {
      assert.equal(await evaluate(`LineBuilder("m").float64_field("f", ${value}).build()`), `m f=${encoded}`);
    }
    assert.equal((await evaluate(`LineBuilder("m").float64_field("f", 1e300).build()`))?.length, 301 + 2 + 4);
  });

  it("refuses what the original refuses, with its words and in its order", async () => {
    const failures: [string, string][] = [
      [`LineBuilder("a b")`, "InvalidMeasurementError: Measurement name cannot contain spaces"],
      [`LineBuilder("m").tag("", 1)`, "InvalidKeyError: tag key cannot be empty"],
      [`LineBuilder("m").int64_field("", 1)`, "InvalidKeyError: field key cannot be empty"],
      [`LineBuilder("m").tag("a ,=", 1)`, "InvalidKeyError: tag key 'a ,=' cannot contain spaces"],
      [`LineBuilder("m").string_field("a,=", "x")`, "InvalidKeyError: field key 'a,=' cannot contain commas"],
      [`LineBuilder("m").bool_field("a=", 1)`, "InvalidKeyError: field key 'a=' cannot contain equals signs"],
      [`LineBuilder("m").uint64_field("f", -1)`, "ValueError: uint64 field 'f' cannot be negative"],
      [`LineBuilder("m").uint64_field("f g", -1)`, "InvalidKeyError: field key 'f g' cannot contain spaces"],
      [
        `LineBuilder("m,x").tag("t", "a b").build()`,
        String.raw`InvalidLineError: At least one field is required: m\,x,t=a\ b`,
      ],
    ];
    for (const [statement, expected] of failures) assert.equal(await failure(statement), expected);
    assert.match((await failure(`LineBuilder("m").float64_field("f", "x")`)) ?? "", /^TypeError/);
    assert.match((await failure(`LineBuilder("m").string_field("f", 1)`)) ?? "", /^AttributeError/);
  });

  it("shows its state and is not used up by build()", async () => {
    const source = `
line = LineBuilder("m").tag("t", 1).int64_field("f", 2).time_ns(3)
assert line.build() == line.build()
influxdb3_local.info(line.measurement, dict(line.tags), dict(line.fields), line._timestamp_ns, type(line.tags).__name__)
influxdb3_local.info(LineBuilder("m")._timestamp_ns)`;
    assert.deepEqual(messages(await plugins.body(source)), [
      "m {'t': '1'} {'f': '2i'} 3 OrderedDict",
      "None",
    ]);
  });

  it("is a builtin, new in every run, and its exceptions live in __main__ only", async () => {
    const source = `
import builtins, __main__
influxdb3_local.info(LineBuilder is builtins.LineBuilder, "InvalidKeyError" in globals(), hasattr(builtins, "InvalidKeyError"))
influxdb3_local.info([c.__name__ for c in __main__.InvalidLineError.__mro__][:3])
old = influxdb3_local.cache.get("class")
influxdb3_local.info(old is LineBuilder)
influxdb3_local.cache.put("class", LineBuilder)
builtins.LineBuilder = None`;
    await plugins.body(source);
    assert.deepEqual(messages(await plugins.body(source)), [
      "True False False",
      "['InvalidLineError', 'InfluxDBError', 'Exception']",
      "False",
    ]);
  });

  it("builds lines that our parser reads back as the same point", async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8, unit: "grapheme" })
      .filter((key) => !/[ ,=\n\\"\0]/.test(key) && !/^[#_]|\s/.test(key));
    const value = fc
      .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
      .filter((item) => !/[\n\0]|\\$/.test(item));
    const fieldValue = fc.oneof(
      fc.record({ kind: fc.constant("int64"), value: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String) }),
      fc.record({ kind: fc.constant("uint64"), value: fc.bigInt(0n, 2n ** 64n - 1n).map(String) }),
      fc.record({ kind: fc.constant("float64"), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
      fc.record({ kind: fc.constant("bool"), value: fc.boolean() }),
      fc.record({
        kind: fc.constant("string"),
        value: fc.string({ unit: "grapheme" }).filter((item) => !item.includes("\0")),
      }),
    );
    const point = fc.record({
      measurement: name,
      tags: fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 4 }),
      fields: fc.uniqueArray(fc.tuple(name, fieldValue), {
        selector: ([key]) => key,
        minLength: 1,
        maxLength: 5,
      }),
      time: fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n).map(String),
    });
    const points = fc.sample(point, { numRuns: 300, seed: SEED });
    const source = `
import json
for point in json.loads(args["points"]):
    line = LineBuilder(point["measurement"])
    for key, value in point["tags"]:
        line.tag(key, value)
    for key, field in point["fields"]:
        value = int(field["value"]) if "int" in field["kind"] else field["value"]
        getattr(line, field["kind"] + "_field")(key, value)
    influxdb3_local.write(line.time_ns(int(point["time"])))`;
    const outcome = await plugins.body(source, { args: { points: JSON.stringify(points) } });
    assert.equal(outcome.writes.length, points.length);
    outcome.writes.forEach((write, index) => {
      assert.deepEqual(parse(write.text), expected(points[index]!), `seed ${SEED}: ${write.text}`);
    });
  });
});

const SEED = Math.floor(Math.random() * 2 ** 31);

interface Point {
  measurement: string;
  tags: [string, string][];
  fields: [string, { kind: string; value: unknown }][];
  time: string;
}

function expected(point: Point): Point {
  const fields = point.fields.map(([key, { kind, value }]): [string, { kind: string; value: unknown }] => [
    key,
    // The builder writes -0.0 as 0.0.
    { kind, value: kind === "float64" ? Number(value) + 0 : value },
  ]);
  return { ...point, fields };
}

function parse(line: string): Point {
  const parser = new LineParser();
  const bytes = new TextEncoder().encode(line);
  parser.reset(bytes, 0, bytes.length, { precision: Precision.nanosecond, defaultTimeNs: 0n });
  assert.ok(parser.next(), `no line in ${line}`);
  assert.equal(parser.error, LineError.none, `${parser.errorMessage()}: ${line}`);
  const halves = (low: number, high: number) => (BigInt(high) << 32n) | BigInt(low >>> 0);
  const fields = Array.from({ length: parser.fieldCount }, (_, field): Point["fields"][number] => {
    const name = parser.fields(parser.measurementId).name(parser.fieldKeyIds[field]!);
    const low = parser.valuesI32[2 * field]!;
    const high = parser.valuesI32[2 * field + 1]!;
    switch (parser.fieldTypes[field]) {
      case FieldType.float:
        return [name, { kind: "float64", value: parser.valuesF64[field]! }];
      case FieldType.integer:
        return [name, { kind: "int64", value: String(halves(low, high)) }];
      case FieldType.unsigned:
        return [name, { kind: "uint64", value: String(BigInt.asUintN(64, halves(low, high))) }];
      case FieldType.boolean:
        return [name, { kind: "bool", value: low === 1 }];
      default: {
        const raw = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(low, low + high));
        return [name, { kind: "string", value: raw.replace(/\\(["\\])/g, "$1") }];
      }
    }
  });
  const result: Point = {
    measurement: parser.measurements.name(parser.measurementId),
    tags: parser.keys.tags(parser.keyId).map(({ key, value }): [string, string] => [key, value]),
    fields,
    time: String(halves(parser.timeLo, parser.timeHi)),
  };
  assert.ok(!parser.next(), `more than one line in ${line}`);
  return result;
}
