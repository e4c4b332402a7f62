import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { influxdb3 } from "./support/cli.ts";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send, sendJson } from "./support/http.ts";
import { snapshotAlways, untilSnapshotted } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const DATABASE = "/api/v3/configure/database";

/** Data files come, expire and are deleted: on the disk too, and as commands and system tables show it. */
describe("data files of a real server", function () {
  this.timeout(120_000);
  const dataDir = temporaryDirectory("retention");
  let server: TestServer;
  let session: Session;

  before(async () => {
    const often = ["--retention-check-interval", "200ms", "--delete-grace-period", "100ms"];
    server = await startServer({ dataDir, withoutAuth: true, args: [...snapshotAlways, ...often] });
    session = { url: server.url };
  });
  after(() => server.stop());

  const cli = async (command: string, input?: string): Promise<string> => {
    const args = [...command.split(" "), "--host", session.url];
    const result = await influxdb3(args, input === undefined ? {} : { input });
    assert.equal(result.exitCode, 0, result.stderr);
    return result.stdout;
  };
  const exist = (files: readonly string[]): boolean[] =>
    files.map((file) => existsSync(path.join(dataDir, file)));
  const listed = async (db: string): Promise<string[]> => {
    const rows = await query<{ path: string }>(session, db, "SELECT path FROM system.parquet_files");
    return rows.map((row) => row.path).sort();
  };
  const retention = async (db: string): Promise<unknown> => {
    const sql = `SELECT retention_period_ns FROM system.databases WHERE database_name = '${db}'`;
    const [row] = await query<{ retention_period_ns?: number }>(session, "_internal", sql);
    return row?.retention_period_ns ?? null;
  };
  const write = async (db: string, lines: readonly string[]): Promise<void> => {
    const target = `/api/v3/write_lp?db=${db}&precision=second`;
    assert.equal((await send(session, "POST", target, lines.join("\n"))).status, 204);
  };
  const written = async (db: string, lines: readonly string[]): Promise<string[]> => {
    await write(db, lines);
    await untilSnapshotted(session);
    return await listed(db);
  };
  const nowSeconds = (): number => Math.floor(Date.now() / 1000);
  const DAY_SECONDS = 86_400;

  it("are listed where they are, also by the command line", async () => {
    const lines = [`m,t=a v=1 ${nowSeconds()}`, `m,t=a v=2 ${nowSeconds() - 40 * DAY_SECONDS}`];
    const files = await written("kept", lines);
    assert.deepEqual(exist(files), [true, true]);
    const shown = await cli("show system --database kept table parquet_files --format json");
    const rows = JSON.parse(shown) as { path: string; row_count: number }[];
    assert.deepEqual(rows.map((row) => row.path).sort(), files);
    assert.ok(rows.every(({ row_count }) => row_count === 1));
  });

  it("go when all their rows are older than the retention period", async () => {
    assert.equal(await retention("kept"), null);
    const files = await listed("kept");
    await cli("update database --database kept --retention-period 30d");
    assert.equal(await retention("kept"), 30 * DAY_SECONDS * 1e9);
    assert.equal((await query(session, "kept", "SELECT * FROM m")).length, 1);
    await waitFor("the old file to go", () => exist(files).includes(false));
    assert.deepEqual(exist(files), [false, true]);
    assert.deepEqual(await listed("kept"), files.slice(1));
    await cli("update database --database kept --retention-period none");
    assert.equal((await query(session, "kept", "SELECT * FROM m")).length, 1);
  });

  it("the period is set and cleared over HTTP", async () => {
    const period = `${DATABASE}/retention_period`;
    const steps: [string, string, number, unknown][] = [
      ["POST", `${period}?db=kept&duration=7d`, 204, 7 * DAY_SECONDS * 1e9],
      ["POST", `${period}?db=kept&duration=soon`, 400, 7 * DAY_SECONDS * 1e9],
      ["DELETE", `${period}?db=kept`, 204, null],
      ["DELETE", `${period}?db=nowhere`, 404, null],
    ];
    for (const [method, target, status, expected] of steps) {
      assert.equal((await send(session, method, target)).status, status, `${method} ${target}`);
      assert.equal(await retention("kept"), expected);
    }
    const put = (body: unknown) => sendJson(session, "PUT", DATABASE, body);
    assert.equal((await put({ db: "kept", retention_period: "2d" })).status, 200);
    assert.equal(await retention("kept"), 2 * DAY_SECONDS * 1e9);
    assert.equal((await put({ db: "kept" })).status, 200);
    assert.equal(await retention("kept"), null);
  });

  it("of deleted tables and databases go at the time that was asked for", async () => {
    const files = await written("doomed", [`a v=1 ${nowSeconds()}`, `b v=1 ${nowSeconds()}`]);
    await cli("delete table --database doomed a --hard-delete never", "yes\n");
    await cli("delete table --database doomed b --hard-delete now", "yes\n");
    await waitFor("the files of one table to go", () => exist(files).includes(false));
    assert.deepEqual(exist(files), [true, false]);
    const deleted = `${DATABASE}?db=doomed&hard_delete_at=2020-01-01T00:00:00Z`;
    assert.equal((await send(session, "DELETE", deleted)).status, 200);
    await waitFor("the rest to go", () => !exist(files).includes(true));
    await waitFor("the database to be forgotten", async () => {
      const sql = "SELECT database_name FROM system.databases";
      const rows = await query<{ database_name: string }>(session, "_internal", sql);
      return !rows.some(({ database_name: name }) => name.startsWith("doomed"));
    });
    const odd = await send(session, "DELETE", `${DATABASE}?db=kept&hard_delete_at=soon`);
    assert.equal(odd.status, 400);
    assert.match(odd.text, /^Cannot parse the timestamp: /);
    assert.equal((await query(session, "kept", "SELECT * FROM m")).length, 1);
  });
});
