import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryDirectory } from "./support/directories.ts";
import { query, type Session, send, sendJson } from "./support/http.ts";
import { metric, scrape } from "./support/metrics.ts";
import { startServer, type TestServer } from "./support/server.ts";
import { waitFor } from "./support/wait.ts";

const PLUGIN = `import urllib.request

def process_writes(influxdb3_local, table_batches, args):
    for batch in table_batches:
        for row in batch["rows"]:
            influxdb3_local.info("saw", row["f"])
            influxdb3_local.write(LineBuilder("out").float64_field("f", row["f"]))
            if row["f"] < 0:
                raise ValueError("negative")
            if row["f"] > 100:
                urllib.request.urlopen("http://192.0.2.1/")
`;

describe("what a developer sees of a plugin's runs", function () {
  this.timeout(60_000);
  let server: TestServer;
  let session: Session;

  before(async () => {
    const pluginDir = path.join(temporaryDirectory("observed"), "plugins");
    mkdirSync(pluginDir);
    writeFileSync(path.join(pluginDir, "p.py"), PLUGIN);
    server = await startServer({
      dataDir: temporaryDirectory("observed-data"),
      withoutAuth: true,
      args: ["--plugin-dir", pluginDir, "--wal-flush-interval", "50ms"],
    });
    session = { url: server.url };
    await send(session, "POST", "/api/v3/write_lp?db=db", "m f=0");
    const created = await sendJson(session, "POST", "/api/v3/configure/processing_engine_trigger", {
      db: "db",
      plugin_filename: "p.py",
      trigger_name: "t",
      trigger_specification: "table:m",
      trigger_settings: { run_async: false, error_behavior: "log" },
      disabled: false,
    });
    assert.equal(created.status, 200, created.text);
  });
  after(() => server.stop());

  const runs = () =>
    query<Record<string, unknown>>(session, "db", "SELECT * FROM millrace.plugin_runs ORDER BY started_at");

  async function writeAndWait(line: string, count: number): Promise<Record<string, unknown>> {
    await send(session, "POST", "/api/v3/write_lp?db=db", line);
    await waitFor(
      `run ${count}`,
      async () => (await runs()).filter(({ outcome }) => outcome !== "running").length === count,
    );
    return (await runs()).at(-1)!;
  }

  it("is the same in SQL, in the log and in the metrics", async () => {
    const fine = await writeAndWait("m f=1\nm f=2", 1);
    assert.deepEqual(
      [fine["kind"], fine["outcome"], fine["rows_in"], fine["writes_out"], fine["attempt"]],
      ["wal", "ok", 2, 2, 1],
    );
    const failed = await writeAndWait("m f=-1", 2);
    assert.deepEqual([failed["outcome"], failed["error"]], ["error", "ValueError: negative"]);
    const [row] = await query<Record<string, unknown>>(
      session,
      "db",
      `SELECT file, line, traceback FROM millrace.plugin_logs WHERE run_id = '${String(failed["run_id"])}' AND level = 'ERROR'`,
    );
    assert.deepEqual([row!["file"], row!["line"]], ["p.py", 9]);
    assert.match(String(row!["traceback"]), /File "p\.py", line 9, in process_writes\n {4}raise ValueError/);
    const refused = await writeAndWait("m f=101", 3);
    assert.match(String(refused["error"]), /--plugin-network/);

    const now = await scrape(session);
    const counts: [string, Record<string, string>, number][] = [
      ["millrace_plugin_runs_total", { kind: "wal", outcome: "ok" }, 1],
      ["millrace_plugin_runs_total", { kind: "wal", outcome: "error" }, 2],
      ["millrace_plugin_run_duration_seconds_count", { kind: "wal" }, 3],
      ["millrace_plugin_run_wait_seconds_count", { kind: "wal" }, 3],
      ["millrace_plugin_rows_total", { kind: "wal" }, 4],
      ["millrace_plugin_written_lines_total", { kind: "wal" }, 2],
      ["millrace_triggers_running", {}, 1],
      ["millrace_interpreters", { pool: "triggers" }, 1],
      ["millrace_interpreters_busy", { pool: "triggers" }, 0],
      ["millrace_trigger_queue_bytes", {}, 0],
      ["millrace_plugin_connections_total", { result: "refused" }, 1],
    ];
    for (const [name, labels, expected] of counts) {
      assert.equal(metric(now, name, labels), expected, `${name} ${JSON.stringify(labels)}`);
    }
  });

  it("is in _internal for all databases, and the state of each trigger beside it", async () => {
    const sql = "SELECT trigger_name, running, last_outcome FROM millrace.triggers";
    for (const database of ["db", "_internal"]) {
      assert.deepEqual(await query(session, database, sql), [
        { trigger_name: "t", running: true, last_outcome: "error" },
      ]);
    }
  });
});
