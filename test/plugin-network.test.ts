import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Contracted, endContracted, startContracted, TRIGGERS } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { send, sendJson } from "./support/http.ts";
import { startServer } from "./support/server.ts";

const REQUEST = "def process_request(influxdb3_local, query, headers, body, args=None):\n";

/** As docs/guides/plugin-network.md states it. */
describe("plugins on the network", function () {
  this.timeout(60_000);
  const pluginDir = temporaryDirectory("network-plugins");
  let sink: Server;
  let contracted: Contracted;
  const posted: string[] = [];

  before(async () => {
    sink = createServer((request, response) => {
      request.on("data", (part) => posted.push(`${request.method} ${request.url} ${part}`));
      request.on("end", () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
    const plugin = (name: string, lines: string[]) =>
      writeFileSync(path.join(pluginDir, name), REQUEST + lines.map((line) => `    ${line}\n`).join(""));
    plugin("notify.py", [
      "import urllib.request",
      "with urllib.request.urlopen(query['url'], data=b'alert', timeout=10) as answer: return str(answer.status)",
    ]);
    plugin("asks.py", [
      "import urllib.error, urllib.request",
      "request = urllib.request.Request(query['url'], headers={'Authorization': 'Bearer ' + query['token']})",
      "try: return 'asked: ' + urllib.request.urlopen(request).read().decode()",
      "except urllib.error.HTTPError as error: return 'failed: ' + error.read().decode(), error.code",
    ]);
    plugin("leaves.py", [
      "import urllib.request",
      "headers = {'Authorization': 'Bearer ' + query['token']}",
      "request = urllib.request.Request(query['url'], data=b'', headers=headers)",
      "return 'left: ' + str(urllib.request.urlopen(request).status)",
    ]);
    plugin("answers.py", ["return 'answered'"]);
    const args = [
      "--plugin-network",
      `127.0.0.1:${(sink.address() as AddressInfo).port}`,
      "--plugin-run-timeout",
      "3s",
    ];
    contracted = await startContracted({ pluginDir, args });
    const { session } = contracted;
    assert.equal((await send(session, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
    for (const name of ["notify", "asks", "answers", "leaves"]) {
      const created = await sendJson(session, "POST", TRIGGERS, {
        ...{
          db: "q",
          plugin_filename: `${name}.py`,
          trigger_name: name,
          trigger_specification: `request:${name}`,
        },
        trigger_settings: { run_async: false, error_behavior: "log" },
        disabled: false,
      });
      assert.equal(created.status, 200, created.text);
    }
  });

  after(async () => {
    await endContracted(contracted?.server);
    sink.close();
  });

  const call = (name: string, query: Record<string, string>) =>
    send(contracted.session, "GET", `/api/v3/engine/${name}?${new URLSearchParams(query)}`);

  it("reach what --plugin-network names, and nothing else", async () => {
    const { port } = sink.address() as AddressInfo;
    assert.equal((await call("notify", { url: `http://127.0.0.1:${port}/hook` })).text, "204");
    assert.deepEqual(posted, ["POST /hook alert"]);
    const refused = await call("notify", { url: "http://example.com/" });
    assert.equal(refused.status, 500);
    assert.match(
      refused.text,
      /plugins may not connect to example\.com:80: no entry of --plugin-network allows it/,
    );
    const metrics = await send(contracted.session, "GET", "/metrics");
    assert.match(metrics.text, /millrace_plugin_connections_total\{result="opened"\} 1\n/);
  });

  it("call other plugins of their own server", async () => {
    const { url, token } = contracted.session;
    const answer = await call("asks", { url: `${url}/api/v3/engine/answers`, token: token! });
    assert.deepEqual([answer.status, answer.text], [200, "asked: answered"]);
  });

  it("get an answer that says why when they call themselves, and work again", async () => {
    const { url, token } = contracted.session;
    const again = `${url}/api/v3/engine/asks?${new URLSearchParams({ url: `${url}/ping`, token: token! })}`;
    const answer = await call("asks", { url: again, token: token! });
    assert.equal(answer.status, 508);
    assert.match(
      answer.text,
      /^failed: .*something that its own interpreter would have to do, and waits for it/,
    );
    const after = await call("asks", { url: `${url}/api/v3/engine/answers`, token: token! });
    assert.deepEqual([after.status, after.text], [200, "asked: answered"]);
  });

  it("disable their own trigger without waiting for themselves", async () => {
    const { url, token } = contracted.session;
    const disable = `${url}/api/v3/configure/processing_engine_trigger/disable?db=q&trigger_name=leaves`;
    const answer = await call("leaves", { url: disable, token: token! });
    assert.deepEqual([answer.status, answer.text], [200, "left: 200"]);
    assert.equal((await call("leaves", {})).status, 404);
  });

  it("are refused in tests that do not ask for the network", async () => {
    const { port } = sink.address() as AddressInfo;
    const body = {
      database: "q",
      filename: "notify.py",
      query_parameters: { url: `http://127.0.0.1:${port}/test` },
    };
    const target = "/api/millrace/v1/plugin_test/request";
    const refused = await sendJson(contracted.session, "POST", target, body);
    assert.match(refused.text, /plugins have no network in a test that did not ask for it/);
    assert.match(refused.text, /"kind": ?"network"/);
    const allowed = await sendJson(contracted.session, "POST", target, { ...body, allow_network: true });
    assert.match(allowed.text, /connected to 127\.0\.0\.1/);
  });

  it("keep a server from starting with an entry that says nothing", async () => {
    await assert.rejects(
      startServer({ args: ["--plugin-network", "https://example.com"] }),
      /"https:\/\/example\.com" is no entry of --plugin-network. Use a host/,
    );
  });
});
