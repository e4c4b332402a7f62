import { compareNames } from "@millrace/sql";
import type { SystemTableSource } from "../query/index.ts";
import { internalTables, tokensTable } from "./internal-tables.ts";
import { ordinaryTables } from "./ordinary-tables.ts";
import type { SystemTable, SystemTablesOptions } from "./system-table.ts";

/** The tables of schema `system`, over what the services below and the engine know. */
export function createSystemTables(options: SystemTablesOptions): SystemTableSource {
  const instanceTables = options.authentication ? [...internalTables, tokensTable] : internalTables;
  const all = [...ordinaryTables, ...instanceTables].sort((a, b) =>
    compareNames(a.schema.name, b.schema.name),
  );
  const byName = new Map<string, SystemTable>(all.map((table) => [table.schema.name, table]));
  return {
    ordinary: ordinaryTables.map((table) => table.schema),
    internal: all.map((table) => table.schema),
    rows(databaseId, name) {
      const database = options.catalog.databaseById(databaseId);
      const table = byName.get(name);
      if (database === undefined || table === undefined) return [];
      return table.rows(database, options);
    },
  };
}
