import { compareNames } from "@millrace/sql";
import type { SystemTableSource } from "../query/index.ts";
import { internalTables, tokensTable } from "./internal-tables.ts";
import { millraceTables } from "./millrace-tables.ts";
import { ordinaryTables } from "./ordinary-tables.ts";
import type { SystemTable, SystemTablesOptions } from "./system-table.ts";

/** The tables of the schemas `system` and `millrace`, over what the services below and the engine know. */
export function createSystemTables(options: SystemTablesOptions): SystemTableSource {
  const instanceTables = options.authentication ? [...internalTables, tokensTable] : internalTables;
  const system = [...ordinaryTables, ...instanceTables].sort((a, b) =>
    compareNames(a.schema.name, b.schema.name),
  );
  const all = [...system, ...millraceTables];
  const byName = new Map(all.map((table) => [qualifiedName(table), table]));
  return {
    ordinary: [...ordinaryTables, ...millraceTables].map((table) => table.schema),
    internal: all.map((table) => table.schema),
    rows(databaseId, name) {
      const database = options.catalog.databaseById(databaseId);
      const table = byName.get(name);
      if (database === undefined || table === undefined) return [];
      return table.rows(database, options);
    },
  };
}

function qualifiedName({ schema }: SystemTable): string {
  return `${schema.schema}.${schema.name}`;
}
