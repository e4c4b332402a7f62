import {
  BOOLEAN,
  compareNames,
  DURATION,
  INT64,
  listOf,
  type SqlType,
  TIMESTAMP,
  UINT16,
  UINT64,
  UTF8,
} from "@millrace/sql";
import type { ColumnInfo } from "../catalog/index.ts";
import { FieldType } from "../catalog/index.ts";
import type { LoggedQuery } from "../query/index.ts";
import type { DataFile } from "../storage/index.ts";
import { type Row, type SystemTable, systemTable } from "./system-table.ts";

const IDS = listOf(UINT16);
const NAMES = listOf(UTF8);

/** The tables that every database shows: docs/reference/system-tables.md. Names in byte order. */
export const ordinaryTables: readonly SystemTable[] = [
  systemTable(
    "distinct_caches",
    [
      ["table", UTF8],
      ["name", UTF8],
      ["column_ids", IDS],
      ["column_names", NAMES],
      ["max_cardinality", UINT64],
      ["max_age_seconds", UINT64],
    ],
    () => [],
  ),
  systemTable(
    "influxdb_schema",
    [
      ["measurement", UTF8],
      ["key", UTF8],
      ["data_type", UTF8],
    ],
    (database) =>
      [...database.tables()]
        .sort((a, b) => compareNames(a.name, b.name))
        .flatMap((table) =>
          [...table.columns]
            .sort((a, b) => compareNames(a.name, b.name))
            .map((column) => [table.name, column.name, dataType(column)]),
        ),
  ),
  systemTable(
    "last_caches",
    [
      ["table", UTF8],
      ["name", UTF8],
      ["key_column_ids", IDS],
      ["key_column_names", NAMES],
      ["value_column_ids", IDS, "nullable"],
      ["value_column_names", NAMES, "nullable"],
      ["count", UINT64],
      ["ttl", UINT64],
    ],
    () => [],
  ),
  systemTable(
    "parquet_files",
    [
      ["table_name", UTF8],
      ["path", UTF8],
      ["size_bytes", UINT64],
      ["row_count", UINT64],
      ["min_time", INT64],
      ["max_time", INT64],
    ],
    (database, { filesOfTable }) =>
      [...database.tables()]
        .sort((a, b) => compareNames(a.name, b.name))
        .flatMap((table) => [...filesOfTable(table.id)].map((file) => fileRow(table.name, file))),
  ),
  systemTable(
    "processing_engine_logs",
    [
      ["event_time", TIMESTAMP],
      ["trigger_name", UTF8],
      ["log_level", UTF8],
      ["log_text", UTF8],
    ],
    (_database, { engine }) =>
      (engine()?.logs() ?? []).map((line) => [line.timeNs, line.trigger, line.level, line.text]),
  ),
  systemTable(
    "processing_engine_trigger_arguments",
    [
      ["trigger_name", UTF8],
      ["argument_key", UTF8],
      ["argument_value", UTF8],
    ],
    (database, { engine }) =>
      (engine()?.triggerArguments(database) ?? []).map((argument) => [
        argument.triggerName,
        argument.argumentKey,
        argument.argumentValue,
      ]),
  ),
  systemTable(
    "processing_engine_triggers",
    [
      ["trigger_name", UTF8],
      ["plugin_filename", UTF8],
      ["trigger_specification", UTF8],
      ["disabled", BOOLEAN],
      ["error_behavior", UTF8],
    ],
    (database, { engine }) =>
      (engine()?.triggers(database) ?? []).map((trigger) => [
        trigger.triggerName,
        trigger.pluginFilename,
        trigger.triggerSpecification,
        trigger.disabled,
        trigger.errorBehavior,
      ]),
  ),
  systemTable("queries", queryColumns(), (database, { queryLog }) =>
    queryLog.ofDatabase(database.id).map(queryRow),
  ),
];

function fileRow(tableName: string, file: DataFile): Row {
  const { key, sizeBytes, rowCount, minTimeNs, maxTimeNs } = file;
  return [tableName, key, BigInt(sizeBytes), BigInt(rowCount), minTimeNs, maxTimeNs];
}

function dataType(column: ColumnInfo): string {
  if (column.kind !== "field") return column.kind;
  const name = Object.entries(FieldType).find(([, type]) => type === column.fieldType)?.[0];
  return name ?? "string";
}

function queryColumns(): [string, SqlType, "nullable"?][] {
  return [
    ["id", UTF8],
    ["phase", UTF8],
    ["issue_time", TIMESTAMP],
    ["query_type", UTF8],
    ["query_text", UTF8],
    ["partitions", INT64, "nullable"],
    ["parquet_files", INT64, "nullable"],
    ["plan_duration", DURATION, "nullable"],
    ["permit_duration", DURATION, "nullable"],
    ["execute_duration", DURATION, "nullable"],
    ["end2end_duration", DURATION, "nullable"],
    ["compute_duration", DURATION, "nullable"],
    ["max_memory", INT64, "nullable"],
    ["success", BOOLEAN],
    ["running", BOOLEAN],
    ["cancelled", BOOLEAN],
    ["trace_id", UTF8, "nullable"],
  ];
}

function queryRow(query: LoggedQuery): Row {
  const { end } = query;
  const nanos = (ms: number | undefined): bigint | null =>
    ms === undefined ? null : BigInt(Math.round(ms * 1_000_000));
  return [
    query.queryId,
    query.phase,
    query.issuedAtNs,
    "sql",
    query.text,
    null,
    query.fileCount === undefined ? null : BigInt(query.fileCount),
    nanos(end?.planMs),
    nanos(end?.permitMs),
    nanos(end?.executeMs),
    nanos(end?.totalMs),
    nanos(end?.computeMs),
    null,
    query.phase === "success",
    end === undefined && query.phase !== "fail",
    query.phase === "cancel",
    null,
  ];
}
