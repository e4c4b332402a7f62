import assert from "node:assert/strict";
import { networkEvents, serveHttp, startWithNetwork, type TestServer } from "./network-support.ts";
import { messages, type Plugins } from "./support.ts";

describe("plugins on the network: HTTP", () => {
  let plugins: Plugins;
  let server: TestServer;

  before(async () => {
    server = await serveHttp((request, response) => {
      if (request.url === "/redirect") {
        response.writeHead(302, { Location: "/target" }).end();
        return;
      }
      if (request.url === "/away") {
        response.writeHead(302, { Location: "http://169.254.169.254/latest/meta-data" }).end();
        return;
      }
      if (request.url === "/chunks") {
        response.write("one ");
        response.write("two ");
        response.end("three");
        return;
      }
      if (request.url === "/large") {
        response.end(Buffer.alloc(30 * 2 ** 20, 7));
        return;
      }
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        response.setHeader("X-Method", request.method ?? "");
        response.end(`${request.url} ${Buffer.concat(parts)}`);
      });
    });
    plugins = await startWithNetwork({ allow: [`127.0.0.1:${server.port}`, `localhost:${server.port}`] });
  });

  after(async () => {
    await plugins.interpreter.dispose();
    await server.close();
  });

  const body = (source: string) =>
    plugins.body(
      source
        .replaceAll("PORT", String(server.port))
        .replaceAll("SERVER/", `http://127.0.0.1:${server.port}/`),
    );

  it("opens URLs with urllib, also behind redirects", async () => {
    const outcome = await body(`
import urllib.request
for path in ("/plain", "/redirect", "/chunks"):
    with urllib.request.urlopen("SERVER/" + path[1:], timeout=5) as response:
        influxdb3_local.info(response.status, response.url.rpartition("/")[2], response.read().decode())`);
    assert.deepEqual(messages(outcome), [
      "200 plain /plain ",
      "200 target /target ",
      "200 chunks one two three",
    ]);
    const connected = `connected to 127.0.0.1:${server.port}`;
    assert.deepEqual(networkEvents(outcome), [connected, connected, connected, connected]);
  });

  it("posts", async () => {
    const outcome = await body(`
import json, urllib.request
request = urllib.request.Request("SERVER/hook", data=json.dumps({"a": 1}).encode(), method="PUT")
with urllib.request.urlopen(request) as response:
    influxdb3_local.info(response.headers["X-Method"], response.read().decode())`);
    assert.deepEqual(messages(outcome), ['PUT /hook {"a": 1}']);
  });

  it("keeps a connection for several requests", async () => {
    const before = server.connections();
    const outcome = await body(`
import http.client
connection = http.client.HTTPConnection("localhost", PORT, timeout=5)
for number in range(3):
    connection.request("GET", f"/{number}")
    influxdb3_local.info(connection.getresponse().read().decode())
connection.close()`);
    assert.deepEqual(messages(outcome), ["/0 ", "/1 ", "/2 "]);
    assert.equal(server.connections() - before, 1);
    assert.deepEqual(networkEvents(outcome), [`connected to localhost:${server.port} (127.0.0.1)`]);
  });

  it("refuses a redirect to a host that is not allowed, and says where in the plugin", async () => {
    const outcome = await body(`
import urllib.request, urllib.error
try:
    urllib.request.urlopen("SERVER/away")
except urllib.error.URLError as error:
    influxdb3_local.info(type(error.reason).__name__, error.reason.strerror)`);
    const reason = "plugins may never connect to 169.254.169.254:80: it is a link-local address.";
    assert.deepEqual(messages(outcome), [`PermissionError ${reason}`]);
    const [, refused] = outcome.events.filter((event) => event.kind === "network");
    assert.deepEqual(
      { ...refused, atNs: 0 },
      {
        kind: "network",
        message: `refused: ${reason}`,
        file: "plugin.py",
        line: 5,
        atNs: 0,
      },
    );
  });

  it("receives large bodies without holding them in the host", async () => {
    const outcome = await body(`
import urllib.request
total = 0
with urllib.request.urlopen("SERVER/large") as response:
    while block := response.read(1 << 16):
        total += len(block)
influxdb3_local.info(total)`);
    assert.deepEqual(messages(outcome), [String(30 * 2 ** 20)]);
  });

  it("opens a connection anew that the server has closed in between", async () => {
    const outcome = await body(`
import http.client
connection = http.client.HTTPConnection("localhost", PORT, timeout=5)
for number in range(2):
    connection.request("GET", "/", headers={"Connection": "close"})
    influxdb3_local.info(connection.getresponse().read().decode())`);
    assert.deepEqual(messages(outcome), ["/ ", "/ "]);
    assert.equal(networkEvents(outcome).length, 2);
  });

  it("reads through asyncio's streams", async () => {
    const outcome = await body(`
import asyncio
async def get(path):
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(f"GET {path} HTTP/1.0\\r\\n\\r\\n".encode())
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer.decode().rpartition("\\n")[2]
async def both():
    return await asyncio.gather(get("/a"), get("/b"))
influxdb3_local.info(*asyncio.run(both()))`);
    assert.deepEqual(messages(outcome), ["/a  /b "]);
  });
});
