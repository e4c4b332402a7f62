import { parseTriggerSpec, triggerSpecToJson } from "@millrace/api";
import type { Catalog, DatabaseInfo } from "../../catalog/index.ts";
import type { Clock } from "../../foundation/index.ts";
import type { LogRow, TriggerLog } from "../logs/index.ts";
import type { PluginDirectory } from "../plugin-files/index.ts";
import type { RunLog, RunRecord } from "../runs/index.ts";
import { type LiveTrigger, type TriggerState, triggerStates } from "./trigger-states.ts";

export interface TriggerRow {
  readonly triggerName: string;
  readonly pluginFilename: string;
  /** JSON text. */
  readonly triggerSpecification: string;
  readonly disabled: boolean;
  readonly errorBehavior: string;
}

export interface TriggerArgumentRow {
  readonly triggerName: string;
  readonly argumentKey: string;
  readonly argumentValue: string;
}

export interface PluginFileRow {
  readonly pluginName: string;
  readonly fileName: string;
  readonly filePath: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
}

/** The rows of the engine's system tables: docs/reference/system-tables.md. */
export interface EngineTables {
  logs(): readonly LogRow[];
  runs(): readonly RunRecord[];
  triggerStates(database: DatabaseInfo): readonly TriggerState[];
  triggers(database: DatabaseInfo): readonly TriggerRow[];
  triggerArguments(database: DatabaseInfo): readonly TriggerArgumentRow[];
  pluginFiles(): Promise<readonly PluginFileRow[]>;
}

export interface TableSources {
  readonly catalog: Pick<Catalog, "databases">;
  readonly directory: PluginDirectory;
  readonly log: TriggerLog;
  readonly runs: RunLog;
  /** Undefined for a trigger that does not run. */
  readonly live: (triggerId: number) => LiveTrigger | undefined;
  readonly clock: Clock;
}

export function engineTables(sources: TableSources): EngineTables {
  const { catalog, directory, log, runs } = sources;
  return {
    logs: () => log.rows(),
    runs: () => runs.rows(),
    triggerStates: (database) => triggerStates(database, sources),
    triggers: triggerRows,
    triggerArguments: argumentRows,
    pluginFiles: () => fileRows(catalog, directory),
  };
}

function triggerRows(database: DatabaseInfo): TriggerRow[] {
  return Array.from(database.triggers(), (trigger) => ({
    triggerName: trigger.name,
    pluginFilename: trigger.pluginFilename,
    triggerSpecification: JSON.stringify(triggerSpecToJson(parseTriggerSpec(trigger.specification))),
    disabled: trigger.disabled,
    errorBehavior: trigger.errorBehavior,
  }));
}

function argumentRows(database: DatabaseInfo): TriggerArgumentRow[] {
  return Array.from(database.triggers()).flatMap((trigger) =>
    Object.entries(trigger.arguments ?? {}).map(([argumentKey, argumentValue]) => ({
      triggerName: trigger.name,
      argumentKey,
      argumentValue,
    })),
  );
}

/** For each trigger of each database one row, a package's one for each of its files; what is not on disk is left out. */
async function fileRows(
  catalog: Pick<Catalog, "databases">,
  directory: PluginDirectory,
): Promise<PluginFileRow[]> {
  const triggers = Array.from(catalog.databases())
    .filter((database) => !database.deleted)
    .flatMap((database) => Array.from(database.triggers()));
  const rows = await Promise.all(
    triggers.map(async (trigger) => {
      const files = await directory.describe(trigger.pluginFilename);
      return files.map(({ fileName, path: filePath, sizeBytes, lastModifiedMs }) => ({
        pluginName: trigger.name,
        fileName,
        filePath,
        sizeBytes,
        lastModifiedMs,
      }));
    }),
  );
  return rows.flat();
}
