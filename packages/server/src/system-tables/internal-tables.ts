import {
  BOOLEAN,
  compareNames,
  INT64,
  listOf,
  timestampType,
  UINT8,
  UINT32,
  UINT64,
  UTF8,
} from "@millrace/sql";
import type { TableInfo } from "../catalog/index.ts";
import { type SystemTable, systemTable } from "./system-table.ts";

const MILLIS = timestampType("ms");
const DELETION_TIME = timestampType("s", "UTC");
const NANOS_A_MILLI = 1_000_000n;
/** Enough to tell tokens apart, too little to use. */
const SHOWN_HASH_DIGITS = 9;

/** The tables about the whole instance, shown in `_internal` only: docs/reference/system-tables.md. */
export const internalTables: readonly SystemTable[] = [
  systemTable(
    "databases",
    [
      ["database_name", UTF8],
      ["retention_period_ns", UINT64, "nullable"],
      ["deleted", BOOLEAN],
      ["hard_deletion_time", DELETION_TIME, "nullable"],
    ],
    (_database, { catalog }) =>
      [...catalog.databases()].map((database) => [
        database.name,
        database.retentionPeriodNs,
        database.deleted,
        nanosOf(database.hardDeleteAtMs),
      ]),
  ),
  systemTable(
    "generation_durations",
    [
      ["level", UINT8],
      ["duration_seconds", UINT64],
    ],
    (_database, { generationDurations }) =>
      generationDurations.map(({ level, seconds }) => [level, BigInt(seconds)]),
  ),
  systemTable(
    "nodes",
    [
      ["node_id", UTF8],
      ["node_catalog_id", UINT32],
      ["instance_id", UTF8],
      ["mode", listOf(UTF8)],
      ["core_count", UINT64],
      ["state", UTF8],
      ["updated_at", MILLIS],
      ["cli_params", UTF8],
    ],
    (_database, options) => {
      const node = options.node();
      return [
        [
          node.nodeId,
          node.nodeCatalogId,
          node.instanceId,
          node.modes,
          BigInt(node.coreCount),
          node.state,
          nanosOf(node.updatedAtMs),
          node.cliParams,
        ],
      ];
    },
  ),
  systemTable(
    "plugin_files",
    [
      ["plugin_name", UTF8],
      ["file_name", UTF8],
      ["file_path", UTF8],
      ["size_bytes", INT64],
      ["last_modified", INT64],
    ],
    async (_database, { engine }) =>
      ((await engine()?.pluginFiles()) ?? []).map((file) => [
        file.pluginName,
        file.fileName,
        file.filePath,
        BigInt(file.sizeBytes),
        BigInt(Math.floor(file.lastModifiedMs)),
      ]),
  ),
  systemTable(
    "tables",
    [
      ["database_name", UTF8],
      ["table_name", UTF8],
      ["column_count", UINT64],
      ["series_key_columns", UTF8],
      ["last_cache_count", UINT64],
      ["distinct_cache_count", UINT64],
      ["deleted", BOOLEAN],
      ["hard_deletion_time", DELETION_TIME, "nullable"],
    ],
    (_database, { catalog }) =>
      [...catalog.databases()].flatMap((database) =>
        [...database.allTables()]
          .sort((a, b) => compareNames(a.name, b.name))
          .map((table) => [
            database.name,
            table.name,
            BigInt(table.columns.length),
            seriesKey(table),
            0n,
            0n,
            table.deleted || database.deleted,
            nanosOf(table.hardDeleteAtMs ?? database.hardDeleteAtMs),
          ]),
      ),
  ),
];

export const tokensTable: SystemTable = systemTable(
  "tokens",
  [
    ["token_id", UINT64],
    ["name", UTF8],
    ["hash", UTF8],
    ["created_at", MILLIS],
    ["description", UTF8, "nullable"],
    ["created_by_token_id", UINT64, "nullable"],
    ["updated_at", MILLIS, "nullable"],
    ["updated_by_token_id", UINT64, "nullable"],
    ["expiry", MILLIS, "nullable"],
    ["permissions", UTF8],
  ],
  (_database, { catalog }) =>
    [...catalog.tokens()].map((token) => [
      BigInt(token.id),
      token.name,
      token.hash.slice(0, SHOWN_HASH_DIGITS),
      nanosOf(token.createdAtMs),
      null,
      null,
      null,
      null,
      nanosOf(token.expiryMs),
      "*:*:*",
    ]),
);

function seriesKey(table: TableInfo): string {
  return table.tags.map((tag) => tag.name).join(", ");
}

/** Whatever unit a timestamp column is shown in, its values count nanoseconds. */
function nanosOf(ms: number | null): bigint | null {
  return ms === null ? null : BigInt(Math.trunc(ms)) * NANOS_A_MILLI;
}
