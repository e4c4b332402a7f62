export type { EngineRows, NodeDescription, SystemTablesOptions } from "./system-table.ts";
export { createSystemTables } from "./system-tables.ts";
