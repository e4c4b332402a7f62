import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { type AddressInfo, createServer } from "node:net";
import {
  ApiError,
  BaseUrlError,
  ConnectError,
  InfluxClient,
  parseBaseUrl,
  readText,
  routeUrl,
} from "@millrace/api";
import { nodeTransport } from "@millrace/api/node";

interface Recorded {
  method: string | undefined;
  url: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

describe("client", () => {
  const recorded: Recorded[] = [];
  let answer: { status: number; body: string } = { status: 200, body: "" };
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    recorded.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status);
    response.end(answer.body);
  });
  let host = "";

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    recorded.length = 0;
    answer = { status: 200, body: "" };
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = (token?: string) =>
    new InfluxClient({ host, transport: nodeTransport(), ...(token === undefined ? {} : { token }) });

  it("sends the method, path, parameters and body of each route", async () => {
    answer = { status: 200, body: "{}" };
    const c = client("secret");
    await c.writeLp({ db: "a b", precision: "second", noSync: true }, "cpu v=1");
    await (await c.query("sql", { db: "d", q: "SELECT 1", format: "json", params: null })).body;
    await c.createDatabase("d", "30days");
    await c.updateDatabase("d", null);
    await c.deleteDatabase("d", "now");
    await c.deleteTable("d", "t");
    await c.enableTrigger("d", "t1");
    await c.deleteTrigger({ db: "d", trigger_name: "t1", force: true });
    await c.createAdminToken();
    assert.deepEqual(
      recorded.map((one) => `${one.method} ${one.url} ${one.body}`),
      [
        "POST /api/v3/write_lp?db=a%20b&precision=second&no_sync=true cpu v=1",
        'POST /api/v3/query_sql {"db":"d","q":"SELECT 1","format":"json","params":null}',
        'POST /api/v3/configure/database {"db":"d","retention_period":"30days"}',
        'PUT /api/v3/configure/database {"db":"d","retention_period":null}',
        "DELETE /api/v3/configure/database?db=d&hard_delete_at=now ",
        "DELETE /api/v3/configure/table?db=d&table=t ",
        "POST /api/v3/configure/processing_engine_trigger/enable?db=d&trigger_name=t1 ",
        'DELETE /api/v3/configure/processing_engine_trigger {"db":"d","trigger_name":"t1","force":true}',
        "POST /api/v3/configure/token/admin ",
      ],
    );
    for (const one of recorded) assert.equal(one.headers.authorization, "Bearer secret");
    assert.equal(recorded[2]!.headers["content-type"], "application/json");
    assert.equal(recorded[8]!.headers["content-type"], undefined);
  });

  it("calls the routes of plugins, packages and triggers", async () => {
    answer = { status: 200, body: "[]" };
    const c = client();
    const file = { plugin_name: "t", content: "x" };
    const directory = { plugin_name: "t", files: [{ relative_path: "__init__.py", content: "" }] };
    await c.uploadPluginFile("d", file);
    await c.updatePluginFile("d", file);
    await c.updatePluginDirectory("d", directory);
    await c.installPackages(["a", "b>=2"]);
    await c.installRequirements("r.txt");
    await c.updateTrigger({ db: "d", trigger_name: "t", trigger_arguments: null });
    await c.runTrigger({ db: "d", trigger_name: "t", input_lp: "a b=1" });
    await c.testRequestPlugin({ filename: "p.py", database: "d" });
    assert.deepEqual(await c.plugins(), []);
    await c.pluginContent("dir/a b.py");
    await c.packages();
    assert.deepEqual(
      recorded.map((one) => `${one.method} ${one.url} ${one.body}`.trimEnd()),
      [
        'POST /api/v3/plugins/files?db=d {"plugin_name":"t","content":"x"}',
        'PUT /api/v3/plugins/files?db=d {"plugin_name":"t","content":"x"}',
        'PUT /api/v3/plugins/directory?db=d {"plugin_name":"t","files":[{"relative_path":"__init__.py","content":""}]}',
        'POST /api/v3/configure/plugin_environment/install_packages {"packages":["a","b>=2"]}',
        'POST /api/v3/configure/plugin_environment/install_requirements {"requirements_location":"r.txt"}',
        'PUT /api/millrace/v1/triggers {"db":"d","trigger_name":"t","trigger_arguments":null}',
        'POST /api/millrace/v1/triggers/run {"db":"d","trigger_name":"t","input_lp":"a b=1"}',
        'POST /api/millrace/v1/plugin_test/request {"filename":"p.py","database":"d"}',
        "GET /api/millrace/v1/plugins",
        "GET /api/millrace/v1/plugins/files?path=dir%2Fa%20b.py",
        "GET /api/millrace/v1/packages",
      ],
    );
  });

  it("throws statuses of 400 and more with the server's words", async () => {
    answer = { status: 409, body: "attempted to create a resource that already exists" };
    await assert.rejects(client().createDatabase("d"), (error: ApiError) => {
      assert.ok(error instanceof ApiError);
      assert.equal(
        error.message,
        "server responded with error [409 Conflict]: attempted to create a resource that already exists",
      );
      return error.status === 409;
    });
    answer = { status: 400, body: '{"code":"invalid","message":"bad"}' };
    await assert.rejects(client().ping(), { message: "server responded with error [400 Bad Request]: bad" });
    answer = { status: 400, body: '{"error":"x","data":[]}' };
    await assert.rejects(client().ping(), { body: answer.body, serverMessage: answer.body });
    answer = { status: 401, body: "" };
    await assert.rejects(client().ping(), { message: "server responded with error [401 Unauthorized]: " });
  });

  it("says when a 2xx body is not JSON", async () => {
    answer = { status: 200, body: "<html>" };
    await assert.rejects(client().ping(), /^ResponseError: failed to parse JSON response: /);
  });

  it("names the request that found nobody", async () => {
    const c = new InfluxClient({ host: "http://127.0.0.1:1", transport: nodeTransport() });
    await assert.rejects(c.deleteDatabase("d"), (error: ConnectError) => {
      assert.ok(error instanceof ConnectError);
      assert.equal(
        error.message,
        "failed to send DELETE http://127.0.0.1:1/api/v3/configure/database request: client error (Connect)",
      );
      return error.failure === "connect";
    });
  });

  it("gives up on a server that accepts and stays silent", async () => {
    const silent = createServer(() => {});
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const transport = nodeTransport({ idleTimeoutMs: 50 });
    const c = new InfluxClient({ host: `http://127.0.0.1:${port}`, transport });
    await assert.rejects(c.ping(), { name: "ConnectError", failure: "timeout" });
    silent.close();
  });

  it("reports an answer that breaks off", async () => {
    const breaking = createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    });
    breaking.listen(0, "127.0.0.1");
    await once(breaking, "listening");
    const { port } = breaking.address() as AddressInfo;
    const c = new InfluxClient({ host: `http://127.0.0.1:${port}`, transport: nodeTransport() });
    await assert.rejects(c.health(), { name: "ConnectError", failure: "closed" });
    breaking.close();
  });

  it("takes hosts with a path, without a scheme, and refuses what is no host", () => {
    assert.equal(routeUrl(parseBaseUrl("http://h:1/base/"), "/ping"), "http://h:1/base/ping");
    assert.equal(routeUrl(parseBaseUrl("localhost:8181"), "/ping"), "http://localhost:8181/ping");
    assert.equal(routeUrl(parseBaseUrl("[::1]:8181"), "/ping"), "http://[::1]:8181/ping");
    for (const bad of ["", "ftp://x", "http://", "a b"]) {
      assert.throws(() => parseBaseUrl(bad), BaseUrlError, bad);
    }
  });

  describe("over TLS", () => {
    const secure = https.createServer(
      { key: fixture("localhost-key.pem"), cert: fixture("localhost-cert.pem") },
      (_, response) => response.end("OK"),
    );
    let url = "";
    before(async () => {
      secure.listen(0, "127.0.0.1");
      await once(secure, "listening");
      url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    });
    after(() => {
      secure.closeAllConnections();
      secure.close();
    });
    const health = (tls: Parameters<typeof nodeTransport>[0]) =>
      new InfluxClient({ host: url, transport: nodeTransport(tls) }).health();

    it("refuses an authority it does not know", async () => {
      await assert.rejects(health({}), { name: "ConnectError", failure: "tls" });
    });

    it("trusts a given authority in PEM and in DER", async () => {
      const pem = fixture("localhost-cert.pem");
      const der = Buffer.from(pem.toString().replace(/-----[^-]+-----/g, ""), "base64");
      assert.equal(await health({ tls: { ca: { encoding: "pem", bytes: pem } } }), "OK");
      assert.equal(await health({ tls: { ca: { encoding: "der", bytes: der } } }), "OK");
    });

    it("accepts anything when told to", async () => {
      assert.equal(await health({ tls: { rejectUnauthorized: false } }), "OK");
    });
  });

  it("streams a body to whoever reads it", async () => {
    answer = { status: 200, body: "a\nb\n" };
    const response = await client().query("influxql", { db: "d", q: "SHOW MEASUREMENTS", format: "csv" });
    assert.equal(await readText(response.body), "a\nb\n");
    assert.equal(recorded[0]!.url, "/api/v3/query_influxql");
  });
});

describe("errors of a client", () => {
  it("are known also to another copy of this package, as bundled programs have one", () => {
    const foreign = Object.assign(new Error("server responded"), { name: "ApiError", status: 404 });
    assert.ok(foreign instanceof ApiError);
    assert.ok(!(foreign instanceof ConnectError));
    assert.ok(!(new Error("no") instanceof ApiError));
    assert.ok(new ApiError(404, "") instanceof ApiError && !(new ApiError(404, "") instanceof ConnectError));
    assert.ok(Object.assign(new Error("no answer"), { name: "ConnectError" }) instanceof ConnectError);
  });
});
