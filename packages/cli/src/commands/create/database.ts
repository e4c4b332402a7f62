import type { Command } from "../shared/action.ts";
import { DATABASE_ENV, normalisedDuration, serverOptions } from "../shared/options.ts";

export const createDatabaseCommand: Command = {
  name: "database",
  help: "Create a database",
  options: [
    ...serverOptions,
    {
      name: "retention-period",
      metavar: "RETENTION_PERIOD",
      parse: (text) => (text.toLowerCase() === "none" ? "none" : normalisedDuration(text)),
      help: "How long data is kept: a duration such as 30d, or none",
    },
  ],
  positionals: [
    {
      name: "database-name",
      metavar: "DATABASE_NAME",
      required: true,
      env: DATABASE_ENV,
      help: "Name of the new database",
    },
  ],
  load: async () => (await import("./run.ts")).runCreateDatabase,
};
