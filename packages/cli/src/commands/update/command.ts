import type { Command } from "../shared/action.ts";
import { databaseOption, serverOptions } from "../shared/options.ts";
import { updateTriggerCommand } from "./trigger.ts";

export const updateCommand: Command = {
  name: "update",
  help: "Change a database or a trigger",
  verb: "Update",
  children: [
    {
      name: "database",
      help: "Change how long a database keeps its data",
      options: [
        databaseOption,
        ...serverOptions,
        {
          name: "retention-period",
          short: "r",
          metavar: "RETENTION_PERIOD",
          help: "A duration such as 30d, or none to keep everything",
        },
      ],
      positionals: [
        { name: "database", metavar: "DATABASE_NAME", help: "Name of the database, instead of --database" },
      ],
      load: async () => (await import("./run.ts")).runUpdateDatabase,
    },
    updateTriggerCommand,
  ],
};
