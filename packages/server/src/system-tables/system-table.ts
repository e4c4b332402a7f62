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
    readonly trigger: string;
    readonly level: string;
    readonly text: string;
  }[];
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

function columnSchema([name, type, nullable]: ColumnSpec): ColumnSchema {
  return { name, kind: "plain", type, nullable: nullable !== undefined };
}
