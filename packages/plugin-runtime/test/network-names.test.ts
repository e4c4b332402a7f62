import assert from "node:assert/strict";
import net from "node:net";
import { ownServer } from "@millrace/plugin-runtime";
import { networkEvents, serveHttp, startWithNetwork, type TestServer } from "./network-support.ts";
import { messages, type Plugins } from "./support.ts";

describe("plugins on the network: names and addresses", () => {
  const looked: string[] = [];
  const connected: string[] = [];
  let answers: Record<string, string[][]>;
  let server: TestServer;
  let plugins: Plugins;

  before(async () => {
    server = await serveHttp((_request, response) => response.end("hello"));
    plugins = await startWithNetwork({
      allow: ["*.example.com", "db.internal", "10.1.0.0/16"],
      resolve: async (name) => {
        looked.push(name);
        const next = answers[name]?.shift();
        if (next === undefined) throw new Error("not found");
        return next;
      },
      connect: (address, port) => {
        connected.push(address);
        return net.connect({ host: "127.0.0.1", port });
      },
      own: () => ownServer({ address: "127.0.0.1", port: server.port }),
    });
  });

  beforeEach(() => {
    answers = {};
    looked.length = connected.length = 0;
  });

  after(async () => {
    await plugins.interpreter.dispose();
    await server.close();
  });

  const open = `
import socket, urllib.request
def get(host):
    try:
        influxdb3_local.info(urllib.request.urlopen(f"http://{host}:PORT/", timeout=5).read().decode())
    except OSError as error:
        reason = getattr(error, "reason", error)
        influxdb3_local.info(type(reason).__name__, reason.strerror)
`;
  const body = (source: string, changes?: object) =>
    plugins.body(
      open.replace("PORT", String(server.port)) + source.replaceAll("PORT", String(server.port)),
      changes,
    );

  it("connects to the address that was checked, though the name leads elsewhere a moment later", async () => {
    answers["a.example.com"] = [["93.184.215.14"], ["10.9.9.9"]];
    const outcome = await body(`get("a.example.com")\nget("a.example.com")`);
    assert.equal(messages(outcome)[0], "hello");
    assert.match(
      messages(outcome)[1]!,
      /^PermissionError .*10\.9\.9\.9:\d+ \(the address of a\.example\.com\): it is a private address/,
    );
    assert.deepEqual(connected, ["93.184.215.14"]);
  });

  it("uses the addresses of a name that are allowed, and no others", async () => {
    answers["b.example.com"] = [["169.254.169.254", "fe80::1", "93.184.215.15"]];
    const outcome = await body(`get("b.example.com")`);
    assert.deepEqual(messages(outcome), ["hello"]);
    assert.deepEqual(connected, ["93.184.215.15"]);
  });

  it("does not look up names that are not allowed", async () => {
    const outcome = await body(`get("secret-data.evil.example")`);
    assert.match(
      messages(outcome)[0]!,
      /^PermissionError plugins may not connect to secret-data\.evil\.example:\d+: no entry/,
    );
    assert.deepEqual(looked, []);
    assert.match(networkEvents(outcome)[0]!, /^refused: plugins may not connect to secret-data/);
  });

  it("reaches private addresses through a name when both are allowed", async () => {
    answers["db.internal"] = [["10.1.2.3"]];
    const outcome = await body(`get("db.internal")`);
    assert.deepEqual(connected, ["10.1.2.3"]);
    assert.deepEqual(networkEvents(outcome), [`connected to db.internal:${server.port} (127.0.0.1)`]);
  });

  it("says that a name is unknown as Python does", async () => {
    const outcome = await body(`
for host in ("gone.example.com", "no name"):
    try:
        socket.create_connection((host, 80))
    except socket.gaierror as error:
        influxdb3_local.info(error.errno == socket.EAI_NONAME, error.strerror)
try:
    socket.gethostbyname("gone.example.com")
except socket.gaierror:
    influxdb3_local.info("gaierror")`);
    assert.deepEqual(messages(outcome), [
      "True Name or service not known (no address was found for gone.example.com)",
      'True Name or service not known ("no name" is no host name)',
      "gaierror",
    ]);
  });

  it("resolves names and odd spellings", async () => {
    answers["c.example.com"] = [
      ["93.184.215.16", "2606:2800::16"],
      ["93.184.215.16", "2606:2800::16"],
    ];
    const outcome = await body(`
for entry in socket.getaddrinfo("c.example.com", "https", type=socket.SOCK_STREAM):
    influxdb3_local.info(entry[0].name, entry[4])
influxdb3_local.info(socket.gethostbyname("c.example.com"), socket.getaddrinfo("10.1.513", 80)[0][4])`);
    assert.deepEqual(messages(outcome), [
      "AF_INET ('93.184.215.16', 443)",
      "AF_INET6 ('2606:2800::16', 443, 0, 0)",
      "93.184.215.16 ('10.1.2.1', 80)",
    ]);
  });

  it("lets a plugin call the server it runs in", async () => {
    const outcome = await body(`get("127.0.0.1")`);
    assert.deepEqual(messages(outcome), ["hello"]);
  });

  it("gives tests no network unless they ask for it, not even their own server", async () => {
    const outcome = await body(`get("127.0.0.1")\nget("a.example.com")`, { network: false });
    assert.deepEqual(looked, []);
    for (const message of messages(outcome)) {
      assert.match(
        message,
        /^PermissionError plugins have no network in a test .* "allow_network" .* --allow-network/,
      );
    }
    assert.equal(networkEvents(outcome).length, 2);
    assert.match(networkEvents(outcome)[0]!, /^refused: plugins have no network in a test/);
  });

  it("survives calls that no library would make", async () => {
    const outcome = await body(`
import _millrace, json
for call in (
    {"op": "connect", "host": None, "port": "x", "timeoutMs": 1}, {"op": "resolve", "host": ["a"], "port": -1, "timeoutMs": 1},
    {"op": "connect", "host": "10.1.2.3", "port": 99999, "timeoutMs": 10}, {"op": "receive", "socket": -1, "maxBytes": -5, "timeoutMs": 1},
    {"op": "start-tls", "socket": 1, "timeoutMs": 1}, {"op": "wait", "sockets": 7, "timeoutMs": 1}, {"op": "boom"}, {}, [], 1,
):
    try:
        _millrace.network(json.dumps(call), None)
    except Exception:
        pass
get("127.0.0.1")`);
    assert.deepEqual(messages(outcome), ["hello"]);
  });
});
