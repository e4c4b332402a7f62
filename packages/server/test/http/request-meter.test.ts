import assert from "node:assert/strict";
import type { RequestSeries } from "#src/http/index.js";
import { answerOf, HttpRig } from "./rig.ts";

describe("the meter of requests", () => {
  let rig: HttpRig;
  beforeEach(async () => {
    rig = await HttpRig.start();
  });
  afterEach(() => rig.stop());

  const counted = (): Record<string, number> =>
    Object.fromEntries(
      Array.from(rig.meter.series(), ({ method, path, outcome, durationMs }: RequestSeries) => [
        `${method} ${path} ${outcome}`,
        durationMs.count,
      ]),
    );
  /** A request is counted when its answer is out of the door, which the client may see first. */
  const settled = async (): Promise<void> => {
    while (rig.meter.underWay > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const call = async (method: string, path: string, body?: string): Promise<number> => {
    const answer = await fetch(rig.url + path, { method, ...(body === undefined ? {} : { body }) });
    await answer.arrayBuffer();
    return answer.status;
  };

  it("counts by route and outcome", async () => {
    await call("POST", "/api/v3/write_lp?db=a", "m f=1");
    await call("POST", "/api/v3/write_lp?db=b", "m f=1");
    await call("POST", "/api/v3/write_lp", "m f=1");
    rig.write = async () => {
      throw new Error("broken");
    };
    await call("POST", "/api/v3/write_lp?db=a", "m f=1");
    await settled();
    assert.deepEqual(counted(), {
      "POST /api/v3/write_lp ok": 2,
      "POST /api/v3/write_lp client_error": 1,
      "POST /api/v3/write_lp server_error": 1,
    });
    assert.deepEqual(Object.fromEntries(rig.meter.errors), { write_database_missing: 1, internal: 1 });
  });

  it("makes no series of what clients make up", async () => {
    for (let i = 0; i < 20; i++) {
      await call("GET", `/made-up/${i}`);
      await call("POST", `/api/v3/engine/plugin-${i}`);
      await rig.open().send(`ODD${i} / HTTP/1.1\r\nconnection: close\r\n\r\n`).closed;
      await rig.open().send("PROPFIND / HTTP/1.1\r\nconnection: close\r\n\r\n").closed;
    }
    await call("OPTIONS", "/write");
    await settled();
    assert.deepEqual(counted(), {
      "GET unknown client_error": 20,
      "POST /api/v3/engine/ client_error": 20,
      "OTHER unknown client_error": 20,
      "OPTIONS /write ok": 1,
    });
  });

  it("tells clients that left from those that were answered", async () => {
    const client = rig.open().send("POST /write?db=a HTTP/1.1\r\ncontent-length: 100\r\n\r\nm f=1");
    while (rig.meter.underWay === 0) await new Promise((resolve) => setImmediate(resolve));
    client.socket.destroy();
    await settled();
    assert.deepEqual(counted(), { "POST /write aborted": 1 });
  });

  it("knows the size of answers, sent in pieces or not", async () => {
    rig.sql = async () => answerOf("[1,", "2]");
    await call("GET", "/api/v3/query_sql?db=a&q=x");
    await call("GET", "/health");
    await call("POST", "/write?db=a", "m f=1");
    await settled();
    const sizes = Array.from(rig.meter.series(), ({ path, bodyBytes }) => [path, bodyBytes.sum]);
    assert.deepEqual(Object.fromEntries(sizes), { "/api/v3/query_sql": 5, "/health": 2, "/write": 0 });
  });
});
