import assert from "node:assert/strict";
import {
  createTableBody,
  createTriggerBody,
  databaseBody,
  decodeJson,
  decodeQuery,
  listDatabasesQuery,
  parseJson,
  querySqlBody,
  querySqlQuery,
  v1DatabaseName,
  v1WriteQuery,
  v2WriteQuery,
  writeLpQuery,
} from "@millrace/api";
import fc from "fast-check";

const TRIGGER = {
  db: "d",
  plugin_filename: "p.py",
  trigger_name: "t",
  trigger_settings: { run_async: false, error_behavior: "log" },
  trigger_specification: "all_tables",
  disabled: false,
};

function detail(decoded: { ok: boolean }): string {
  assert.ok("detail" in decoded && typeof decoded.detail === "string", JSON.stringify(decoded));
  return decoded.detail;
}

function value<T>(decoded: { ok: true; value: T } | { ok: false; detail: string }): T {
  assert.ok(decoded.ok, decoded.ok ? "" : decoded.detail);
  return decoded.value;
}

describe("JSON bodies", () => {
  it("name a missing field and where its object ends", () => {
    assert.equal(detail(decodeJson(databaseBody, '{"dx":"foo"}')), "missing field `db` at line 1 column 12");
    assert.equal(detail(decodeJson(databaseBody, '{\n "é": 1\n}')), "missing field `db` at line 3 column 1");
    assert.equal(
      detail(decodeJson(createTableBody, '{"db":"d","table":"t","tags":[],"fields":[{"name":"a"}]}')),
      "missing field `type` at line 1 column 54",
    );
  });

  it("name a wrong type, and put it before what is missing", () => {
    assert.equal(
      detail(decodeJson(createTriggerBody, '{"disabled":"x"}')),
      'invalid type: string "x", expected a boolean at line 1 column 15',
    );
    for (const [text, message] of [
      ['{"db":1}', "invalid type: integer `1`, expected a string at line 1 column 7"],
      ['{"db":1.5}', "invalid type: floating point `1.5`, expected a string at line 1 column 9"],
      ['{"db":null}', "invalid type: null, expected a string at line 1 column 10"],
      ['{"db":true}', "invalid type: boolean `true`, expected a string at line 1 column 10"],
      ['{"db":[]}', "invalid type: sequence, expected a string at line 1 column 6"],
      ['{"db":{}}', "invalid type: map, expected a string at line 1 column 6"],
    ]) {
      assert.equal(detail(decodeJson(databaseBody, text!)), message);
    }
  });

  it("name an unknown variant", () => {
    const text = JSON.stringify({ db: "d", table: "t", tags: [], fields: [{ name: "f", type: "int" }] });
    assert.match(
      detail(decodeJson(createTableBody, text)),
      /^unknown variant `int`, expected one of `utf8`, `int64`, `uint64`, `float64`, `bool` at line 1 column \d+$/,
    );
  });

  it("explain broken syntax", () => {
    for (const [text, message] of [
      ["", "EOF while parsing a value at line 1 column 0"],
      ["{", "EOF while parsing an object at line 1 column 1"],
      ['{"db"', "EOF while parsing an object at line 1 column 5"],
      ['{"db":"a', "EOF while parsing a string at line 1 column 8"],
      ['{"db":x}', "expected value at line 1 column 7"],
      ['{"db":"a",}', "trailing comma at line 1 column 11"],
      ['{db:"a"}', "key must be a string at line 1 column 2"],
      ['{"db" "a"}', "expected `:` at line 1 column 7"],
      ['{"db":"a" 1}', "expected `,` or `}` at line 1 column 11"],
      ['{"db":"a"} x', "trailing characters at line 1 column 12"],
      ["[1 2]", "expected `,` or `]` at line 1 column 4"],
      ["\n tru", "EOF while parsing a value at line 2 column 4"],
      ["1.x", "invalid number at line 1 column 2"],
      ["01", "invalid number at line 1 column 2"],
      ["1e999", "number out of range at line 1 column 5"],
    ]) {
      assert.equal(detail(decodeJson(databaseBody, text!)), message, text);
    }
    assert.match(
      detail(decodeJson(databaseBody, "[".repeat(100_000))),
      /^recursion limit exceeded at line 1/,
    );
  });

  it("ignore unknown keys and keep prototype names harmless", () => {
    assert.deepEqual(value(decodeJson(databaseBody, '{"db":"d","__proto__":{"x":1},"other":[]}')), {
      db: "d",
    });
  });

  it("turn retention periods into nanoseconds and refuse bad ones", () => {
    const decoded = value(decodeJson(databaseBody, '{"db":"d","retention_period":"7d"}'));
    assert.equal(decoded.retention_period, 604_800_000_000_000n);
    assert.equal(
      value(decodeJson(databaseBody, '{"db":"d","retention_period":null}')).retention_period,
      null,
    );
    assert.match(
      detail(decodeJson(databaseBody, '{"db":"d","retention_period":"7"}')),
      /^time unit needed, for example 7sec or 7ms at line 1 column 32$/,
    );
  });

  it("accept trigger settings in any case and with defaults", () => {
    for (const [settings, expected] of [
      [{}, { run_async: false, error_behavior: "log" }],
      [{ error_behavior: "Retry" }, { run_async: false, error_behavior: "retry" }],
      [
        { run_async: true, error_behavior: "DISABLE" },
        { run_async: true, error_behavior: "disable" },
      ],
    ]) {
      const body = JSON.stringify({ ...TRIGGER, trigger_settings: settings });
      assert.deepEqual(value(decodeJson(createTriggerBody, body)).trigger_settings, expected);
    }
    const wrong = JSON.stringify({ ...TRIGGER, trigger_settings: { error_behavior: "panic" } });
    assert.match(detail(decodeJson(createTriggerBody, wrong)), /^unknown variant `panic`, expected one of/);
  });

  it("keep integer parameters exact and apart from floats", () => {
    const text =
      '{"db":"d","q":"","params":{"i":9007199254740993,"u":18446744073709551615,"f":1.0,"n":null}}';
    const { params } = value(decodeJson(querySqlBody, text, { integersAsBigint: true }));
    assert.deepEqual(params, { i: 9007199254740993n, u: 18446744073709551615n, f: 1, n: null });
    const nested = '{"db":"d","q":"","params":{"a":{}}}';
    assert.match(
      detail(decodeJson(querySqlBody, nested, { integersAsBigint: true })),
      /must be null, a boolean/,
    );
  });
});

