import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ServerError } from "#src/foundation/index.js";
import { HttpRig, LIMIT_BYTES } from "./rig.ts";

const TRIGGER = "/api/v3/configure/processing_engine_trigger";
const FILES = "/api/v3/plugins/files";
const DIRECTORY = "/api/v3/plugins/directory";
const ENVIRONMENT = "/api/v3/configure/plugin_environment";
const OWN = "/api/millrace/v1";

describe("routes of triggers, plugin files and packages", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());
  beforeEach(() => {
    rig.engineCalls.length = 0;
    rig.engine = async () => undefined;
  });
  afterEach(() => assert.deepEqual(rig.defects, []));

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await fetch(rig.url + path, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text(), type: answer.headers.get("content-type") };
  };
  /** The engine is told where a call comes from, because a plugin may be the one that calls. */
  const withoutPeer = (call: readonly unknown[]) => {
    const { address, port } = call.at(-1) as { address: string; port: number };
    assert.deepEqual([address, typeof port], ["127.0.0.1", "number"]);
    return call.slice(0, -1);
  };
  const brief = ({ status, text }: { status: number; text: string }) => [status, text];

  const WITH_BODY: [method: string, path: string, body: object, call: [string, ...unknown[]]][] = [
    ["POST", FILES, { plugin_name: "a/b.py", content: "é" }, ["uploadPluginFile", "a/b.py", "é"]],
    ["PUT", FILES, { plugin_name: "t", content: "" }, ["replacePluginFile", "t", ""]],
    [
      "PUT",
      DIRECTORY,
      { plugin_name: "t", files: [{ relative_path: "__init__.py", content: "x" }] },
      ["replacePluginDirectory", "t", [{ relative_path: "__init__.py", content: "x" }]],
    ],
    [
      "POST",
      `${ENVIRONMENT}/install_packages`,
      { packages: ["a", "b>1"] },
      ["installPackages", ["a", "b>1"]],
    ],
    [
      "POST",
      `${ENVIRONMENT}/install_requirements`,
      { requirements_location: "r.txt" },
      ["installRequirements", "r.txt"],
    ],
  ];

  it("hand their bodies on and answer with nothing", async () => {
    for (const [method, path, body, call] of WITH_BODY) {
      for (const query of ["", "?db=d&plugin_name=ignored"]) {
        rig.engineCalls.length = 0;
        assert.deepEqual(brief(await send(method, path + query, body)), [200, ""], path);
        assert.deepEqual(rig.engineCalls, [call]);
      }
    }
  });
  it("want JSON that is complete, within the limit, plain or compressed", async () => {
    for (const [method, path, body, call] of WITH_BODY) {
      const unlabelled = await send(method, path, body, { "content-type": "application/octet-stream" });
      assert.deepEqual(brief(unlabelled), [415, "unacceptable content-type, expected: application/json"]);
      const [first] = Object.keys(body);
      const missing = await send(method, path, { ...body, [first!]: undefined });
      assert.equal(missing.status, 400);
      assert.ok(missing.text.startsWith(`serde json error: missing field \`${first}\``), missing.text);
      const long = await send(method, path, { ...body, more: "x".repeat(LIMIT_BYTES) });
      assert.deepEqual(brief(long), [413, `max request size (${LIMIT_BYTES} bytes) exceeded`]);
      assert.deepEqual(rig.engineCalls, []);
      const headers = { "content-type": "application/json; charset=utf-8", "content-encoding": "gzip" };
      const zipped = await fetch(rig.url + path, { method, headers, body: gzipSync(JSON.stringify(body)) });
      assert.equal(zipped.status, 200);
      assert.deepEqual(rig.engineCalls.splice(0), [call]);
    }
  });
  it("answer in the words of the engine when it refuses", async () => {
    rig.engine = () =>
      Promise.reject(new ServerError("processing_engine_error", { detail: "plugin error: x" }));
    for (const [method, path, body] of WITH_BODY)
      assert.deepEqual(brief(await send(method, path, body)), [
        500,
        "Processing engine error: plugin error: x",
      ]);
  });
  it("exist for their own methods only", async () => {
    for (const [method, path] of [
      ["GET", FILES],
      ["DELETE", FILES],
      ["POST", DIRECTORY],
      ["PUT", `${ENVIRONMENT}/install_packages`],
      ["POST", `${OWN}/plugins`],
      ["GET", `${OWN}/triggers/run`],
    ] as const)
      assert.deepEqual(brief(await send(method, path)), [404, "Not found"], `${method} ${path}`);
  });

  it("tell what there is", async () => {
    rig.engine = async (method) => [{ from: method }];
    for (const [path, call] of [
      [`${OWN}/plugins`, ["plugins"]],
      [`${OWN}/packages`, ["packages"]],
      [`${OWN}/plugins/files?path=a%2Fb+c.py`, ["pluginContent", "a/b c.py"]],
    ] as const) {
      const answer = await send("GET", path);
      assert.deepEqual(answer, {
        status: 200,
        text: JSON.stringify([{ from: call[0] }]),
        type: "application/json",
      });
      assert.deepEqual(rig.engineCalls.splice(0), [[...call]]);
    }
    assert.deepEqual(brief(await send("GET", `${OWN}/plugins/files`)), [
      400,
      "serde error: missing field `path`",
    ]);
  });

  it("change of a trigger only what is named", async () => {
    const at = { db: "d", trigger_name: "t" };
    const nothing = {
      pluginFilename: undefined,
      specification: undefined,
      runAsync: undefined,
      errorBehavior: undefined,
      arguments: undefined,
    };
    for (const [body, changes] of [
      [{}, {}],
      [{ trigger_settings: { error_behavior: "Retry" } }, { errorBehavior: "retry" }],
      [{ trigger_settings: { run_async: false } }, { runAsync: false }],
      [{ trigger_settings: {} }, {}],
      [{ trigger_arguments: null }, { arguments: null }],
      [{ trigger_arguments: { a: "1" } }, { arguments: { a: "1" } }],
      [
        { trigger_specification: "all_tables", plugin_filename: "x.py" },
        { specification: "all_tables", pluginFilename: "x.py" },
      ],
    ] as const) {
      rig.engineCalls.length = 0;
      assert.deepEqual(brief(await send("PUT", `${OWN}/triggers`, { ...at, ...body })), [200, ""]);
      assert.deepEqual(rig.engineCalls.map(withoutPeer), [
        ["updateTrigger", "d", "t", { ...nothing, ...changes }],
      ]);
    }
    const wrong = await send("PUT", `${OWN}/triggers`, { ...at, trigger_settings: { error_behavior: "x" } });
    assert.equal(wrong.status, 400);
  });
  it("run a trigger and test a request plugin", async () => {
    rig.engine = async () => ({ errors: [] });
    const run = { db: "d", trigger_name: "t", input_lp: "a b=1" };
    assert.deepEqual(brief(await send("POST", `${OWN}/triggers/run`, run)), [200, '{"errors":[]}']);
    const test = { filename: "p.py", database: "d", query_parameters: { a: "b" }, body_base64: "AP8=" };
    assert.deepEqual(brief(await send("POST", `${OWN}/plugin_test/request`, test)), [200, '{"errors":[]}']);
    const [ran, tested] = rig.engineCalls;
    assert.deepEqual(
      [withoutPeer(ran!), tested],
      [
        ["runTrigger", run],
        ["testRequest", test],
      ],
    );
    const wrong = await send("POST", `${OWN}/plugin_test/request`, { ...test, body_base64: "%" });
    assert.equal(wrong.status, 400);
    assert.match(
      wrong.text,
      /^serde json error: invalid value: string "%", expected base64 at line 1 column \d+$/,
    );
  });

  describe("a trigger is created", () => {
    const body = {
      db: "d",
      plugin_filename: "p.py",
      trigger_name: "t",
      trigger_settings: { run_async: true, error_behavior: "disable" },
      trigger_specification: "all_tables",
      disabled: false,
    };
    const trigger = {
      database: "d",
      name: "t",
      pluginFilename: "p.py",
      specification: "all_tables",
      runAsync: true,
      errorBehavior: "disable",
      arguments: null,
      disabled: false,
    };

    it("from a body, with a specification as text or as the JSON of older releases", async () => {
      for (const specification of [
        "all_tables",
        '{"single_table_wal_write":{"table_name":"t"}}',
        { every: { duration: { secs: 5, nanos: 0 } } },
      ]) {
        rig.engineCalls.length = 0;
        const answer = await send("POST", TRIGGER, { ...body, trigger_specification: specification });
        assert.deepEqual(brief(answer), [200, ""]);
        assert.deepEqual(rig.engineCalls, [["createTrigger", { ...trigger, specification }]]);
      }
    });
    it("never from a query string, which goes before the body and cannot say everything", async () => {
      for (const [query, text] of [
        ["?db=d", "missing field `plugin_filename`"],
        [
          "?db=d&plugin_filename=p.py&trigger_name=t&trigger_specification=all_tables&disabled=false",
          "missing field `trigger_settings`",
        ],
        ["?db=d&disabled=no", "provided string was not `true` or `false`"],
        ["?trigger_settings=%7B%7D", 'invalid type: string "{}", expected a map'],
      ] as const)
        assert.deepEqual(brief(await send("POST", TRIGGER + query, body)), [400, `serde error: ${text}`]);
      assert.deepEqual(rig.engineCalls, []);
    });
  });
});
