import assert from "node:assert/strict";
import { CLUSTER, HttpRig } from "./rig.ts";

describe("from request to answer", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start({ token: "Bearer good" });
  });
  after(() => rig.stop());
  afterEach(() => assert.deepEqual(rig.defects, []));

  const call = (method: string, path: string, token: string | undefined = "Bearer good") =>
    fetch(rig.url + path, { method, ...(token && { headers: { authorization: token } }) });

  it("OPTIONS is answered before credentials are asked for, on any path", async () => {
    for (const path of ["/api/v3/write_lp", "/nope", "/api/v3/engine/x", "/ping"]) {
      const answer = await call("OPTIONS", path, "");
      assert.equal(answer.status, 204);
      assert.equal(await answer.text(), "");
      for (const name of ["origin", "methods", "headers"])
        assert.equal(answer.headers.get(`access-control-allow-${name}`), "*", name);
      assert.equal(answer.headers.get("access-control-max-age"), "86400");
      assert.equal(answer.headers.get("cluster-uuid"), CLUSTER);
      assert.equal(answer.headers.get("content-length"), null);
    }
  });

  it("credentials come before the route: 401 for what is not even there", async () => {
    const answer = await call("GET", "/nope", "");
    assert.equal(answer.status, 401);
    assert.equal(await answer.text(), '{"error": "the request was not authenticated"}');
    assert.equal(answer.headers.get("content-type"), null);
    assert.equal(answer.headers.get("www-authenticate"), null);
  });

  it("method and path match exactly, or it is 404 without further hints", async () => {
    const wrong: [string, string][] = [
      ["GET", "/api/v3/write_lp"],
      ["PUT", "/api/v3/write_lp"],
      ["GET", "/write"],
      ["POST", "/write/"],
      ["POST", "//write"],
      ["POST", "/Write"],
      ["POST", "/api/v3/write_lp/"],
      ["POST", "/api/v3/write%5Flp"],
      ["GET", "/health/"],
      ["GET", "/HEALTH"],
      ["POST", "/health"],
      ["DELETE", "/ping"],
      ["DELETE", "/api/v3/query_sql"],
      ["PATCH", "/api/v3/configure/database"],
      ["GET", "/api/v3/configure/table"],
      ["GET", "/api/v3/configure/token"],
      ["PUT", "/api/v3/engine/x"],
      ["DELETE", "/api/v3/engine/x"],
      ["POST", "/api/v3/engine"],
      ["GET", "/api/v3/configure/processing_engine_trigger/enable"],
      ["GET", "/"],
      ["GET", "/ready"],
      ["POST", "/api/v2/query"],
      ["GET", "/api/v2/buckets"],
      ["POST", "/api/v3/configure/processing_engine_plugin"],
    ];
    for (const [method, path] of wrong) {
      const answer = await call(method, path);
      assert.deepEqual([answer.status, await answer.text()], [404, "Not found"], `${method} ${path}`);
      assert.equal(answer.headers.get("allow"), null);
      assert.equal(answer.headers.get("content-type"), null);
      assert.equal(answer.headers.get("cluster-uuid"), CLUSTER);
    }
  });

  it("there is no HEAD", async () => {
    for (const path of ["/ping", "/health", "/api/v3/query_sql", "/api/v3/engine/x"])
      assert.equal((await call("HEAD", path)).status, 404, path);
  });

  it("a proxy's absolute request target means its path", async () => {
    const connection = rig
      .open()
      .send("GET http://db.example:8181/health HTTP/1.1\r\nauthorization: Bearer good\r\n\r\n");
    assert.deepEqual((await connection.answer()).body, "OK");
    connection.socket.destroy();
  });

  it("every answer says which cluster it comes from, and that any page may read it", async () => {
    for (const [method, path] of [
      ["GET", "/health"],
      ["GET", "/ping"],
      ["POST", "/write?db=d"],
      ["POST", "/write"],
      ["GET", "/api/v3/query_sql"],
      ["GET", "/nope"],
    ] as const) {
      const answer = await call(method, path);
      assert.equal(answer.headers.get("cluster-uuid"), CLUSTER, path);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*", path);
      assert.equal(answer.headers.get("x-powered-by"), null);
      assert.equal(answer.headers.get("etag"), null);
      await answer.text();
    }
  });

  it("/ping says what it is, under an id that sorts by time", async () => {
    for (const method of ["GET", "POST"]) {
      const answer = await call(method, "/ping");
      assert.equal(answer.status, 200);
      assert.equal(
        await answer.text(),
        '{"product_name":"InfluxDB 3 Core","version":"3.10.0","revision":"abc","process_id":"process"}',
      );
      assert.equal(answer.headers.get("content-type"), "application/json");
      assert.equal(answer.headers.get("x-influxdb-version"), "3.10.0");
      assert.equal(answer.headers.get("x-influxdb-build"), "Core");
      assert.equal(answer.headers.get("x-millrace-version"), "9.9.9");
      const id = answer.headers.get("request-id")!;
      assert.equal(answer.headers.get("x-request-id"), id);
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const ageMs = Date.now() - Number.parseInt(id.replace("-", "").slice(0, 12), 16);
      assert.ok(Math.abs(ageMs) < 10_000, id);
    }
  });

  it("health is text, capabilities are JSON", async () => {
    for (const path of ["/health", "/api/v1/health"]) {
      const answer = await call("GET", path);
      assert.deepEqual([answer.status, await answer.text()], [200, "OK"]);
      assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    }
    const answer = await call("GET", "/api/millrace/v1/capabilities");
    assert.deepEqual(await answer.json(), {
      product: "millrace",
      version: "9.9.9",
      influxdbVersion: "3.10.0",
      features: [],
      pythonVersion: null,
    });
  });
});

describe("a server without authentication", () => {
  it("has no routes for tokens", async () => {
    const rig = await HttpRig.start({ withoutAuth: true });
    try {
      for (const [method, path] of [
        ["POST", "/api/v3/configure/token/admin"],
        ["POST", "/api/v3/configure/token/admin/regenerate"],
        ["DELETE", "/api/v3/configure/token?token_name=x"],
        ["GET", "/api/v3/configure/token/nope"],
      ] as const) {
        const answer = await fetch(rig.url + path, { method });
        assert.deepEqual(
          [answer.status, await answer.text()],
          [405, "endpoint disabled, started without auth"],
          path,
        );
      }
      assert.equal((await fetch(`${rig.url}/nope`)).status, 404);
    } finally {
      await rig.stop();
    }
  });
});
