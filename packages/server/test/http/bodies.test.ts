import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { IncomingBody, WriteRequest } from "#src/ingest/index.js";
import { HttpRig, LIMIT_BYTES } from "./rig.ts";

const text = (body: WriteRequest["body"]): string => Buffer.concat(body as readonly Uint8Array[]).toString();

/** Room in the test's hands; `discarded` resolves when the rest will not come. */
class Room implements IncomingBody {
  readonly pieces: Buffer[] = [];
  readonly discarded: Promise<void>;
  discard: () => void = () => {};

  constructor() {
    this.discarded = new Promise((resolve) => {
      this.discard = resolve;
    });
  }

  add(piece: Uint8Array): void {
    this.pieces.push(Buffer.from(piece));
  }
}

/** Makes the next write wait for the test. */
class Turn {
  readonly asked: Promise<[database: string, sizeBytes: number | undefined]>;
  come: (admitted: boolean) => void = () => {};

  constructor(rig: HttpRig) {
    this.asked = new Promise((resolve) => {
      rig.untilAdmitted = (...question) => {
        rig.untilAdmitted = () => undefined;
        resolve(question);
        return new Promise((come) => {
          this.come = come;
        });
      };
    });
  }
}

describe("request bodies", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());
  afterEach(() => assert.deepEqual(rig.defects, []));

  const write = async (
    body: string | Uint8Array,
    headers: Record<string, string> = {},
    path = "/write?db=d",
  ) => {
    const answer = await fetch(rig.url + path, { method: "POST", body, headers });
    return { status: answer.status, text: await answer.text() };
  };
  const gzip = { "content-encoding": "gzip" };

  it("arrive whole whether their length is announced or not, at once or drop by drop", async () => {
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\ncpu x\r\n");
    for (const piece of ["3\r", "\n=1\n", "\r\n", "0\r\n", "\r\n"]) {
      await new Promise((resolve) => setImmediate(resolve));
      connection.send(piece);
    }
    assert.equal((await connection.answer()).status, 204);
    assert.equal(text(rig.lastWrite.body), "cpu x=1\n");
    assert.equal(rig.lastWrite.sizeBytes, 8);
    connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 7\r\n\r\nme").send("m y=2");
    assert.equal((await connection.answer()).status, 204);
    assert.equal(text(rig.lastWrite.body), "mem y=2");
    connection.socket.destroy();
  });

  it("go where they will be parsed piece by piece when their length is announced", async () => {
    const room = new Room();
    const sizes: number[] = [];
    rig.receive = (sizeBytes) => {
      sizes.push(sizeBytes);
      return room;
    };
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 7\r\n\r\n");
    for (const piece of ["me", "m y", "=2"]) {
      await new Promise((resolve) => setImmediate(resolve));
      connection.send(piece);
    }
    assert.equal((await connection.answer()).status, 204);
    assert.equal(rig.lastWrite.body, room);
    assert.equal(rig.lastWrite.sizeBytes, 7);
    assert.equal(text(room.pieces), "mem y=2");
    connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 5\r\n\r\nm y=3");
    assert.equal((await connection.answer()).status, 204);
    assert.deepEqual(sizes, [7]);
    rig.receive = () => undefined;
    connection.socket.destroy();
  });

  it("give their room back when the client goes away half-way", async () => {
    const room = new Room();
    const asked = new Promise<void>((resolve) => {
      rig.receive = () => {
        resolve();
        return room;
      };
    });
    const before = rig.writes.length;
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 70\r\n\r\nmem y=");
    await asked;
    connection.socket.destroy();
    await room.discarded;
    assert.equal(rig.writes.length, before);
    rig.receive = () => undefined;
  });

  it("stay with the client until the database has room for them", async () => {
    for (const admitted of [true, false]) {
      const turn = new Turn(rig);
      const before = rig.writes.length;
      const connection = rig.open();
      connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 5\r\n\r\nm y=3");
      assert.deepEqual(await turn.asked, ["d", 5]);
      assert.equal(rig.writes.length, before);
      turn.come(admitted);
      assert.equal((await connection.answer()).status, 204);
      assert.equal(rig.lastWrite.admitted, admitted);
      connection.socket.destroy();
    }
  });

  it("are forgotten when the client goes away before its turn", async () => {
    const turn = new Turn(rig);
    const before = rig.writes.length;
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 7000\r\n\r\nm y=3");
    await turn.asked;
    connection.socket.destroy();
    const next = rig.open();
    for (let i = 0; i < 2; i++) {
      next.send("POST /write?db=d HTTP/1.1\r\ncontent-length: 5\r\n\r\nm y=4");
      assert.equal((await next.answer()).status, 204);
      turn.come(true);
    }
    assert.equal(rig.writes.length, before + 2);
    next.socket.destroy();
  });

  it("wait for the go-ahead when the client asks for it", async () => {
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
    assert.equal((await connection.answer()).status, 100);
    connection.send("m y=3");
    assert.equal((await connection.answer()).status, 204);
    connection.socket.destroy();
  });

  it("are decompressed, also from several members and empty ones, whatever the case of the name", async () => {
    const members = Buffer.concat([gzipSync("cpu "), gzipSync(""), gzipSync("x=1"), gzipSync("")]);
    for (const encoding of ["gzip", "GZIP"]) {
      assert.equal((await write(members, { "content-encoding": encoding })).status, 204);
      assert.equal(text(rig.lastWrite.body), "cpu x=1");
    }
    assert.equal((await write("cpu x=2", { "content-encoding": "identity" })).status, 204);
    assert.equal(text(rig.lastWrite.body), "cpu x=2");
  });

  it("that are no gzip, or cut off, are refused", async () => {
    for (const body of ["no gzip", gzipSync("cpu x=1").subarray(0, 12), Buffer.alloc(0)]) {
      const answer = await write(body, gzip);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^error decoding gzip stream: ./);
    }
  });

  it("in other encodings are refused by name", async () => {
    for (const encoding of ["br", "deflate", "gzip, gzip"])
      assert.deepEqual(await write("x", { "content-encoding": encoding }), {
        status: 400,
        text: `unacceptable content-encoding: ${encoding}`,
      });
  });

  it("may have exactly as many bytes as the limit says, on the wire and decompressed", async () => {
    const tooLarge = { status: 413, text: `max request size (${LIMIT_BYTES} bytes) exceeded` };
    const fits = "x".repeat(LIMIT_BYTES);
    assert.equal((await write(fits)).status, 204);
    assert.equal((await write(gzipSync(fits), gzip)).status, 204);
    assert.deepEqual(await write(`${fits}x`), tooLarge);
    assert.deepEqual(await write(gzipSync(`${fits}x`), gzip), tooLarge);
    assert.deepEqual(await write(gzipSync(Buffer.alloc(9_000_000)), gzip), tooLarge);
  });

  it("over the limit leave the connection usable, as long as they end", async () => {
    const connection = rig.open();
    const size = LIMIT_BYTES + 1;
    connection.send(`POST /write?db=d HTTP/1.1\r\ncontent-length: ${size}\r\n\r\n`, "x".repeat(size));
    assert.equal((await connection.answer()).status, 413);
    connection.send("GET /health HTTP/1.1\r\n\r\n");
    assert.equal((await connection.answer()).status, 200);
    connection.socket.destroy();
  });

  it("without end are given up", async () => {
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
    const chunk = `1000\r\n${"x".repeat(0x1000)}\r\n`;
    for (let sent = 0; sent < LIMIT_BYTES * 9; sent += 0x1000) connection.send(chunk);
    const answer = await connection.answer();
    assert.equal(answer.status, 413);
    assert.equal(answer.headers["connection"], "close");
    await connection.closed;
  });

  it("that break off are nobody's defect, and nothing of them is handed on", async () => {
    const before = rig.writes.length;
    for (const path of ["/write?db=d", "/api/v2/write?bucket=d", "/api/v3/query_sql", "/api/v3/engine/x"]) {
      const connection = rig.open();
      connection.send(`POST ${path} HTTP/1.1\r\ncontent-length: 100\r\n\r\ncpu x=1\n`);
      await new Promise((resolve) => connection.socket.once("connect", resolve));
      connection.socket.end();
      await connection.closed;
    }
    assert.equal((await write("cpu x=1")).status, 204);
    assert.equal(rig.writes.length, before + 1);
    assert.equal(rig.pluginCalls.length, 0);
  });

  it("with a broken chunk are answered before the connection ends", async () => {
    const connection = rig.open();
    connection.send("POST /write?db=d HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", "nonsense\r\n");
    const answer = await connection.answer();
    assert.equal(answer.status, 400);
    assert.match(answer.body, /^Failed to read request body: ./);
    await connection.closed;
  });

  it("sent where none is expected do no harm", async () => {
    const connection = rig.open();
    connection.send(
      "GET /health HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc",
      "GET /nope HTTP/1.1\r\ncontent-length: 2\r\n\r\nxy",
    );
    connection.send("GET /ping HTTP/1.1\r\n\r\n");
    assert.deepEqual(
      [await connection.answer(), await connection.answer(), await connection.answer()].map(
        ({ status }) => status,
      ),
      [200, 404, 200],
    );
    connection.socket.destroy();
  });
});

