import assert from "node:assert/strict";
import { ServiceRig } from "../query/service-rig.ts";
import { engine } from "./engine-rows.ts";

describe("tables about plugins", () => {
  let rig: ServiceRig;
  before(async () => {
    rig = await ServiceRig.open({ system: { engine: () => engine } });
    await rig.table("db", "home", [], [{ name: "temp", type: "float64" }]);
  });
  after(() => rig.close());
  const internal = { database: "_internal" };

  it("plugin_runs has the runs of the database asked, and all of them in _internal", async () => {
    assert.deepEqual(await rig.rows("SELECT * FROM millrace.plugin_runs WHERE run_id = 'r1'"), [
      {
        run_id: "r1",
        database_name: "db",
        trigger_name: "t1",
        plugin_filename: "p.py",
        kind: "wal",
        started_at: "2023-11-14T22:13:20.000000001",
        waited_ms: 0.25,
        duration_ms: 1.5,
        attempt: 1,
        rows_in: 3,
        writes_out: 2,
        outcome: "ok",
      },
    ]);
    const ids = "SELECT run_id FROM millrace.plugin_runs WHERE trigger_name = 't1' ORDER BY run_id DESC";
    assert.equal(await rig.text(ids), '[{"run_id":"r2"},{"run_id":"r1"}]');
    assert.equal(await rig.text(ids, internal), '[{"run_id":"r3"},{"run_id":"r2"},{"run_id":"r1"}]');
    assert.equal(
      await rig.text(
        "SELECT outcome, avg(duration_ms) AS ms FROM public.millrace.plugin_runs GROUP BY outcome ORDER BY 1",
      ),
      '[{"outcome":"error","ms":1.5},{"outcome":"ok","ms":1.5}]',
    );
  });

  it("plugin_logs says where in the plugin a run failed", async () => {
    const [failure] = await rig.rows(
      "SELECT run_id, file, line, traceback FROM millrace.plugin_logs WHERE level = 'ERROR'",
    );
    assert.equal(failure!["file"], "p.py");
    assert.equal(failure!["line"], 7);
    assert.match(String(failure!["traceback"]), /^Traceback.*\n {2}File "p.py", line 7, in process_writes\n/);
    const count = "SELECT count(*) AS n FROM millrace.plugin_logs";
    assert.equal(await rig.text(count), '[{"n":2}]');
    assert.equal(await rig.text(count, internal), '[{"n":3}]');
  });

  it("joins with the logs of the same run", async () => {
    assert.equal(
      await rig.text(
        "SELECT l.text FROM millrace.plugin_runs r JOIN millrace.plugin_logs l ON r.run_id = l.run_id WHERE l.level = 'INFO'",
      ),
      '[{"text":"starting execution of wal plugin."}]',
    );
  });

  it("triggers shows what a trigger waits for, and why it is disabled", async () => {
    const rows = await rig.rows("SELECT * FROM millrace.triggers ORDER BY trigger_name");
    assert.deepEqual(rows, [
      {
        database_name: "db",
        trigger_name: "t1",
        plugin_filename: "p.py",
        trigger_specification: "every:10s",
        run_async: true,
        error_behavior: "disable",
        disabled: false,
        running: true,
        next_run: "2023-11-14T22:13:30",
        queued_rows: 1,
        queued_bytes: 12,
        last_run_id: "r1",
        last_started_at: "2023-11-14T22:13:20.000000001",
        last_outcome: "ok",
      },
      {
        database_name: "db",
        trigger_name: "t2",
        plugin_filename: "q.py",
        trigger_specification: "all_tables",
        run_async: false,
        error_behavior: "log",
        disabled: true,
        disabled_reason: "its plugin failed",
        running: false,
        queued_rows: 0,
        queued_bytes: 0,
      },
    ]);
    assert.equal(
      await rig.text("SELECT count(*) AS n FROM millrace.triggers", internal),
      '[{"n":2}]',
      "those of all databases",
    );
  });

  it("hold thousands of rows, which arrive in their order", async () => {
    const [run] = engine.runs();
    const many = Array.from({ length: 9_999 }, (_, i) => ({ ...run!, rowsIn: i }));
    const full = await ServiceRig.open({ system: { engine: () => ({ ...engine, runs: () => many }) } });
    await full.table("db", "home", [], [{ name: "temp", type: "float64" }]);
    const rows = await full.rows("SELECT rows_in FROM millrace.plugin_runs");
    await full.close();
    assert.deepEqual(
      rows.map((row) => row["rows_in"]),
      many.map(({ rowsIn }) => rowsIn),
    );
  });
});
