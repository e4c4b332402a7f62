import type { Command } from "../shared/action.ts";
import { createDatabaseCommand } from "./database.ts";
import { createPluginCommand } from "./plugin.ts";
import { createTableCommand } from "./table.ts";
import { createTokenCommand } from "./token.ts";
import { createTriggerCommand } from "./trigger.ts";

export const createCommand: Command = {
  name: "create",
  help: "Create a database, table, token or trigger",
  verb: "Create",
  children: [
    createDatabaseCommand,
    createTableCommand,
    createTokenCommand,
    createTriggerCommand,
    createPluginCommand,
  ],
};
