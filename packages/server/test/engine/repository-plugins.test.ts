import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PluginRepository } from "#src/engine/plugin-files/index.js";
import { settle } from "./support/fake-clock.ts";
import { refusal } from "./support/refusal.ts";
import { TestEngine } from "./support/test-engine.ts";

const URL = "http://repository.test/plugins/a/b.py";

describe("plugins from a repository", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
    test.repository.files.set("a/b.py", "one");
  });
  afterEach(() => test.close());

  const refused = async (pluginFilename: string) => (await refusal(test.trigger({ pluginFilename }))).text;

  it("are fetched when the trigger is created, enabled and booted, and never in between", async () => {
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    assert.deepEqual(test.repository.requests, [URL]);
    test.repository.files.set("a/b.py", "two");
    const first = await test.runsBeganWithin(3, 2);
    assert.deepEqual(first.map(({ plugin }) => [plugin.fileName, plugin.source]).slice(0, 2), [
      ["gh:a/b.py", "one"],
      ["gh:a/b.py", "one"],
    ]);
    await test.engine.disableTrigger("db", "t");
    const before = test.python.runs.length;
    await test.engine.enableTrigger("db", "t");
    assert.equal(test.repository.requests.length, 2);
    assert.equal((await test.runsBeganWithin(3, before + 1))[before]?.plugin.source, "two");
    assert.deepEqual(await test.engine.tables.pluginFiles(), [], "they have no local file");
  });

  it("are fetched once for triggers that start together", async () => {
    for (const name of ["t1", "t2", "t3"]) await test.trigger({ name, pluginFilename: "gh:a/b.py" });
    test.repository.requests.length = 0;
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    await test.boot();
    assert.deepEqual(test.repository.requests, [URL]);
  });

  it("need no plugin directory", async () => {
    await test.close();
    test = await TestEngine.create({ pluginDir: undefined });
    test.repository.files.set("a/b.py", "one");
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    assert.equal((await test.runsBeganWithin(3, 1))[0]?.plugin.source, "one");
  });

  it("are refused when they cannot be fetched", async () => {
    assert.equal(
      await refused("gh:none.py"),
      "Plugin error: error fetching plugin from repository: 404 Not Found http://repository.test/plugins/none.py",
    );
    const escapes = [
      "../secret.py",
      "%2e%2e/secret.py",
      "a/.%2E/../secret.py",
      "a/%2e%2e/%2e%2e/secret.py",
      ".\t./s.py",
    ];
    for (const name of escapes)
      assert.match(await refused(`gh:${name}`), /^Plugin error: Path traversal detected/);
    test.repository.files.set("big.py", "x".repeat(16 * 2 ** 20 + 1));
    assert.match(await refused("gh:big.py"), /^Plugin error: error reading plugin from repository: .*larger/);
    test.repository.down = true;
    assert.equal(
      await refused("gh:a/b.py"),
      `Plugin error: error getting plugin from repository: connect ECONNREFUSED (${URL})`,
    );
  });

  it("that cannot be fetched at boot leave the trigger not running until it is enabled again", async () => {
    await test.trigger({ pluginFilename: "gh:a/b.py", specification: "every:1s" });
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    const before = test.python.runs.length;
    test.repository.down = true;
    await test.boot();
    await test.clock.advance(3000);
    assert.equal(test.python.runs.length, before);
    test.repository.down = false;
    await test.engine.disableTrigger("db", "t");
    await test.engine.enableTrigger("db", "t");
    await test.runsBeganWithin(3, before + 1);
  });
});

describe("a repository that is silent when the server starts", () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await TestEngine.create();
    test.repository.files.set("a/b.py", "one");
    await test.trigger({ name: "far", pluginFilename: "gh:a/b.py", specification: "request:far" });
    await test.trigger({ name: "near", specification: "request:near" });
    test.python.script = async ({ plugin }) => ({
      response: { status: 200, headers: [], body: new TextEncoder().encode(plugin.source) },
    });
    const stopping = test.engine.stop();
    await test.clock.advance(10_000);
    await stopping;
    test.repository.silence();
    await test.boot();
  });
  afterEach(() => test.close());

  const request = { query: {}, headers: {}, body: new Uint8Array(0) };
  const ask = async (path: string) =>
    new TextDecoder().decode((await test.engine.handleRequest(path, request))?.body);

  it("holds nobody up; requests for its triggers wait", async () => {
    assert.equal(await ask("near"), "# python");
    const waiting = ask("far");
    await settle();
    test.repository.speak();
    assert.equal(await waiting, "one");
  });

  it("starts nothing that was disabled meanwhile", async () => {
    await test.engine.disableTrigger("db", "far");
    test.repository.speak();
    assert.equal(await test.engine.handleRequest("far", request), undefined);
    assert.equal(test.engine.figures.triggers.runningCount, 1);
  });

  it("is given up as soon as the server stops", async () => {
    const late = refusal(test.trigger({ name: "late", pluginFilename: "gh:a/b.py" }));
    await settle();
    test.engine.windDown();
    assert.match((await late).text, /error getting plugin from repository: the server is stopping/);
    await settle();
    assert.equal(test.engine.figures.triggers.runningCount, 1);
  });
});

describe("a repository over HTTP", () => {
  let server: Server;
  let repository: PluginRepository;
  before(async () => {
    server = createServer((request, response) => {
      if (request.url === "/base/moved.py") response.writeHead(302, { location: "/base/a%20b.py" }).end();
      else if (request.url === "/base/a%20b.py") response.end("print('ü')");
      else if (request.url === "/base/cut.py") {
        response.writeHead(200, { "content-length": 100 });
        response.write("half", () => setImmediate(() => response.destroy()));
      } else if (request.url === "/base/binary.py") response.end(Uint8Array.of(0xff));
      else response.writeHead(503).end("later");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    repository = new PluginRepository({ baseUrl: `http://127.0.0.1:${port}/base`, fetch: globalThis.fetch });
  });
  after(() => void server.close());

  it("gives texts, also where it moved them to", async () => {
    assert.deepEqual(await repository.read("gh:moved.py"), {
      fileName: "gh:moved.py",
      source: "print('ü')",
    });
    assert.equal((await repository.read("gh:a b.py")).source, "print('ü')");
  });

  it("is told apart by what fails", async () => {
    await assert.rejects(repository.read("gh:x.py"), {
      message: /^error fetching plugin from repository: 503 Service Unavailable http:.*\/base\/x\.py$/,
    });
    await assert.rejects(repository.read("gh:cut.py"), {
      message: /^error reading plugin from repository: /,
    });
    await assert.rejects(repository.read("gh:binary.py"), {
      message: /^error reading plugin from repository: .*(encoded data|valid)/,
    });
    const nobody = new PluginRepository({ baseUrl: "http://127.0.0.1:1/", fetch: globalThis.fetch });
    await assert.rejects(nobody.read("gh:x.py"), {
      message: /^error getting plugin from repository: .*\(http:\/\/127\.0\.0\.1:1\/x\.py\)$/,
    });
  });
});