describe("query strings", () => {
  const query = <S extends Parameters<typeof decodeQuery>[0]>(schema: S, text: string) =>
    decodeQuery(schema, new URLSearchParams(text));

  it("decode write_lp with its defaults", () => {
    assert.deepEqual(value(query(writeLpQuery, "db=d&org=x")), {
      db: "d",
      precision: "auto",
      accept_partial: true,
      no_sync: false,
    });
    assert.equal(detail(query(writeLpQuery, "org=x")), "missing field `db`");
    assert.match(
      detail(query(writeLpQuery, "db=d&precision=x")),
      /^unknown variant `x`, expected one of `auto`/,
    );
    assert.equal(detail(query(writeLpQuery, "db=d&no_sync=1")), "provided string was not `true` or `false`");
    assert.equal(detail(query(writeLpQuery, "db=d&db=e")), "duplicate field `db`");
  });

  it("decode the older write routes", () => {
    assert.equal(
      value(decodeQuery(v2WriteQuery, new URLSearchParams("bucket=b&precision="))).precision,
      "nanosecond",
    );
    assert.equal(
      value(decodeQuery(v2WriteQuery, new URLSearchParams("bucket=b&precision=h"))).precision,
      "hour",
    );
    assert.match(detail(query(v2WriteQuery, "bucket=b&precision=auto")), /^unknown variant `auto`/);
    assert.equal(value(decodeQuery(v1WriteQuery, new URLSearchParams("db=d&u=x&p=y"))).p, "y");
    assert.equal(v1DatabaseName("d", "Weekly"), "d/weekly");
    for (const rp of [undefined, "", "''", "autogen", "DEFAULT"]) assert.equal(v1DatabaseName("d", rp), "d");
  });

  it("decode query and list parameters", () => {
    const decoded = value(
      decodeQuery(querySqlQuery, new URLSearchParams('db=d&q=s&format=json_lines&params={"a":1}')),
    );
    assert.deepEqual(decoded, { db: "d", q: "s", format: "jsonl", params: { a: 1n } });
    assert.match(detail(query(querySqlQuery, "db=d&q=s&params={")), /^EOF while parsing/);
    assert.match(detail(query(querySqlQuery, 'db=d&q=s&params={"a":[]}')), /must be null/);
    assert.equal(detail(query(listDatabasesQuery, "show_deleted=true")), "missing field `format`");
  });
});

describe("the JSON reader", () => {
  it("agrees with JSON.parse on every JSON text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, "\t"), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        assert.deepEqual(parseJson(text), JSON.parse(text));
      }),
    );
  });

  it("refuses exactly what JSON.parse refuses", () => {
    const unit = fc.constantFrom(...'{}[]",:\\ue0123456789.-+truefalsn \n');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        let native: unknown;
        let refused = false;
        try {
          native = JSON.parse(text);
        } catch {
          refused = true;
        }
        if (refused) assert.throws(() => parseJson(text));
        else if (!JSON.stringify(native)?.includes("null")) assert.deepEqual(parseJson(text), native);
      }),
      { numRuns: 3000 },
    );
  });
});
