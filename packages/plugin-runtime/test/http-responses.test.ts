import assert from "node:assert/strict";
import { type Plugins, startPlugins, text } from "./support.ts";

describe("process_request", () => {
  let plugins: Plugins;
  before(async () => {
    plugins = await startPlugins();
  });
  after(() => plugins.interpreter.dispose());

  const answer = (expression: string, before = "") =>
    plugins.request(
      `${before}\ndef process_request(influxdb3_local, query_parameters, request_headers, request_body, args):\n    return ${expression}`,
    );

  it("gets query, headers and body", async () => {
    const outcome = await plugins.request(
      "def process_request(api, query, headers, body, args):\n    return repr((query, headers, body, args))",
      { query: { a: "1 é" }, headers: { "x-a": "b" }, body: Uint8Array.from([0, 255, 65]) },
    );
    assert.equal(text(outcome.response!.body), "({'a': '1 é'}, {'x-a': 'b'}, b'\\x00\\xffA', None)");
  });

  const flask = `
class Response:
    status_code = 418
    headers = {"X-Tea": "yes"}
    def __flask_response__(self): return True
    def get_data(self): return "tea"
class NoFlask:
    def __flask_response__(self): return False
    def __iter__(self): return iter(["a", b"b"])
class Items:
    def __getitem__(self, index): return ["x", "y"][index]
import http
def failing():
    yield "a"
    raise ValueError("in the middle")`;
  const table: [expression: string, status: number, headers: [string, string][], body: string][] = [
    ['"hi"', 200, [["Content-Type", "text/html"]], "hi"],
    ['{"ok": True, "é": None}', 200, [["Content-Type", "application/json"]], '{"ok": true, "\\u00e9": null}'],
    ["[1, 2.5]", 200, [["Content-Type", "application/json"]], "[1, 2.5]"],
    ['({"err": 1}, 400)', 400, [["Content-Type", "application/json"]], '{"err": 1}'],
    ['("x", 201, {"Content-Type": "text/csv"})', 201, [["Content-Type", "text/csv"]], "x"],
    ['("x", 201, {"content-type": "text/csv"})', 201, [["content-type", "text/csv"]], "x"],
    [
      '("x", {"X-A": "1"})',
      200,
      [
        ["Content-Type", "text/html"],
        ["X-A", "1"],
      ],
      "x",
    ],
    ['("x",)', 200, [["Content-Type", "text/html"]], "x"],
    ['("x", "ignored")', 200, [["Content-Type", "text/html"]], "x"],
    ['("x", True)', 1, [["Content-Type", "text/html"]], "x"],
    ['(b"raw", 200)', 200, [["Content-Type", "text/plain"]], "b'raw'"],
    ["(None, 204)", 204, [["Content-Type", "text/plain"]], "None"],
    ["()", 200, [["Content-Type", "text/html"]], ""],
    ['("a", "b", b"c", 4)', 200, [["Content-Type", "text/html"]], "abc"],
    ['(part for part in ["a", b"b", 3, "é"])', 200, [["Content-Type", "text/html"]], "abé"],
    ['b"bytes"', 200, [["Content-Type", "text/html"]], ""],
    ["Response()", 418, [["X-Tea", "yes"]], "tea"],
    ["Items()", 200, [["Content-Type", "text/html"]], "xy"],
    ['""', 200, [["Content-Type", "text/html"]], ""],
    ['{"x"}', 200, [["Content-Type", "text/html"]], "x"],
    ['[b for b in ("x", None)]', 200, [["Content-Type", "application/json"]], '["x", null]'],
    ['("x", http.HTTPStatus.NOT_FOUND)', 404, [["Content-Type", "text/html"]], "x"],
    ['("x", 0)', 0, [["Content-Type", "text/html"]], "x"],
    [
      '(["x"], 200, {"X-A": "1"})',
      200,
      [
        ["Content-Type", "application/json"],
        ["X-A", "1"],
      ],
      '["x"]',
    ],
    ["(3.5, None, {})", 200, [["Content-Type", "text/plain"]], "3.5"],
    [
      '("x", 200, {"X-A": "1", "x-a": "2"})',
      200,
      [
        ["Content-Type", "text/html"],
        ["X-A", "1"],
        ["x-a", "2"],
      ],
      "x",
    ],
    ["NoFlask()", 200, [["Content-Type", "text/html"]], "ab"],
  ];
  for (const [expression, status, headers, body] of table) {
    it(`answers ${status} to ${expression}`, async () => {
      const { ok, error, response } = await answer(expression, flask);
      assert.ok(ok, error?.text);
      assert.deepEqual(
        { status: response!.status, headers: response!.headers, body: text(response!.body) },
        { status, headers, body },
      );
    });
  }

  const refusals: [expression: string, text: string | RegExp][] = [
    ["None", "Unsupported return type from Python function"],
    ["42", "Unsupported return type from Python function"],
    ['(200, {"a": "b"}, "body")', "expected a dictionary in header item"],
    ['("x", 70000)', "OverflowError: out of range integral type conversion attempted"],
    ['("x", {"a": 1})', "TypeError: 'int' object cannot be converted to 'PyString'"],
    ['("x", -1)', "OverflowError: out of range integral type conversion attempted"],
    ['"\\ud800"', /^UnicodeEncodeError: /],
    ["failing()", "ValueError: in the middle"],
    ['("x", 200, "text/csv")', "expected a dictionary in header item"],
    ["{1, 2}.__class__", "Unsupported return type from Python function"],
    ['("x", 200, {f"h{n}": "" for n in range(1000)})', /more headers than an answer may have: 1000/],
    ['("x", 200, {"h": "v" * 2 ** 18})', /more headers .* 262144 characters in all/],
  ];
  for (const [expression, message] of refusals) {
    it(`refuses ${expression}`, async () => {
      const { error, response } = await answer(expression, flask);
      if (typeof message === "string") assert.equal(error?.text, message);
      else assert.match(error?.text ?? "", message);
      assert.equal(error?.phase, "return");
      assert.equal(response, undefined);
    });
  }

  it("tells apart what failed before, in and after the function", async () => {
    assert.equal((await plugins.request("1 / 0")).error?.phase, "load");
    assert.equal((await plugins.request("x = 1")).error?.kind, "missing-function");
    assert.equal((await answer("1 / 0")).error?.phase, "call");
    assert.equal((await answer('{"a": object()}')).error?.phase, "return");
  });

  it("flushes what it queued along with the answer", async () => {
    const outcome = await plugins.request(
      'def process_request(api, q, h, b, args):\n    api.write(LineBuilder("m").int64_field("f", 1))\n    return "ok"',
    );
    assert.deepEqual(
      outcome.writes.map((write) => write.text),
      ["m f=1i"],
    );
  });
});
