import type { Command } from "../shared/action.ts";
import { commonWithDatabase, keyValue } from "../shared/options.ts";

export const runCommand: Command = {
  name: "run",
  help: "Run a trigger now",
  verb: "Run",
  children: [
    {
      name: "trigger",
      help: "Run a trigger's plugin once, for real, and show what it did",
      options: [
        ...commonWithDatabase,
        { name: "lp", metavar: "LINE_PROTOCOL", help: "Data writes: line protocol to hand to the plugin" },
        {
          name: "file",
          metavar: "FILE_PATH",
          conflicts: ["lp"],
          help: "Data writes: local file of line protocol to hand to the plugin",
        },
        {
          name: "call-time",
          metavar: "RFC3339",
          help: "Schedules: the time that the plugin is told; now when absent",
        },
        {
          name: "query-parameters",
          kind: "list",
          metavar: "QUERY_PARAMETERS",
          parse: keyValue,
          help: "Requests: parameters of the URL, key=value,key=value",
        },
        {
          name: "headers",
          kind: "list",
          metavar: "HEADERS",
          parse: keyValue,
          help: "Requests: headers, name=value,name=value",
        },
        { name: "body", metavar: "BODY", help: "Requests: text of the body" },
        {
          name: "body-file",
          metavar: "FILE_PATH",
          conflicts: ["body"],
          help: "Requests: local text file with the body",
        },
        {
          name: "format",
          metavar: "FORMAT",
          choices: ["text", "json"],
          default: "text",
          help: "Form of the report",
        },
      ],
      positionals: [
        { name: "trigger-name", metavar: "TRIGGER_NAME", required: true, help: "Name of the trigger" },
      ],
      load: async () => (await import("./run.ts")).runRunTrigger,
    },
  ],
};
