import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { TRIGGERS } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { send, sendJson } from "./support/http.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const PLUGIN = "def process_request(influxdb3_local, query, headers, body, args=None):\n    return 'far'\n";

/** A repository of plugins and an index of packages that answer, or take requests and never do. */
class Host {
  readonly asked: string[] = [];
  silent = false;
  readonly #server: Server = createServer((request, response) => {
    this.asked.push(request.url ?? "");
    if (!this.silent) response.end(PLUGIN);
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe("a server whose hosts are silent", function () {
  this.timeout(60_000);
  const host = new Host();
  let server: TestServer;
  after(async () => {
    await server?.kill();
    host.close();
  });

  it("starts, serves, and ends without waiting for them", async () => {
    const url = await host.open();
    const args = ["--plugin-repo", `${url}/plugins/`, "--package-index", `${url}/simple`];
    const [dataDir, pluginDir] = [temporaryDirectory("silent"), temporaryDirectory("silent-plugins")];
    const start = () => startServer({ dataDir, pluginDir, args, withoutAuth: true });
    server = await start();
    assert.equal((await send(server, "POST", "/api/v3/write_lp?db=q", "cpu x=1")).status, 204);
    const trigger = {
      ...{ db: "q", plugin_filename: "gh:far.py", trigger_name: "far", trigger_specification: "request:far" },
      trigger_settings: { run_async: false, error_behavior: "log" },
      disabled: false,
    };
    assert.equal((await sendJson(server, "POST", TRIGGERS, trigger)).status, 200);
    assert.equal((await send(server, "GET", "/api/v3/engine/far")).text, "far");
    assert.equal(await server.stop(), 0);

    host.silent = true;
    host.asked.length = 0;
    server = await start();
    await waitFor("the repository to be asked", () => host.asked.includes("/plugins/far.py"));
    assert.equal((await send(server, "GET", "/ping")).status, 200);
    const packages = { packages: ["far"] };
    const install = sendJson(
      server,
      "POST",
      "/api/v3/configure/plugin_environment/install_packages",
      packages,
    );
    await waitFor("the index to be asked", () => host.asked.some((path) => path.startsWith("/simple")));
    const startedMs = performance.now();
    assert.equal(await server.stop(), 0);
    assert.ok(performance.now() - startedMs < 10_000, `it took ${performance.now() - startedMs} ms`);
    const { status, text } = await install;
    assert.deepEqual([status, text], [503, "the processing engine is busy: the server is stopping"]);
    assert.doesNotMatch(server.output(), /failed to start trigger at boot|Graceful shutdown timed out/);
  });
});
