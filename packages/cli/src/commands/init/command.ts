import type { Command } from "../shared/action.ts";

export const TEMPLATES = ["wal", "schedule", "request", "multi-file"] as const;

export const initCommand: Command = {
  name: "init",
  help: "Start a project",
  verb: "Init",
  children: [
    {
      name: "plugin",
      help: "Start a plugin with test cases from a template",
      options: [
        {
          name: "template",
          metavar: "TEMPLATE",
          choices: TEMPLATES,
          default: "wal",
          help: "For written data, a schedule, HTTP requests, or a plugin of several files",
        },
      ],
      positionals: [
        {
          name: "path",
          metavar: "PATH",
          help: "Directory for the project; the working directory when absent",
        },
      ],
      load: async () => (await import("./run.ts")).runInitPlugin,
    },
  ],
};