describe("JSON bodies", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());

  const post = async (path: string, body: string | Uint8Array, type?: string) => {
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const answer = await fetch(rig.url + path, { method: "POST", body, headers });
    return { status: answer.status, text: await answer.text() };
  };
  const bytes = (body: string): Uint8Array => Buffer.from(body);

  const routes = [
    "/api/v3/configure/database",
    "/api/v3/configure/table",
    "/api/v3/configure/processing_engine_trigger",
    "/api/v3/configure/token/named_admin",
    "/api/v3/plugin_test/wal",
    "/api/v3/plugin_test/schedule",
  ];
  for (const path of routes) {
    it(`${path} wants a JSON content type`, async () => {
      for (const type of [
        undefined,
        "",
        "text/plain",
        "text/json",
        "application/jsonl",
        "application/x-json",
      ]) {
        assert.deepEqual(
          await post(path, bytes("{"), type),
          { status: 415, text: "unacceptable content-type, expected: application/json" },
          type,
        );
      }
      for (const type of [
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.x+json",
        "Application/JSON",
      ]) {
        const answer = await post(path, bytes("{}"), type);
        assert.equal(answer.status, 400, type);
        assert.match(answer.text, /^serde json error: missing field `\w+` at line 1 column 2$/);
      }
    });
  }

  it("queries take JSON whatever its content type", async () => {
    for (const type of [undefined, "text/plain", "application/x-www-form-urlencoded"])
      assert.equal((await post("/api/v3/query_sql", bytes('{"db":"d","q":"SELECT 1"}'), type)).status, 200);
  });

  it("must be UTF-8", async () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d]);
    for (const path of ["/api/v3/query_sql", "/api/v3/configure/database"])
      assert.deepEqual(await post(path, body, "application/json"), {
        status: 400,
        text: "body content is not valid utf8: invalid utf-8 sequence of 1 bytes from index 1",
      });
  });
});
