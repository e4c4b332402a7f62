import assert from "node:assert/strict";
import net from "node:net";
import type { TLSSocket } from "node:tls";
import {
  CERTIFICATE,
  networkEvents,
  serveHttps,
  serveTcp,
  startWithNetwork,
  type TestServer,
  TLS,
} from "./network-support.ts";
import { messages, type Plugins } from "./support.ts";

describe("plugins on the network: TLS", () => {
  let plugins: Plugins;
  let server: TestServer;

  before(async () => {
    server = await serveHttps((request, response) => response.end(`secure ${request.url}`));
    plugins = await startWithNetwork({
      allow: ["localhost", "127.0.0.1", "api.example.com", "wrong.example"],
      resolve: async () => ["93.184.215.14"],
      // Stands for the hosts of the world.
      connect: (_address, port) => net.connect({ host: "127.0.0.1", port, allowHalfOpen: true }),
    });
  });

  after(async () => {
    await plugins.interpreter.dispose();
    await server.close();
  });

  const body = (source: string) =>
    plugins.body(
      `import socket, ssl, urllib.request\nlog = influxdb3_local.info\nca = ${JSON.stringify(CERTIFICATE)}\nkey = ${JSON.stringify(TLS.key)}\n` +
        source.replaceAll("PORT", String(server.port)),
    );

  it("opens https URLs of servers that a context trusts, by name and by address", async () => {
    const outcome = await body(`
context = ssl.create_default_context(cadata=ca)
for host in ("api.example.com", "127.0.0.1"):
    with urllib.request.urlopen(f"https://{host}:PORT/x", context=context) as response:
        log(response.read().decode())`);
    assert.deepEqual(messages(outcome), ["secure /x", "secure /x"]);
    assert.deepEqual(networkEvents(outcome), [
      `connected to api.example.com:${server.port} (127.0.0.1)`,
      `connected to 127.0.0.1:${server.port}`,
    ]);
  });

  it("refuses servers that are not trusted, and those with another name", async () => {
    const outcome = await body(`
def attempt(host, context):
    try:
        urllib.request.urlopen(f"https://{host}:PORT/", context=context)
    except OSError as error:
        log(type(error.reason).__name__, error.reason.reason, error.reason.verify_message, error.reason)
attempt("api.example.com", None)
attempt("wrong.example", ssl.create_default_context(cadata=ca))`);
    const [untrusted, misnamed] = messages(outcome);
    assert.match(untrusted!, /^SSLCertVerificationError CERTIFICATE_VERIFY_FAILED self-signed certificate/);
    assert.match(
      untrusted!,
      /\[SSL: CERTIFICATE_VERIFY_FAILED\] certificate verify failed: self-signed certificate/,
    );
    assert.match(misnamed!, /Hostname\/IP does not match certificate's altnames: .*wrong\.example/);
    assert.match(networkEvents(outcome)[1]!, /^failed: TLS with api\.example\.com: self-signed certificate/);
  });

  it("connects without looking at the certificate when a plugin says so", async () => {
    const outcome = await body(`
with urllib.request.urlopen("https://wrong.example:PORT/x", context=ssl._create_unverified_context()) as response:
    log(response.read().decode())`);
    assert.deepEqual(messages(outcome), ["secure /x"]);
  });

  it("does not check the name when only that is off", async () => {
    const outcome = await body(`
context = ssl.create_default_context(cadata=ca)
context.check_hostname = False
with urllib.request.urlopen("https://wrong.example:PORT/x", context=context) as response:
    log(response.read().decode())`);
    assert.deepEqual(messages(outcome), ["secure /x"]);
  });

  it("describes the connection and the certificate", async () => {
    const outcome = await body(`
context = ssl.create_default_context(cadata=ca)
context.set_alpn_protocols(["h2", "http/1.1"])
with socket.create_connection(("api.example.com", PORT)) as plain:
    with context.wrap_socket(plain, server_hostname="api.example.com") as secured:
        certificate = secured.getpeercert()
        log(secured.version(), secured.cipher()[0][:3], secured.selected_alpn_protocol())
        log(certificate["subject"], certificate["subjectAltName"])
        log(ssl.DER_cert_to_PEM_cert(secured.getpeercert(True)).split() == ca.split())
        log(isinstance(secured, ssl.SSLSocket), isinstance(secured, socket.socket), plain.fileno())`);
    assert.deepEqual(messages(outcome), [
      "TLSv1.3 TLS http/1.1",
      "((('commonName', 'localhost'),),) (('DNS', 'localhost'), ('DNS', 'api.example.com'), ('IP Address', '127.0.0.1'))",
      "True",
      "True True -1",
    ]);
  });

  it("speaks TLS in asyncio's streams", async () => {
    const outcome = await body(`
import asyncio
async def main():
    reader, writer = await asyncio.open_connection("api.example.com", PORT, ssl=ssl.create_default_context(cadata=ca))
    writer.write(b"GET /async HTTP/1.0\\r\\n\\r\\n")
    log((await reader.read()).decode().rpartition("\\n")[2])
    writer.close()
    await writer.wait_closed()
asyncio.run(main())`);
    assert.deepEqual(messages(outcome), ["secure /async"]);
  });

  it("upgrades a connection that began in the clear, and fails when the peer speaks no TLS", async () => {
    const clear = await serveTcp((socket) => socket.end("220 hello\r\n".repeat(20)));
    const outcome = await body(`
context = ssl._create_unverified_context()
with socket.create_connection(("127.0.0.1", ${clear.port}), timeout=5) as plain:
    try:
        context.wrap_socket(plain)
    except ssl.SSLError as error:
        log(type(error).__name__, error.library, bool(error.reason))`);
    await clear.close();
    assert.deepEqual(messages(outcome), ["SSLError SSL True"]);
  });

  it("shows a certificate to servers that want one", async () => {
    const demanding = await serveHttps(
      (request, response) =>
        response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN)),
      { requestCert: true, ca: CERTIFICATE },
    );
    const outcome = await body(`
open("/tmp/identity.pem", "w").write(ca + key)
context = ssl.create_default_context(cadata=ca)
def attempt():
    try:
        log(urllib.request.urlopen("https://localhost:${demanding.port}/", context=context).read().decode())
    except OSError as error:
        log(type(error).__name__)
attempt()
context.load_cert_chain("/tmp/identity.pem")
attempt()`);
    await demanding.close();
    assert.equal(messages(outcome).at(-1), "localhost");
    assert.notEqual(messages(outcome).at(0), "localhost");
  });

  it("refuses certificates and keys that would take the server's time", async () => {
    const outcome = await body(`
def attempt(prepare):
    context = ssl.create_default_context()
    try:
        prepare(context)
        urllib.request.urlopen("https://localhost:PORT/", context=context)
    except (OSError, ValueError) as error:
        log(getattr(error, "reason", error))
attempt(lambda context: context.load_verify_locations(cadata=ca * 900))
attempt(lambda context: context.load_verify_locations(cadata=ca * 3000))
def locked(context):
    open("/tmp/locked.pem", "w").write(ca + key.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE"))
    context.load_cert_chain("/tmp/locked.pem")
attempt(locked)
def large(context):
    open("/tmp/large.pem", "w").write(ca + key.replace("\\n-----END", "A" * 5000 + "\\n-----END"))
    context.load_cert_chain("/tmp/large.pem")
attempt(large)`);
    assert.match(messages(outcome)[0]!, /the certificates to trust may have 524288 characters at most/);
    assert.match(messages(outcome)[1]!, /the call is too long/);
    assert.match(messages(outcome)[2]!, /keys with passwords/);
    assert.match(messages(outcome)[3]!, /the private key may have 4096 characters at most/);
  });

  it("gives up a handshake that takes too long", async () => {
    const silent = await serveTcp((socket) => socket.resume());
    const outcome = await body(`
try:
    urllib.request.urlopen("https://127.0.0.1:${silent.port}/", timeout=0.1)
except OSError as error:
    log(type(getattr(error, "reason", error)).__name__)`);
    await silent.close();
    assert.deepEqual(messages(outcome), ["TimeoutError"]);
  });
});
