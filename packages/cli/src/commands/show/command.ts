import type { Command } from "../shared/action.ts";
import { formerPluginCommand } from "../shared/former-plugin.ts";
import {
  commonWithDatabase,
  formatOption,
  outputOption,
  rowLimitOption,
  serverOptions,
} from "../shared/options.ts";
import { logsCommand, packagesCommand, pluginsCommand, runsCommand, triggersCommand } from "./plugins.ts";

const limitOption = (rows: string) => rowLimitOption(rows, "Most rows to show of a table; 0 shows all");

const databasesCommand: Command = {
  name: "databases",
  help: "List the databases",
  options: [
    ...serverOptions,
    { name: "show-deleted", kind: "flag", help: "List deleted databases too" },
    formatOption,
    outputOption,
  ],
  load: async () => (await import("./run-databases.ts")).runShowDatabases,
};

const summaryCommand: Command = {
  name: "summary",
  help: "Show the first rows of every system table",
  options: [limitOption("10"), formatOption, outputOption],
  load: async () => (await import("./run-system.ts")).runSummary,
};

const tableCommand: Command = {
  name: "table",
  help: "Show rows of one system table",
  options: [
    limitOption("100"),
    {
      name: "order-by",
      short: "o",
      kind: "list",
      metavar: "ORDER_BY",
      help: "Columns to sort by, each optionally followed by asc or desc",
    },
    { name: "select", short: "s", kind: "list", metavar: "SELECT", help: "Columns to show" },
    formatOption,
    { ...outputOption, short: undefined },
  ],
  positionals: [
    { name: "system-table", metavar: "SYSTEM_TABLE", required: true, help: "Name of the system table" },
  ],
  load: async () => (await import("./run-system.ts")).runTable,
};

const tableListCommand: Command = {
  name: "table-list",
  help: "List the system tables and their columns",
  options: [formatOption, outputOption],
  load: async () => (await import("./run-system.ts")).runTableList,
};

const systemCommand: Command = {
  name: "system",
  aliases: ["s"],
  help: "Show what the server knows about a database",
  options: commonWithDatabase,
  children: [summaryCommand, tableCommand, tableListCommand],
};

export const showCommand: Command = {
  name: "show",
  help: "List databases, plugins, packages and runs, and show system tables",
  verb: "Show",
  children: [
    databasesCommand,
    pluginsCommand,
    packagesCommand,
    triggersCommand,
    runsCommand,
    logsCommand,
    systemCommand,
    formerPluginCommand("Show a plugin", "list the files that triggers run with 'influxdb3 show plugins'"),
    // Older documentation leaves the word `system` out.
    { ...summaryCommand, hidden: true, options: [...commonWithDatabase, ...(summaryCommand.options ?? [])] },
  ],
};
