import type { Command } from "../shared/action.ts";
import { formerPluginCommand } from "../shared/former-plugin.ts";
import {
  commonWithDatabase,
  DATABASE_ENV,
  hardDeleteOption,
  serverOptions,
  yesOption,
} from "../shared/options.ts";

export const deleteCommand: Command = {
  name: "delete",
  help: "Delete a database, table or trigger",
  verb: "Delete",
  children: [
    {
      name: "database",
      help: "Delete a database",
      options: [...serverOptions, hardDeleteOption, yesOption],
      positionals: [
        {
          name: "database-name",
          metavar: "DATABASE_NAME",
          required: true,
          env: DATABASE_ENV,
          help: "Name of the database",
        },
      ],
      load: async () => (await import("./run.ts")).runDeleteDatabase,
    },
    {
      name: "table",
      help: "Delete a table",
      options: [...commonWithDatabase, hardDeleteOption, yesOption],
      positionals: [{ name: "table-name", metavar: "TABLE_NAME", required: true, help: "Name of the table" }],
      load: async () => (await import("./run.ts")).runDeleteTable,
    },
    {
      name: "trigger",
      help: "Delete a trigger",
      options: [
        ...commonWithDatabase,
        { name: "force", kind: "flag", help: "Stop it first when it is running" },
      ],
      positionals: [
        { name: "trigger-name", metavar: "TRIGGER_NAME", required: true, help: "Name of the trigger" },
      ],
      load: async () => (await import("./run.ts")).runDeleteTrigger,
    },
    formerPluginCommand(
      "Delete a plugin",
      "delete the trigger that runs it with 'influxdb3 delete trigger', and the file on the server",
    ),
  ],
};
