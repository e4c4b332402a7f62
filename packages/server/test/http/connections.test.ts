import assert from "node:assert/strict";
import { once } from "node:events";
import { HttpRig } from "./rig.ts";

describe("connections", () => {
  let rig: HttpRig;
  beforeEach(async () => {
    rig = await HttpRig.start();
  });
  afterEach(async () => {
    await rig.stop();
    assert.deepEqual(rig.defects, []);
  });

  const health = "GET /health HTTP/1.1\r\n\r\n";
  const upload = "POST /write?db=d HTTP/1.1\r\ncontent-length: 7\r\n\r\n";

  it("stay open from one request to the next, unless the client wants otherwise", async () => {
    const connection = rig.open();
    for (let i = 0; i < 3; i++) {
      const answer = await connection.send(health).answer();
      assert.equal(answer.headers["connection"], "keep-alive");
    }
    const last = await connection.send("GET /health HTTP/1.1\r\nconnection: close\r\n\r\n").answer();
    assert.equal(last.headers["connection"], "close");
    await connection.closed;
    const old = rig.open().send("GET /health HTTP/1.0\r\n\r\n");
    assert.equal((await old.answer()).body, "OK");
    await old.closed;
  });

  it("answer pipelined requests in their order, also when a later one is done first", async () => {
    let finish = (): void => {};
    rig.write = () =>
      new Promise((resolve) => {
        finish = () => resolve({ acceptedLines: 1, errors: [] });
      });
    const connection = rig.open().send(`${upload}cpu x=1${health}GET /nope HTTP/1.1\r\n\r\n`);
    const first = connection.answer();
    while (rig.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    finish();
    const answers = [await first, await connection.answer(), await connection.answer()];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [204, 200, 404],
    );
    connection.socket.destroy();
  });

  it("carry statements far longer than what browsers send", async () => {
    const connection = rig.open().send(`GET /health?q=${"x".repeat(60_000)} HTTP/1.1\r\n\r\n`);
    assert.equal((await connection.answer()).status, 200);
    connection.send(`GET /health?q=${"x".repeat(200_000)} HTTP/1.1\r\n\r\n`);
    assert.equal((await connection.answer()).status, 431);
    await connection.closed;
  });

  it("that speak something else are told so and closed", async () => {
    const connection = rig.open().send("hello there\r\n\r\n");
    assert.equal((await connection.answer()).status, 400);
    await connection.closed;
  });

  it("never take a refusal for the answer to an earlier request", async () => {
    rig.write = () => new Promise(() => {});
    const connection = rig.open().send(`${upload}cpu x=1`, "no request at all\r\n\r\n");
    await connection.closed;
    assert.equal(rig.writes.length, 1);
    await assert.rejects(connection.answer(), /the connection ended after: ""/);
  });

  describe("when the server stops", () => {
    it("idle ones and silent ones do not hold it up", async () => {
      const idle = rig.open().send(health);
      await idle.answer();
      const silent = rig.open();
      await once(silent.socket, "connect");
      await rig.open().send(health).answer();
      assert.equal(await rig.listener.close(20_000), "graceful");
      await Promise.all([idle.closed, silent.closed]);
    });

    it("busy ones get their answers, and end then", async () => {
      const busy = rig.open().send(health);
      await busy.answer();
      busy.send(upload);
      busy.send("cpu");
      let finish = (): void => {};
      const written = new Promise<void>((started) => {
        rig.write = () =>
          new Promise((resolve) => {
            started();
            finish = () => resolve({ acceptedLines: 1, errors: [] });
          });
      });
      busy.send(" x=1");
      await written;
      const closing = rig.listener.close(20_000);
      finish();
      assert.equal((await busy.answer()).status, 204);
      assert.equal(await closing, "graceful");
      await busy.closed;
    });

    it("answers under way when it stops say that they are the last", async () => {
      let finish = (): void => {};
      rig.write = () =>
        new Promise((resolve) => {
          finish = () => resolve({ acceptedLines: 1, errors: [] });
        });
      const busy = rig.open().send(`${upload}cpu x=1`);
      while (rig.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const closing = rig.listener.close(20_000);
      finish();
      assert.equal((await busy.answer()).headers["connection"], "close");
      assert.equal(await closing, "graceful");
    });

    it("what never ends is cut at the deadline", async () => {
      rig.write = () => new Promise(() => {});
      const busy = rig.open().send(`${upload}cpu x=1`);
      while (rig.writes.length === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(await rig.listener.close(1), "timed out");
      await busy.closed;
    });
  });
});
