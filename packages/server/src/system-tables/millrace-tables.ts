import { BOOLEAN, FLOAT64, INT64, TIMESTAMP, UTF8 } from "@millrace/sql";
import { type DatabaseInfo, INTERNAL_DATABASE } from "../catalog/index.ts";
import {
  ownTable,
  type PluginRunRow,
  type Row,
  type SystemTable,
  type TriggerStateRow,
} from "./system-table.ts";

const NANOS_A_MILLI = 1_000_000n;

/** What developers of plugins want to see: docs/reference/system-tables.md, "Schema millrace". Names in byte order. */
export const millraceTables: readonly SystemTable[] = [
  ownTable(
    "plugin_logs",
    [
      ["time", TIMESTAMP],
      ["database_name", UTF8],
      ["trigger_name", UTF8],
      ["run_id", UTF8, "nullable"],
      ["level", UTF8],
      ["text", UTF8],
      ["file", UTF8, "nullable"],
      ["line", INT64, "nullable"],
      ["traceback", UTF8, "nullable"],
    ],
    (database, { engine }) =>
      ofDatabase(engine()?.logs() ?? [], database).map((row) => [
        row.timeNs,
        row.database,
        row.trigger,
        row.runId ?? null,
        row.level,
        row.text,
        row.file ?? null,
        row.line === undefined ? null : BigInt(row.line),
        row.traceback ?? null,
      ]),
  ),
  ownTable(
    "plugin_runs",
    [
      ["run_id", UTF8],
      ["database_name", UTF8],
      ["trigger_name", UTF8],
      ["plugin_filename", UTF8],
      ["kind", UTF8],
      ["started_at", TIMESTAMP],
      ["waited_ms", FLOAT64],
      ["duration_ms", FLOAT64, "nullable"],
      ["attempt", INT64],
      ["rows_in", INT64],
      ["writes_out", INT64],
      ["outcome", UTF8],
      ["error", UTF8, "nullable"],
    ],
    (database, { engine }) => ofDatabase(engine()?.runs() ?? [], database).map(runRow),
  ),
  ownTable(
    "triggers",
    [
      ["database_name", UTF8],
      ["trigger_name", UTF8],
      ["plugin_filename", UTF8],
      ["trigger_specification", UTF8],
      ["run_async", BOOLEAN],
      ["error_behavior", UTF8],
      ["disabled", BOOLEAN],
      ["disabled_reason", UTF8, "nullable"],
      ["running", BOOLEAN],
      ["next_run", TIMESTAMP, "nullable"],
      ["queued_rows", INT64],
      ["queued_bytes", INT64],
      ["last_run_id", UTF8, "nullable"],
      ["last_started_at", TIMESTAMP, "nullable"],
      ["last_outcome", UTF8, "nullable"],
    ],
    (database, { engine, catalog }) => {
      const databases = seesAll(database) ? [...catalog.databases()].filter((it) => !it.deleted) : [database];
      return databases.flatMap((it) => (engine()?.triggerStates(it) ?? []).map(triggerRow));
    },
  ),
];

function seesAll(database: DatabaseInfo): boolean {
  return database.name === INTERNAL_DATABASE;
}

function ofDatabase<R extends { readonly databaseId: number }>(
  rows: readonly R[],
  database: DatabaseInfo,
): readonly R[] {
  return seesAll(database) ? rows : rows.filter((row) => row.databaseId === database.id);
}

function runRow(run: PluginRunRow): Row {
  return [
    run.runId,
    run.database,
    run.trigger,
    run.pluginFilename,
    run.kind,
    run.startedAtNs,
    run.waitedMs,
    run.durationNs === undefined ? null : run.durationNs / 1e6,
    BigInt(run.attempt),
    BigInt(run.rowsIn),
    BigInt(run.linesWritten),
    run.outcome,
    run.error ?? null,
  ];
}

function triggerRow(trigger: TriggerStateRow): Row {
  const { nextRunMs, lastRun } = trigger;
  return [
    trigger.database,
    trigger.trigger,
    trigger.pluginFilename,
    trigger.specification,
    trigger.runAsync,
    trigger.errorBehavior,
    trigger.disabled,
    trigger.disabledReason,
    trigger.running,
    nextRunMs === undefined ? null : BigInt(nextRunMs) * NANOS_A_MILLI,
    BigInt(trigger.queuedRows),
    BigInt(trigger.queuedBytes),
    lastRun?.runId ?? null,
    lastRun?.startedAtNs ?? null,
    lastRun?.outcome ?? null,
  ];
}
