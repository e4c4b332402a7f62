import type { ColumnSchema, SqlType, TableSchema } from "@millrace/sql";
import type { Catalog, DatabaseInfo } from "../catalog/index.ts";
import type { CellValue, QueryLog } from "../query/index.ts";
import type { DataFile } from "../storage/index.ts";

export interface NodeDescription {
  readonly nodeId: string;
  readonly nodeCatalogId: number;
  readonly instanceId: string;
  readonly modes: readonly string[];
  readonly coreCount: number;
  readonly state: "running" | "stopped";
  readonly updatedAtMs: number;
  /** JSON text in which secrets are blotted out. */
  readonly cliParams: string;
}

/** What the processing engine knows; it is built after these tables and gives its rows when asked. */
export interface EngineRows {
  logs(): readonly {
    readonly timeNs: bigint;
    readonly databaseId: number;
    readonly database: string;
    readonly trigger: string;
    readonly runId: string | undefined;
    readonly level: string;
    readonly text: string;
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    readonly traceback?: string | undefined;
  }[];
  /** Of all databases, oldest first. */
  runs(): readonly PluginRunRow[];
  triggerStates(database: DatabaseInfo): readonly TriggerStateRow[];
  triggers(database: DatabaseInfo): readonly {
    readonly triggerName: string;
    readonly pluginFilename: string;
    readonly triggerSpecification: string;
    readonly disabled: boolean;
    readonly errorBehavior: string;
  }[];
  triggerArguments(database: DatabaseInfo): readonly {
    readonly triggerName: string;
    readonly argumentKey: string;
    readonly argumentValue: string;
  }[];
  pluginFiles(): Promise<
    readonly {
      readonly pluginName: string;
      readonly fileName: string;
      readonly filePath: string;
      readonly sizeBytes: number;
      readonly lastModifiedMs: number;
    }[]
  >;
}

/** A run of a plugin, while it is on and after it. */
export interface PluginRunRow {
  readonly runId: string;
  readonly databaseId: number;
  readonly database: string;
  readonly trigger: string;
  readonly pluginFilename: string;
  readonly kind: string;
  readonly startedAtNs: bigint;
  readonly waitedMs: number;
  readonly durationNs: number | undefined;
  readonly attempt: number;
  readonly rowsIn: number;
  readonly linesWritten: number;
  readonly outcome: string;
  readonly error: string | undefined;
}

/** A trigger as it is now. */
export interface TriggerStateRow {
  readonly database: string;
  readonly trigger: string;
  readonly pluginFilename: string;
  /** As it was given, like `every:10s`. */
  readonly specification: string;
  readonly runAsync: boolean;
  readonly errorBehavior: string;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  /** False for an enabled trigger that could not start. */
  readonly running: boolean;
  readonly nextRunMs: number | undefined;
  readonly queuedBytes: number;
  readonly queuedRows: number;
  readonly lastRun: PluginRunRow | undefined;
}

export interface SystemTablesOptions {
  readonly catalog: Catalog;
  readonly queryLog: QueryLog;
  readonly filesOfTable: (tableId: number) => Iterable<DataFile>;
  /** Undefined while there is no engine: its tables are empty then. */
  readonly engine: () => EngineRows | undefined;
  readonly node: () => NodeDescription;
  readonly generationDurations: readonly { readonly level: number; readonly seconds: number }[];
  /** Without authentication there is no table of tokens. */
  readonly authentication: boolean;
}

export type Row = readonly CellValue[];

/** A virtual table: its columns, and its rows as seen from one database. */
export interface SystemTable {
  readonly schema: TableSchema;
  rows(database: DatabaseInfo, options: SystemTablesOptions): readonly Row[] | Promise<readonly Row[]>;
}

type ColumnSpec = readonly [name: string, type: SqlType, nullable?: "nullable"];

export function systemTable(
  name: string,
  columns: readonly ColumnSpec[],
  rows: SystemTable["rows"],
): SystemTable {
  return { schema: { schema: "system", name, columns: columns.map(columnSchema) }, rows };
}

/** A table that the original does not have. */
export function ownTable(
  name: string,
  columns: readonly ColumnSpec[],
  rows: SystemTable["rows"],
): SystemTable {
  return { schema: { schema: "millrace", name, columns: columns.map(columnSchema) }, rows };
}

function columnSchema([name, type, nullable]: ColumnSpec): ColumnSchema {
  return { name, kind: "plain", type, nullable: nullable !== undefined };
}
