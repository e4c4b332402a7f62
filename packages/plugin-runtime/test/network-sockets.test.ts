import assert from "node:assert/strict";
import { Socket } from "node:net";
import { NetworkPolicy, pluginNetwork } from "@millrace/plugin-runtime";
import { networkEvents, serveTcp, startWithNetwork, type TestServer, until } from "./network-support.ts";
import { messages, type Plugins } from "./support.ts";

describe("plugins on the network: sockets", () => {
  let plugins: Plugins;
  let server: TestServer;
  let serve: (socket: Socket) => void;

  before(async () => {
    server = await serveTcp((socket) => serve(socket));
    plugins = await startWithNetwork({ allow: ["127.0.0.1"] });
  });

  beforeEach(() => {
    serve = (socket) => socket.pipe(socket);
  });

  after(async () => {
    await plugins.interpreter.dispose();
    await server.close();
  });

  const PRELUDE = "import errno, select, selectors, socket, time\nlog = influxdb3_local.info\n";
  const body = (source: string, changes?: object) =>
    plugins.body(PRELUDE + source.replaceAll("PORT", String(server.port)), changes);

  it("sends and receives in all of a socket's ways", async () => {
    const outcome = await body(`
with socket.create_connection(("127.0.0.1", PORT), timeout=5) as s:
    s.sendall(b"abcdefghij")
    buffer = bytearray(3)
    log(s.recv(2, socket.MSG_PEEK), s.recv(2), s.recv_into(buffer), bytes(buffer), s.recv(5, socket.MSG_WAITALL))
    file = s.makefile("rw", encoding="utf-8", newline="\\n")
    file.write("line one\\nline two\\n")
    file.flush()
    log(file.readline(), file.readline())
    s.shutdown(socket.SHUT_WR)
    log(file.read(), s.recv(10))
    file.close()
    log(s.getpeername(), s.family.name, s.fileno() > 0)
log(s.fileno())
try:
    s.recv(1)
except OSError as error:
    log(error.errno == errno.EBADF)`);
    assert.deepEqual(messages(outcome), [
      "b'ab' b'ab' 3 b'cde' b'fghij'",
      "line one\n line two\n",
      " b''",
      `('127.0.0.1', ${server.port}) AF_INET True`,
      "-1",
      "True",
    ]);
  });

  it("moves large amounts both ways at once in bounded memory", async () => {
    const outcome = await body(`
s = socket.create_connection(("127.0.0.1", PORT))
block = bytes(range(256)) * 1024
received = 0
for _ in range(16):
    s.sendall(block)
    left = len(block)
    while left:
        left -= len(s.recv(left))
    received += len(block)
log(received)`);
    assert.deepEqual(messages(outcome), [String(16 * 256 * 1024)]);
  });

  it("makes a peer wait that sends faster than the plugin receives", async () => {
    let taken = 0;
    let peer: Socket | undefined;
    serve = (socket) => {
      peer = socket;
      const block = Buffer.alloc(1 << 20);
      const pour = () => {
        if (taken < 200 && !socket.destroyed) socket.write(block, () => ++taken && pour());
      };
      pour();
    };
    const outcome = await body(`
s = socket.create_connection(("127.0.0.1", PORT))
log(len(s.recv(1000)))
time.sleep(0.3)`);
    assert.deepEqual(messages(outcome), ["1000"]);
    assert.ok(taken < 50, `${taken} MB went somewhere`);
    peer?.destroy();
  });

  it("makes a plugin wait that sends faster than its peer receives", async () => {
    let peer: Socket | undefined;
    serve = (socket) => {
      peer = socket;
    };
    const outcome = await body(`
s = socket.create_connection(("127.0.0.1", PORT), timeout=0.3)
sent = 0
try:
    while sent < 1 << 30:
        sent += s.send(bytes(1 << 20))
except TimeoutError as error:
    log(error, sent < 64 << 20)`);
    assert.deepEqual(messages(outcome), ["timed out True"]);
    peer?.destroy();
  });

  it("times out, and would block, as the plugin asks", async () => {
    serve = (socket) => socket.resume();
    const outcome = await body(`
s = socket.create_connection(("127.0.0.1", PORT))
s.settimeout(0.05)
try:
    s.recv(1)
except socket.timeout as error:
    log(type(error).__name__, error)
s.setblocking(False)
try:
    s.recv(1)
except BlockingIOError as error:
    log(error.errno == errno.EAGAIN)
log(select.select([s], [], [], 0.02), select.select([s], [s], [], 1) == ([], [s], []))`);
    assert.deepEqual(messages(outcome), ["TimeoutError timed out", "True", "([], [], []) True"]);
  });

  it("waits for several sockets with select, poll and selectors", async () => {
    const outcome = await body(`
a, b = (socket.create_connection(("127.0.0.1", PORT)) for _ in range(2))
b.sendall(b"x")
log(select.select([a, b], [], [], 5)[0] == [b])
poll = select.poll()
poll.register(a, select.POLLIN)
poll.register(b.fileno(), select.POLLIN)
log(poll.poll(5000) == [(b.fileno(), select.POLLIN)])
with selectors.DefaultSelector() as selector:
    selector.register(a, selectors.EVENT_READ, "a")
    selector.register(b, selectors.EVENT_READ, "b")
    log([key.data for key, _ in selector.select(5)])
log(b.recv(5), select.select([b], [], [], 0)[0])
b.shutdown(socket.SHUT_WR)
log(select.select([b], [], [], 5)[0] == [b], b.recv(5))`);
    assert.deepEqual(messages(outcome), ["True", "True", "['b']", "b'x' []", "True b''"]);
  });

  it("raises what Python raises when peers refuse, reset and do not exist", async () => {
    serve = (socket) => socket.on("data", () => socket.resetAndDestroy());
    const free = await serveTcp(() => {});
    await free.close();
    const outcome = await body(`
s = socket.create_connection(("127.0.0.1", PORT))
s.sendall(b"x")
try:
    s.recv(1)
except ConnectionResetError as error:
    log("reset", error.errno == errno.ECONNRESET)
try:
    socket.create_connection(("127.0.0.1", ${free.port}))
except ConnectionRefusedError as error:
    log("refused", error)
log(socket.socket().connect_ex(("127.0.0.1", ${free.port})) == errno.ECONNREFUSED)`);
    assert.equal(messages(outcome)[0], "reset True");
    assert.match(messages(outcome)[1]!, /^refused \[Errno \d+\] Connection refused$/);
    assert.equal(messages(outcome)[2], "True");
    assert.match(networkEvents(outcome)[1]!, /^failed: 127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  });

  it("refuses to listen, and every kind of socket but TCP", async () => {
    const outcome = await body(`
def attempt(function):
    try:
        log("allowed", function())
    except OSError as error:
        log(type(error).__name__, error.strerror)
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt(lambda: socket.socket().listen())
attempt(lambda: socket.socket().bind(("127.0.0.1", 8000)))
attempt(lambda: socket.create_server(("", 0)))
attempt(lambda: socket.socket(fileno=3))`);
    assert.deepEqual(messages(outcome), [
      "OSError plugins have TCP sockets only",
      "PermissionError plugins cannot listen on sockets: they can only connect to others",
      "PermissionError plugins cannot listen on sockets: they can only connect to others",
      "PermissionError plugins cannot listen on sockets: they can only connect to others",
      "OSError plugins can use only sockets that they opened",
    ]);
  });

  it("bounds the open sockets of an interpreter, and finds those that nobody uses any more", async () => {
    const outcome = await body(`
kept = []
try:
    while True:
        kept.append(socket.create_connection(("127.0.0.1", PORT)))
except OSError as error:
    log(len(kept), error.errno == errno.EMFILE, error.strerror)
kept.append(kept)
del kept
socket.create_connection(("127.0.0.1", PORT)).close()`);
    assert.deepEqual(messages(outcome), [
      "64 True Too many open sockets: a plugin may have 64. Close those that you no longer need.",
    ]);
    await until(async () => (await server.open()) === 0, "the end of all connections");
  });

  it("ends a run that used up its network calls", async () => {
    const outcome = await plugins.run(
      `import socket\ndef process_writes(api, batches, args):\n  while True: socket.create_connection(("127.0.0.1", ${server.port}))`,
      { limits: { networkCalls: 20 } },
    );
    assert.equal(outcome.error?.kind, "budget");
    assert.match(outcome.error.text, /more than 20 calls on sockets .* --plugin-max-network-calls/);
  });

  it("interrupts a plugin that waits for a peer, which gets the connection's end", async () => {
    serve = (socket) => socket.resume();
    const outcome = await plugins.run(
      `import socket\ndef process_writes(api, batches, args):\n  socket.create_connection(("127.0.0.1", ${server.port})).recv(1)`,
      { limits: { timeoutMs: 200 } },
    );
    assert.equal(outcome.error?.kind, "timeout");
    assert.equal(plugins.interpreter.state, "idle");
    await until(async () => (await server.open()) === 0, "the end of the connection");
  });

  it("lets go of a connection whose making was interrupted", async () => {
    const open: Socket[] = [];
    const slow = await startWithNetwork({
      allow: ["93.184.215.14"],
      limits: { openSockets: 1 },
      connect: () => {
        const never = new Socket();
        Object.defineProperty(never, "connecting", { value: true });
        open.push(never);
        return never;
      },
    });
    const connect = `import socket\ndef process_writes(api, batches, args):\n  socket.create_connection(("93.184.215.14", 80))`;
    for (let round = 1; round <= 2; round++) {
      const outcome = await slow.run(connect, { limits: { timeoutMs: 100 } });
      assert.equal(outcome.error?.kind, "timeout", outcome.error?.text);
      assert.equal(open.length, round);
    }
    assert.ok(open[0]?.destroyed);
    await slow.interpreter.dispose();
    assert.ok(open[1]?.destroyed);
  });

  it("interrupts asyncio too", async () => {
    serve = (socket) => socket.resume();
    const outcome = await plugins.run(
      `import asyncio\nasync def main():\n  reader, _ = await asyncio.open_connection("127.0.0.1", ${server.port})\n  await reader.read()\n` +
        "def process_writes(api, batches, args):\n  asyncio.run(main())",
      { limits: { timeoutMs: 200 } },
    );
    assert.equal(outcome.error?.kind, "timeout");
    assert.equal(plugins.interpreter.state, "idle");
  });

  describe("that outlive runs", () => {
    let own: Plugins;
    let quiet: TestServer;

    beforeEach(async () => {
      quiet = await serveTcp((socket) => socket.pipe(socket));
      own = await startWithNetwork({ allow: ["127.0.0.1"] });
    });

    afterEach(async () => {
      await own.interpreter.dispose();
      await quiet.close();
    });

    const connect = () =>
      own.body(
        `import builtins, socket\nbuiltins.kept = socket.create_connection(("127.0.0.1", ${quiet.port}))`,
      );

    it("stay open, and end with their interpreter", async () => {
      await connect();
      const outcome = await own.body(
        `import builtins\nbuiltins.kept.sendall(b"hi")\ninfluxdb3_local.info(builtins.kept.recv(2))`,
      );
      assert.deepEqual(messages(outcome), ["b'hi'"]);
      assert.equal(await quiet.open(), 1);
      await own.interpreter.dispose();
      await until(async () => (await quiet.open()) === 0, "the end of the connection");
    });

    it("end with an interpreter that had to be killed", async () => {
      await connect();
      const source =
        "def process_writes(api, batches, args):\n  while True:\n    try:\n      while True: pass\n    except BaseException: pass";
      const outcome = await own.run(source, { limits: { timeoutMs: 100, graceMs: 50 } });
      assert.equal(outcome.error?.kind, "killed");
      await until(async () => (await quiet.open()) === 0, "the end of the connection");
    });
  });

  it("of an interpreter that has ended keep nobody waiting", async () => {
    const network = pluginNetwork({
      policy: new NetworkPolicy(["127.0.0.1"]),
      resolve: () => new Promise(() => {}),
    })();
    const context = { runId: "r", database: "d", cacheNamespace: "c", test: false, network: true };
    const waits = Promise.all([
      network.answer(context, { op: "wait", sockets: [], timeoutMs: 1e12 }),
      network.answer(context, { op: "resolve", host: "localhost", port: 0, timeoutMs: 1e12 }),
    ]);
    network.close();
    const [nothing] = await waits;
    assert.deepEqual(nothing, { ok: true, value: [] });
  });
});
