import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repository } from "./support/cli.ts";
import { startContracted } from "./support/contract.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send } from "./support/http.ts";
import { type Families, metric, scrape, snapshotAlways, untilSnapshotted } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";

describe("metrics of a real server", function () {
  this.timeout(60_000);
  let server: TestServer;
  let session: Session;

  before(async () => {
    server = await startServer({
      dataDir: temporaryDirectory("metrics"),
      withoutAuth: true,
      args: snapshotAlways,
    });
    session = { url: server.url };
  });
  after(() => server.stop());

  it("count what happens from write to data file and query", async () => {
    const start = await scrape(session);
    assert.equal(metric(start, "influxdb3_write_lines_total"), 0);
    const write = (db: string, body: string) => send(session, "POST", `/api/v3/write_lp?db=${db}`, body);
    assert.equal((await write("a", "m,t=x f=1 1700000000\nm,t=y f=2 1700000000")).status, 204);
    assert.equal((await write("a", "m,t=x f=3 1700000001\nbad")).status, 400);
    assert.equal((await write("b", "m f=1")).status, 204);
    assert.equal((await send(session, "GET", "/made-up")).status, 404);
    await untilSnapshotted(session);
    assert.equal((await query(session, "a", "SELECT * FROM m")).length, 3);

    const now = await scrape(session);
    const counts: [string, Record<string, string>, number][] = [
      ["influxdb3_write_lines_total", { db: "a" }, 3],
      ["influxdb3_write_lines_total", { db: "b" }, 1],
      ["influxdb3_write_lines_rejected_total", { db: "a" }, 1],
      ["influxdb3_write_bytes_total", { db: "b" }, "m f=1".length],
      ["http_requests_total", { path: "/api/v3/write_lp", status: "ok" }, 2],
      ["http_requests_total", { method_path: "POST /api/v3/write_lp", status: "client_error" }, 1],
      ["http_requests_total", { path: "unknown" }, 1],
      ["http_request_duration_seconds_count", { path: "/api/v3/write_lp" }, 3],
      ["millrace_errors_total", { code: "partial_write" }, 1],
      ["millrace_http_requests_under_way", {}, 1],
      ["influxdb3_catalog_operations_total", { type: "database_created" }, 2],
      ["influxdb_iox_query_log_end2end_duration_seconds_count", {}, 1],
      ["influxdb_iox_query_log_phase_entered_total", { phase: "success" }, 1],
      ["influxdb_iox_query_log_parquet_files_count", {}, 1],
      ["iox_async_semaphore_permits_acquired", {}, 0],
      ["millrace_snapshot_rows_total", {}, 4],
      ["millrace_snapshot_failures_total", {}, 0],
      ["millrace_wal_failed_groups_total", {}, 0],
      ["millrace_queries_under_way", {}, 0],
    ];
    for (const [name, labels, expected] of counts) {
      assert.equal(metric(now, name, labels), expected, `${name} ${JSON.stringify(labels)}`);
    }
    assert.equal(
      metric(now, "millrace_wal_sync_duration_seconds_count"),
      metric(now, "millrace_wal_groups_total"),
    );
    assert.equal(metric(now, "millrace_wal_entries_total"), 3);
    assert.ok(metric(now, "influxdb_iox_query_log_parquet_files_sum") >= 1);
    assert.ok(metric(now, "millrace_data_files") >= 2 && metric(now, "millrace_data_file_bytes") > 0);
    const snapshotBytes = metric(now, "millrace_snapshot_bytes_total");
    assert.ok(metric(now, "object_store_transfer_bytes_total", { op: "put" }) > snapshotBytes);
    assert.ok(Math.abs(metric(now, "process_start_time_seconds") - Date.now() / 1000) < 60);
  });

  it("never count backwards, and forget databases that are gone", async () => {
    const before = await scrape(session);
    const deleted = await send(session, "DELETE", "/api/v3/configure/database?db=b");
    assert.equal(deleted.status, 200);
    const now = await scrape(session);
    const others = (families: Families) =>
      [...families.values()]
        .filter(({ type }) => type !== "gauge")
        .flatMap(({ samples }) => samples)
        .filter(({ labels }) => labels["db"] !== "b");
    const later = new Map(
      others(now).map((sample) => [JSON.stringify([sample.name, sample.labels]), sample]),
    );
    for (const { name, labels, value: earlier } of others(before)) {
      const found = later.get(JSON.stringify([name, labels]));
      assert.ok(found !== undefined && found.value >= earlier, `${name} ${JSON.stringify(labels)}`);
    }
    const databases = now.get("influxdb3_write_lines_total")!.samples.map(({ labels }) => labels["db"]);
    assert.deepEqual(databases, ["a"]);
  });

  it("are exactly those of the reference page", async () => {
    const page = readFileSync(path.join(repository, "docs", "reference", "metrics.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|/gm)];
    const documented = rows.map(([, name, type]) => `${name} ${type}`);
    const served = await scrape(session);
    assert.deepEqual(
      [...served.values()].map(({ name, type }) => `${name} ${type}`),
      documented,
    );
    for (const [, name, , labels] of rows) {
      const expected = [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label);
      for (const sample of served.get(name!)!.samples) {
        const { le: _bound, ...own } = sample.labels;
        assert.deepEqual(Object.keys(own), expected, name);
      }
    }
  });
});

describe("who may read metrics", function () {
  this.timeout(60_000);

  for (const [args, status] of [
    [["--disable-authz", "health"], 401],
    [["--disable-authz", "metrics"], 200],
  ] as const) {
    it(`without a token, under ${args.join(" ")}: ${status}`, async () => {
      const { server, session } = await startContracted({ args: [...args] });
      try {
        assert.equal((await send({ url: session.url }, "GET", "/metrics")).status, status);
        assert.equal((await send(session, "GET", "/metrics")).status, 200);
        assert.equal((await send(session, "POST", "/metrics")).status, 404);
      } finally {
        await server.stop();
      }
    });
  }
});
