import type { OptionSpec, PositionalSpec } from "../../parser/index.ts";
import type { Command } from "../shared/action.ts";
import { commonWithDatabase, keyValue } from "../shared/options.ts";

const sharedOptions: readonly OptionSpec[] = [
  ...commonWithDatabase,
  {
    name: "input-arguments",
    kind: "list",
    metavar: "INPUT_ARGUMENTS",
    parse: keyValue,
    help: "Arguments for the plugin: key=value,key=value",
  },
  {
    name: "cache-name",
    metavar: "CACHE_NAME",
    help: "Cache that this test shares with earlier ones of the same name",
  },
  {
    name: "name",
    aliases: ["n"],
    metavar: "NAME",
    hidden: true,
    parse: (text) => `${text}.py`,
    help: "Older spelling of the file, without .py",
  },
];

const fileName: PositionalSpec = {
  name: "filename",
  metavar: "FILENAME",
  required: true,
  option: "name",
  help: "Plugin: a file below the server's plugin directory, or gh:<path>",
};

export const testCommand: Command = {
  name: "test",
  help: "Run a plugin once without storing what it writes",
  verb: "Test",
  children: [
    {
      name: "wal_plugin",
      aliases: ["wal-plugin"],
      help: "Test a plugin that processes written data",
      options: [
        ...sharedOptions,
        { name: "lp", metavar: "LINE_PROTOCOL", help: "Line protocol to hand to the plugin" },
        { name: "file", metavar: "FILE_PATH", help: "Local file of line protocol to hand to the plugin" },
      ],
      positionals: [fileName],
      load: async () => (await import("./run.ts")).runTestWalPlugin,
    },
    {
      name: "schedule_plugin",
      aliases: ["schedule-plugin"],
      help: "Test a plugin that runs on a schedule",
      options: [
        ...sharedOptions,
        {
          name: "schedule",
          metavar: "CRON",
          help: "Cron expression whose next time the plugin is told; every second when absent",
        },
      ],
      positionals: [fileName],
      load: async () => (await import("./run.ts")).runTestSchedulePlugin,
    },
  ],
};
