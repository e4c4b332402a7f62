import type { TableInfo } from "../../catalog/index.ts";
import type { TaskTable } from "../tasks.ts";
import type { StorageCatalog } from "./types.ts";

export function taskTable(table: TableInfo): TaskTable {
  return {
    tableId: table.id,
    databaseId: table.databaseId,
    columns: table.columns.map(({ id, name, kind, fieldType }) =>
      fieldType === undefined ? { id, name, kind } : { id, name, kind, fieldType },
    ),
  };
}

/** Whether a table's rows can be asked for, now or ever again. */
export function isLive(catalog: StorageCatalog, tableId: number): boolean {
  const table = catalog.tableById(tableId);
  return table !== undefined && !table.deleted && catalog.databaseById(table.databaseId)?.deleted === false;
}
