import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { brief, endContracted, TRIGGERS } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { send, sendJson } from "./support/http.ts";
import { startServer, type TestServer } from "./support/server.ts";

const FILES = "/api/v3/plugins/files";
const DIRECTORY = "/api/v3/plugins/directory";
const ENVIRONMENT = "/api/v3/configure/plugin_environment";
const OWN = "/api/millrace/v1";
const REFUSED = "Processing engine error: plugin error: ";

const TRIGGER = {
  db: "q",
  plugin_filename: "p.py",
  trigger_name: "t",
  trigger_settings: { run_async: false, error_behavior: "log" },
  trigger_specification: "all_tables",
  disabled: false,
};

/** As docs/reference/http-api.md states it. */
describe("the HTTP contract: what an operator has switched off", function () {
  this.timeout(60_000);
  const pluginDir = temporaryDirectory("contract-closed");
  let server: TestServer;
  before(async () => {
    writeFileSync(path.join(pluginDir, "p.py"), "");
    const off = ["--plugin-dir-only", "--package-manager", "disabled"];
    const restricted = ["--restrict-plugin-triggers-to", "request"];
    server = await startServer({ pluginDir, withoutAuth: true, args: [...off, ...restricted] });
    assert.equal((await send({ url: server.url }, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
  });
  after(() => endContracted(server));
  const json = async (method: string, target: string, body: unknown) =>
    brief(await sendJson({ url: server.url }, method, target, body));

  it("installs no packages", async () => {
    const text = "Package installation has been disabled. Contact your administrator for more information.";
    assert.deepEqual(await json("POST", `${ENVIRONMENT}/install_packages`, { packages: ["a"] }), [403, text]);
    const location = { requirements_location: "r.txt" };
    assert.deepEqual(await json("POST", `${ENVIRONMENT}/install_requirements`, location), [403, text]);
    assert.equal((await send({ url: server.url }, "GET", `${OWN}/packages`)).text, "[]");
  });
  it("takes no uploads", async () => {
    const text = `${REFUSED}plugin installation is disabled; plugins must already exist in the configured plugin directory`;
    assert.deepEqual(await json("POST", FILES, { plugin_name: "x.py", content: "" }), [500, text]);
    assert.deepEqual(await json("PUT", FILES, { plugin_name: "t", content: "" }), [500, text]);
    assert.deepEqual(await json("PUT", DIRECTORY, { plugin_name: "t", files: [] }), [500, text]);
  });
  it("makes no triggers of other kinds", async () => {
    const text = (kind: string) => `invalid request: server is configured to reject ${kind} plugin triggers`;
    assert.deepEqual(await json("POST", TRIGGERS, TRIGGER), [400, text("WalRows")]);
    const schedule = { ...TRIGGER, trigger_specification: "every:1h" };
    assert.deepEqual(await json("POST", TRIGGERS, schedule), [400, text("Schedule")]);
    const request = { ...TRIGGER, trigger_specification: "request:p" };
    assert.deepEqual(await json("POST", TRIGGERS, request), [200, ""]);
    const changed = { db: "q", trigger_name: "t", trigger_specification: "every:1h" };
    assert.deepEqual(await json("PUT", `${OWN}/triggers`, changed), [400, text("Schedule")]);
  });
});

describe("the HTTP contract: a server without a plugin directory", function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startServer({ withoutAuth: true });
    assert.equal((await send({ url: server.url }, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
  });
  after(() => endContracted(server));
  const json = async (method: string, target: string, body: unknown) =>
    brief(await sendJson({ url: server.url }, method, target, body));
  const get = async (target: string) => brief(await send({ url: server.url }, "GET", target));

  it("says so wherever one is needed", async () => {
    const disabled =
      "Processing engine error: error installing python packages: Plugin environment management is disabled";
    const packages = { packages: ["a"] };
    assert.deepEqual(await json("POST", `${ENVIRONMENT}/install_packages`, packages), [500, disabled]);
    const location = { requirements_location: "r.txt" };
    assert.deepEqual(await json("POST", `${ENVIRONMENT}/install_requirements`, location), [500, disabled]);
    const none = `${REFUSED}No plugin directory configured`;
    assert.deepEqual(await json("POST", FILES, { plugin_name: "x.py", content: "" }), [500, none]);
    assert.deepEqual(await json("PUT", FILES, { plugin_name: "t", content: "" }), [500, none]);
    assert.deepEqual(await json("PUT", DIRECTORY, { plugin_name: "t", files: [] }), [500, none]);
    const missing = "Plugin error: Node not configured with plugin directory";
    assert.deepEqual(await json("POST", TRIGGERS, TRIGGER), [500, missing]);
    const test = { filename: "p.py", database: "q", input_lp: "a b=1" };
    assert.deepEqual(await json("POST", "/api/v3/plugin_test/wal", test), [500, missing]);
  });
  it("has nothing to list", async () => {
    assert.deepEqual(await get(`${OWN}/plugins`), [200, "[]"]);
    assert.deepEqual(await get(`${OWN}/packages`), [200, "[]"]);
    assert.equal((await get(`${OWN}/plugins/files?path=p.py`))[0], 500);
    assert.match((await get(`${OWN}/capabilities`))[1], /"pythonVersion":null/);
  });
});
