import assert from "node:assert/strict";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { FEATURES } from "@millrace/api";
import { brief, endContracted, startContracted, TRIGGERS, UNAUTHENTICATED } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send, sendJson } from "./support/http.ts";
import type { TestServer } from "./support/server.ts";

const FILES = "/api/v3/plugins/files";
const DIRECTORY = "/api/v3/plugins/directory";
const ENVIRONMENT = "/api/v3/configure/plugin_environment";
const OWN = "/api/millrace/v1";
const REFUSED = "Processing engine error: plugin error: ";

const SAYS = (text: string) =>
  `def process_request(local, query_parameters, request_headers, request_body, args=None):\n    return ${text}\n`;

/** Plugin files, packages and Millrace's own routes. As docs/reference/http-api.md states it. */
describe("the HTTP contract: plugin files, packages, changes and runs of triggers", function () {
  this.timeout(60_000);
  const pluginDir = temporaryDirectory("contract-files");
  const inDir = (...parts: string[]) => path.join(pluginDir, ...parts);
  let server: TestServer;
  let session: Session;

  before(async () => {
    ({ server, session } = await startContracted({ pluginDir }));
    assert.equal((await send(session, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
  });
  after(() => endContracted(server));

  const post = (target: string, body: unknown) => sendJson(session, "POST", target, body);
  const put = (target: string, body: unknown) => sendJson(session, "PUT", target, body);
  const get = (target: string, headers: Record<string, string> = {}) =>
    send(session, "GET", target, undefined, headers);
  const upload = (name: string, content: string) => post(FILES, { plugin_name: name, content });
  const create = (name: string, plugin: string, specification: unknown, more: object = {}) =>
    post(TRIGGERS, {
      db: "q",
      plugin_filename: plugin,
      trigger_name: name,
      trigger_settings: { run_async: false, error_behavior: "log" },
      trigger_specification: specification,
      disabled: false,
      ...more,
    });
  const ok = async (answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer;
    assert.deepEqual([status, text], [200, ""]);
  };

  it("lets nobody in without a token", async () => {
    for (const [method, target] of [
      ["POST", FILES],
      ["PUT", FILES],
      ["PUT", DIRECTORY],
      ["POST", `${ENVIRONMENT}/install_packages`],
      ["POST", `${ENVIRONMENT}/install_requirements`],
      ["PUT", `${OWN}/triggers`],
      ["POST", `${OWN}/triggers/run`],
      ["POST", `${OWN}/plugin_test/request`],
      ["GET", `${OWN}/plugins`],
      ["GET", `${OWN}/plugins/files?path=a.py`],
      ["GET", `${OWN}/packages`],
    ] as const) {
      for (const token of [undefined, "apiv3_wrong"]) {
        const stranger = { url: session.url, ...(token === undefined ? {} : { token }) };
        const body = method === "GET" ? undefined : "{}";
        const answer = await send(stranger, method, target, body, { "content-type": "application/json" });
        assert.deepEqual(brief(answer), [401, UNAUTHENTICATED], `${method} ${target}`);
      }
    }
  });

  describe("plugin files", () => {
    it("are stored below the plugin directory, over what is there", async () => {
      await ok(upload("one.py", "# é\n"));
      assert.equal(readFileSync(inDir("one.py"), "utf8"), "# é\n");
      await ok(upload("./deep/er/two.txt", "x"));
      assert.equal(readFileSync(inDir("deep", "er", "two.txt"), "utf8"), "x");
      await ok(post(`${FILES}?db=q&plugin_name=ignored`, { plugin_name: "one.py", content: SAYS("'one'") }));
      assert.equal(readFileSync(inDir("one.py"), "utf8"), SAYS("'one'"));
      const zipped = gzipSync(JSON.stringify({ plugin_name: "zipped.py", content: "z" }));
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      assert.equal((await send(session, "POST", FILES, zipped, headers)).status, 200);
      assert.equal(readFileSync(inDir("zipped.py"), "utf8"), "z");
    });
    it("never outside of it", async () => {
      const outside = temporaryDirectory("contract-outside");
      symlinkSync(outside, inDir("leads-out"));
      for (const name of ["../up.py", "/abs.py", "deep/../../up.py", "leads-out/x.py"]) {
        const text = `${REFUSED}Path traversal detected: plugin filename '${name}' attempts to access files outside the plugin directory`;
        assert.deepEqual(brief(await upload(name, "x")), [500, text]);
      }
      assert.ok(!existsSync(path.join(outside, "x.py")));
    });
    it("are replaced by the name of the trigger that runs them", async () => {
      await ok(create("one", "one.py", "request:one"));
      const call = async () => (await get("/api/v3/engine/one")).text;
      assert.equal(await call(), "one");
      await ok(put(FILES, { plugin_name: "one", content: SAYS("'replaced'") }));
      assert.equal(await call(), "replaced");
      for (const [target, body] of [
        [FILES, { plugin_name: "nobody", content: "" }],
        [DIRECTORY, { plugin_name: "nobody", files: [] }],
      ] as const)
        assert.deepEqual(brief(await put(target, body)), [500, `${REFUSED}Plugin not found: nobody`]);
    });
    it("of a package are replaced all at once", async () => {
      await ok(upload("pack/__init__.py", `from .words import WORD\n${SAYS("WORD")}`));
      await ok(upload("pack/words.py", "WORD = 'first'\n"));
      await ok(create("pack", "pack", "request:pack"));
      const call = async () => (await get("/api/v3/engine/pack")).text;
      assert.equal(await call(), "first");
      const files = [
        { relative_path: "__init__.py", content: `from .inner.other import WORD\n${SAYS("WORD")}` },
        { relative_path: "inner/__init__.py", content: "" },
        { relative_path: "inner/other.py", content: "WORD = 'second'\n" },
      ];
      await ok(put(`${DIRECTORY}?db=q`, { plugin_name: "pack", files }));
      assert.equal(await call(), "second");
      assert.ok(!existsSync(inDir("pack", "words.py")));
      const leaving = await put(DIRECTORY, {
        plugin_name: "pack",
        files: [...files, { relative_path: "../out.py", content: "" }],
      });
      assert.equal(leaving.status, 500);
      assert.match(leaving.text, /Path traversal detected/);
      assert.equal(await call(), "second");
    });
    it("are listed and read", async () => {
      const listed = JSON.parse((await get(`${OWN}/plugins`)).text) as Record<string, unknown>[];
      const found = Object.fromEntries(listed.map((one) => [one["path"], one]));
      assert.deepEqual([found["one.py"]?.["kind"], found["one.py"]?.["triggers"]], ["file", ["q/one"]]);
      assert.deepEqual([found["pack"]?.["kind"], found["pack"]?.["triggers"]], ["package", ["q/pack"]]);
      assert.equal(found["one.py"]?.["size_bytes"], SAYS("'replaced'").length);
      const read = async (name: string) => {
        const answer = await get(`${OWN}/plugins/files?path=${encodeURIComponent(name)}`);
        assert.equal(answer.status, 200, answer.text);
        return JSON.parse(answer.text) as {
          path: string;
          kind: string;
          files: { path: string; content: string }[];
        };
      };
      const one = await read("one.py");
      assert.deepEqual([one.kind, one.files[0]?.content], ["file", SAYS("'replaced'")]);
      const pack = await read("pack");
      assert.deepEqual(
        pack.files.map((file) => file.path),
        ["__init__.py", "inner/__init__.py", "inner/other.py"],
      );
      for (const name of ["nope.py", "../x.py"])
        assert.ok((await get(`${OWN}/plugins/files?path=${encodeURIComponent(name)}`)).status >= 400);
      assert.deepEqual(brief(await get(`${OWN}/plugins/files`)), [400, "serde error: missing field `path`"]);
    });
  });

  describe("triggers", () => {
    const ARGUMENTS = SAYS("args or {'none': True}");

    it("are made from the JSON that older releases stored", async () => {
      await ok(upload("json.py", SAYS("'json'")));
      for (const [name, specification] of [
        ["object", { request_path: { path: "json/object" } }],
        ["text", '{"request_path":{"path":"json/text"}}'],
      ] as const) {
        await ok(create(name, "json.py", specification));
        assert.equal((await get(`/api/v3/engine/json/${name}`)).text, "json");
      }
    });
    it("are never made from a query string", async () => {
      const answer = await post(`${TRIGGERS}?db=q&disabled=false&trigger_name=t&plugin_filename=one.py`, {});
      assert.deepEqual(brief(answer), [400, "serde error: missing field `trigger_settings`"]);
    });
    it("are changed by what is named, and run on with it", async () => {
      await ok(upload("arguments.py", ARGUMENTS));
      await ok(create("changing", "arguments.py", "request:before"));
      const at = { db: "q", trigger_name: "changing" };
      const call = async (target: string) => (await get(`/api/v3/engine/${target}`)).text;
      assert.equal(await call("before"), '{"none": true}');
      await ok(put(`${OWN}/triggers`, { ...at, trigger_arguments: { a: "1" } }));
      assert.equal(await call("before"), '{"a": "1"}');
      await ok(put(`${OWN}/triggers`, { ...at, trigger_specification: "request:after" }));
      assert.equal(await call("before"), '{error: "not found"}');
      assert.equal(await call("after"), '{"a": "1"}');
      await ok(put(`${OWN}/triggers`, { ...at, trigger_arguments: null, plugin_filename: "./arguments.py" }));
      assert.equal(await call("after"), '{"none": true}');
      await ok(put(`${OWN}/triggers`, { ...at, trigger_settings: { error_behavior: "disable" } }));
      const rows = await query(
        session,
        "q",
        "SELECT plugin_filename, error_behavior, disabled FROM system.processing_engine_triggers WHERE trigger_name = 'changing'",
      );
      assert.deepEqual(rows, [
        { plugin_filename: "./arguments.py", error_behavior: "disable", disabled: false },
      ]);
    });
    it("stay as they are when a change cannot be", async () => {
      const at = { db: "q", trigger_name: "changing" };
      for (const [body, status, text] of [
        [{ ...at, trigger_name: "nobody" }, 404, /^the requested resource was not found: nobody$/],
        [{ ...at, db: "nowhere" }, 404, /^Database not found nowhere$/],
        [{ ...at, trigger_specification: "never" }, 500, /^failed to parse trigger from never: /],
        [
          { ...at, plugin_filename: "nope.py" },
          500,
          /^Plugin error: reading plugin file: Plugin not found: /,
        ],
        [{ ...at, trigger_settings: { error_behavior: "x" } }, 400, /^serde json error: unknown variant `x`/],
        [{ trigger_name: "changing" }, 400, /^serde json error: missing field `db`/],
      ] as const) {
        const answer = await put(`${OWN}/triggers`, body);
        assert.equal(answer.status, status, answer.text);
        assert.match(answer.text, text);
      }
      assert.equal((await get("/api/v3/engine/after")).text, '{"none": true}');
    });
    it("run by hand for real, also when they are disabled", async () => {
      const plugin = [
        "def process_writes(local, batches, args=None):",
        "    rows = batches[0]['rows']",
        "    local.info(len(rows), 'rows')",
        "    local.write(LineBuilder('by_hand').int64_field('rows', len(rows)).time_ns(1))",
        "    if args: raise ValueError('asked to')",
        "",
      ].join("\n");
      await ok(upload("by_hand.py", plugin));
      await ok(create("by_hand", "by_hand.py", "table:in", { disabled: true }));
      const run = async (body: object) => {
        const answer = await post(`${OWN}/triggers/run`, { db: "q", trigger_name: "by_hand", ...body });
        assert.equal(answer.status, 200, answer.text);
        return JSON.parse(answer.text) as Record<string, unknown>;
      };
      const done = await run({ input_lp: "in x=1 1\nin x=2 2" });
      assert.deepEqual([done["outcome"], done["error"], done["written_lines"]], ["ok", null, 1]);
      const events = done["events"] as { kind: string; file: string; line: number }[];
      assert.ok(
        events.some(({ kind, file, line }) => kind === "log" && file.endsWith("by_hand.py") && line === 3),
      );
      assert.deepEqual(await query(session, "q", "SELECT rows FROM by_hand"), [{ rows: 2 }]);
      assert.deepEqual(
        await query(session, "q", "SELECT outcome FROM millrace.plugin_runs WHERE run_id = $id", {
          id: done["run_id"],
        }),
        [{ outcome: "ok" }],
      );
      await ok(
        put(`${OWN}/triggers`, { db: "q", trigger_name: "by_hand", trigger_arguments: { fail: "1" } }),
      );
      const failed = await run({ input_lp: "in x=1 1" });
      assert.deepEqual([failed["outcome"], failed["error"]], ["error", "ValueError: asked to"]);
      const frames = failed["traceback"] as { line: number; function: string }[];
      assert.deepEqual([frames.at(-1)?.line, frames.at(-1)?.function], [5, "process_writes"]);
      assert.equal((await post(`${OWN}/triggers/run`, { db: "q", trigger_name: "nobody" })).status, 404);
    });
  });

  describe("requests to plugins", () => {
    const ECHO = SAYS(
      "{'query': query_parameters, 'headers': request_headers, 'body': list(request_body)}, 200, {'Content-Type': 'application/echo+json', 'X-Echo': 'yes'}",
    );
    before(async () => {
      await ok(upload("echo.py", ECHO));
      await ok(create("echo", "echo.py", "request:raw%20path/x"));
    });

    it("hand on what came, but for the credentials", async () => {
      const headers = { "content-encoding": "gzip", "X-One": "1" };
      const target = "/api/v3/engine/raw%20path/x?a=1&b=x+y%20z&a=2&p=token";
      const answer = await send(session, "POST", target, gzipSync(new Uint8Array([0, 255])), headers);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(
        [answer.headers.get("content-type"), answer.headers.get("x-echo")],
        ["application/echo+json", "yes"],
      );
      const seen = JSON.parse(answer.text) as {
        query: object;
        headers: Record<string, string>;
        body: number[];
      };
      assert.deepEqual(seen.query, { a: "2", b: "x y z", p: "token" });
      assert.deepEqual(seen.body, [0, 255]);
      assert.equal(seen.headers["x-one"], "1");
      assert.equal(seen.headers["authorization"], undefined);
    });
    it("reach a path to the letter, by GET and POST", async () => {
      for (const target of ["raw path/x", "raw%20path/x/", "raw%20path/X"])
        assert.deepEqual(brief(await get(`/api/v3/engine/${target.replace(" ", "+")}`)), [
          404,
          '{error: "not found"}',
        ]);
      for (const method of ["PUT", "DELETE", "PATCH", "HEAD"]) {
        const answer = await send(session, method, "/api/v3/engine/raw%20path/x");
        assert.deepEqual(brief(answer), [404, method === "HEAD" ? "" : "Not found"], method);
      }
      const preflight = await send({ url: session.url }, "OPTIONS", "/api/v3/engine/raw%20path/x");
      assert.equal(preflight.status, 204);
    });
    it("may come from plugins of the same server, but not from the one that would have to answer", async () => {
      const CALLS = `import urllib.error, urllib.request
def process_request(local, query, headers, body, args=None):
    asked = urllib.request.Request(args["url"] + query["path"], headers={"Authorization": "Bearer " + args["token"]})
    try:
        return "answered " + urllib.request.urlopen(asked, timeout=20).read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"
`;
      await ok(upload("calls.py", CALLS));
      await ok(upload("inner.py", SAYS("'inner'")));
      await ok(create("inner", "inner.py", "request:inner"));
      const trigger_arguments = { url: `${session.url}/api/v3/engine/`, token: session.token };
      await ok(create("calls", "calls.py", "request:calls", { trigger_arguments }));
      const call = async (target: string) =>
        (await get(`/api/v3/engine/calls?path=${encodeURIComponent(target)}`)).text;
      assert.equal(await call("inner"), "answered inner");
      assert.match(await call("calls?path=inner"), /^508 the plugin asks its own server/);
    });
    it("may be as long as a body may be", async () => {
      const long = new Uint8Array(10 * 1024 * 1024 + 1);
      const answer = await send(session, "POST", "/api/v3/engine/raw%20path/x", long);
      assert.deepEqual(brief(answer), [413, "max request size (10485760 bytes) exceeded"]);
    });
    it("are tested without being stored", async () => {
      const answer = await post(`${OWN}/plugin_test/request`, {
        filename: "echo.py",
        database: "q",
        query_parameters: { a: "b" },
        headers: { "X-Two": "2", Authorization: "secret" },
        body_base64: "AP8=",
      });
      assert.equal(answer.status, 200, answer.text);
      const body = JSON.parse(answer.text) as {
        response: { status: number; headers: [string, string][]; body: string };
        errors: string[];
      };
      assert.deepEqual([body.errors, body.response.status], [[], 200]);
      assert.deepEqual(JSON.parse(body.response.body), {
        query: { a: "b" },
        headers: { "x-two": "2" },
        body: [0, 255],
      });
      const failing = await post(`${OWN}/plugin_test/request`, {
        filename: "echo.py",
        database: "q",
        source: SAYS("1/0"),
      });
      const failed = JSON.parse(failing.text) as {
        response: unknown;
        errors: string[];
        traceback: unknown[];
      };
      assert.equal(failed.response, null);
      assert.match(failed.errors[0]!, /ZeroDivisionError: /);
      assert.ok(failed.traceback.length > 0);
    });
  });

  it("says what it can do", async () => {
    const { features } = JSON.parse((await get(`${OWN}/capabilities`)).text) as { features: string[] };
    assert.deepEqual(features, [...FEATURES]);
    const page = readFileSync(new URL("../docs/reference/http-api.md", import.meta.url), "utf8");
    for (const feature of FEATURES) assert.ok(page.includes(`\`${feature}\``), feature);
  });
});
