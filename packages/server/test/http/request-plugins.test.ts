import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ServerError } from "#src/foundation/index.js";
import { CLUSTER, HttpRig } from "./rig.ts";

describe("requests to plugins", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());
  afterEach(() => assert.deepEqual(rig.defects, []));

  const answering = (status: number, headers: [string, string][], body = "body") => {
    rig.plugin = async () => ({ status, headers, body: Buffer.from(body) });
  };
  const call = (path: string, init: RequestInit = {}) => fetch(`${rig.url}/api/v3/engine/${path}`, init);
  const seen = () => rig.pluginCalls.at(-1)!;

  describe("hand on", () => {
    beforeEach(() => answering(200, []));

    it("the path as it came, from GET and POST", async () => {
      for (const path of ["my/path", "my/path/", "/path", "a%20b", "p%C3%A4th", "A"]) {
        for (const method of ["GET", "POST"]) {
          assert.equal((await call(`${path}?x=1`, { method })).status, 200);
          assert.equal(seen().path, path);
        }
      }
    });
    it("query parameters, decoded, the last of several", async () => {
      await call("p?a=1&b=x+y%20z&a=2&empty=&__proto__=p");
      assert.deepEqual(Object.entries(seen().request.query), [
        ["a", "2"],
        ["b", "x y z"],
        ["empty", ""],
        ["__proto__", "p"],
      ]);
      await call("p");
      assert.deepEqual(seen().request.query, {});
    });
    it("headers in lower case, the last of several, never the credentials", async () => {
      const connection = rig.open();
      connection.send(
        "GET /api/v3/engine/p HTTP/1.1\r\nAuthorization: Bearer secret\r\nX-One: 1\r\nx-one: 2\r\n",
      );
      connection.send(Buffer.from("X-Latin: caf\xe9\r\nCookie: a=b\r\n\r\n", "latin1"));
      assert.equal((await connection.answer()).status, 200);
      assert.deepEqual(seen().request.headers, { "x-one": "2", "x-latin": "café", cookie: "a=b" });
      connection.socket.destroy();
    });
    it("the body as bytes, decompressed; none for GET", async () => {
      const body = Buffer.from([0, 255, 10]);
      await call("p", { method: "POST", body });
      assert.deepEqual(Buffer.from(seen().request.body), body);
      await call("p", { method: "POST", body: gzipSync(body), headers: { "content-encoding": "gzip" } });
      assert.deepEqual(Buffer.from(seen().request.body), body);
      await call("p");
      assert.equal(seen().request.body.length, 0);
      assert.equal((await call("p", { method: "POST", body: "x".repeat(10_001) })).status, 413);
    });
  });

  describe("bring back", () => {
    it("status, headers and body of the plugin", async () => {
      answering(418, [
        ["Content-Type", "text/csv"],
        ["X-A", "1"],
        ["x-a", "2"],
        ["Set-Cookie", "a=1"],
        ["set-cookie", "b=2"],
      ]);
      const answer = await call("p");
      assert.equal(answer.status, 418);
      assert.equal(await answer.text(), "body");
      assert.equal(answer.headers.get("content-type"), "text/csv");
      assert.equal(answer.headers.get("x-a"), "1, 2");
      assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
      assert.equal(answer.headers.get("content-length"), "4");
    });
    it("what the server says itself only from the server", async () => {
      answering(200, [
        ["Content-Length", "100"],
        ["Transfer-Encoding", "chunked"],
        ["Connection", "close"],
        ["Trailer", "x"],
        ["Access-Control-Allow-Origin", "https://example.org"],
        ["cluster-uuid", "another"],
      ]);
      const connection = rig.open().send("GET /api/v3/engine/p HTTP/1.1\r\n\r\n");
      const { body, headers } = await connection.answer();
      assert.equal(body, "body");
      assert.equal(headers["content-length"], "4");
      assert.equal(headers["transfer-encoding"], undefined);
      assert.equal(headers["connection"], "keep-alive");
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["cluster-uuid"], CLUSTER);
      connection.socket.destroy();
    });
    it("an empty text for a header value that no header can have", async () => {
      for (const [value, sent] of [
        ["a\r\nInjected: 1", ""],
        ["a\u0000b", ""],
        ["naïve\u{1f600}", ""],
        ["tab\tand space", "tab\tand space"],
        ["café", "caf\xe9"],
      ] as const) {
        answering(200, [["X-A", value]]);
        const connection = rig.open().send("GET /api/v3/engine/p HTTP/1.1\r\n\r\n");
        const { headers, status } = await connection.answer();
        assert.deepEqual([status, headers["x-a"], headers["injected"]], [200, sent, undefined]);
        connection.socket.destroy();
      }
    });
    it("500 for a header name or a status that no answer can have", async () => {
      const down = "Processing engine error: request handler for trigger down";
      for (const [status, name] of [
        [200, "Bad Name"],
        [200, ""],
        [200, "näme"],
        [1, "X-A"],
        [99, "X-A"],
        [100, "X-A"],
        [101, "X-A"],
        [1000, "X-A"],
        [65_535, "X-A"],
      ] as const) {
        answering(status, [
          ["X-First", "1"],
          [name, "2"],
        ]);
        const answer = await call("p");
        assert.deepEqual([answer.status, await answer.text()], [500, down], `${status} ${name}`);
        assert.equal(answer.headers.get("x-first"), null);
      }
    });
    it("unusual statuses as they are, and no body where none may be", async () => {
      for (const status of [599, 600, 999]) {
        answering(status, []);
        const connection = rig.open().send("GET /api/v3/engine/p HTTP/1.1\r\n\r\n");
        const answer = await connection.answer();
        assert.deepEqual([answer.status, answer.body], [status, "body"]);
        connection.socket.destroy();
      }
      for (const status of [204, 304]) {
        answering(status, []);
        const connection = rig
          .open()
          .send("GET /api/v3/engine/p HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n\r\n");
        const answer = await connection.answer();
        assert.deepEqual([answer.status, answer.headers["content-length"]], [status, undefined]);
        assert.equal((await connection.answer()).body, "OK");
        connection.socket.destroy();
      }
    });
    it("404 in the words of the original where no plugin listens", async () => {
      rig.plugin = async () => undefined;
      for (const path of ["", "nope", "nope?x=1"]) {
        const answer = await call(path);
        assert.deepEqual([answer.status, await answer.text()], [404, '{error: "not found"}']);
        assert.equal(answer.headers.get("content-type"), null);
      }
    });
    it("what went wrong in the plugin or the engine", async () => {
      for (const [error, status, text, type] of [
        [
          new ServerError("request_plugin_failed", { detail: "Python function call failed: ValueError: x" }),
          500,
          '{"error":"Python function call failed: ValueError: x"}',
          /^$|^application\/json$/,
        ],
        [
          new ServerError("request_handler_down"),
          500,
          "Processing engine error: request handler for trigger down",
          /^$/,
        ],
      ] as const) {
        rig.plugin = () => Promise.reject(error);
        const answer = await call("p");
        assert.deepEqual([answer.status, await answer.text()], [status, text]);
        assert.match(answer.headers.get("content-type") ?? "", type);
      }
    });
  });

  it("are served side by side: one that waits holds up no other", async () => {
    let release = (): void => {};
    rig.plugin = async (path) => {
      if (path === "outer")
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return { status: 200, headers: [], body: Buffer.from(path) };
    };
    const calls = rig.pluginCalls.length;
    const outer = call("outer");
    while (rig.pluginCalls.length === calls) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await (await call("inner")).text(), "inner");
    release();
    assert.equal(await (await outer).text(), "outer");
  });

  it("whose caller has gone end without a trace", async () => {
    let release = (): void => {};
    let answered: Promise<void> = Promise.resolve();
    rig.plugin = () => {
      const answer = new Promise<{ status: number; headers: []; body: Buffer }>((resolve) => {
        release = () => resolve({ status: 200, headers: [], body: Buffer.alloc(100_000) });
      });
      answered = answer.then(() => {});
      return answer;
    };
    const calls = rig.pluginCalls.length;
    const connection = rig.open().send("GET /api/v3/engine/p HTTP/1.1\r\n\r\n");
    while (rig.pluginCalls.length === calls) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(seen().gone.aborted, false);
    const left = new Promise((resolve) => seen().gone.addEventListener("abort", resolve));
    connection.socket.destroy();
    await connection.closed;
    await left;
    release();
    await answered;
    assert.equal((await fetch(`${rig.url}/health`)).status, 200);
  });
});
