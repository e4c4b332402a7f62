import type { OptionSpec, PositionalSpec, Values } from "../../parser/index.ts";
import type { Command } from "../shared/action.ts";
import { commonWithDatabase, keyValue, normalisedDuration } from "../shared/options.ts";
import { casesCommand } from "./cases-command.ts";

const timeoutOption: OptionSpec = {
  name: "timeout",
  metavar: "DURATION",
  parse: normalisedDuration,
  default: "10s",
  help: "Longest time that a plugin may run here",
};

const localOptions: readonly OptionSpec[] = [
  {
    name: "local",
    kind: "flag",
    help: "Run the plugin, a path on this machine, in a sandbox here; only its queries go to the server",
  },
  {
    name: "allow-network",
    kind: "flag",
    help: "With --local: let the plugin use the network",
  },
  { ...timeoutOption, help: "With --local: longest time that the plugin may run" },
  {
    name: "virtual-env-location",
    metavar: "DIR",
    help: "With --local: directory of installed Python packages; .venv beside the plugin when absent",
  },
  {
    name: "watch",
    kind: "flag",
    help: "With --local: run again whenever the plugin or its input changes",
  },
];

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
  ...localOptions,
];

const fileName: PositionalSpec = {
  name: "filename",
  metavar: "FILENAME",
  required: true,
  option: "name",
  help: "Plugin: a file below the server's plugin directory, or gh:<path>; with --local a path on this machine",
};

/** What only makes sense where the plugin runs here. */
function needsLocal(values: Values): string | undefined {
  if (values.flag("local")) return undefined;
  for (const name of ["watch", "allow-network"]) {
    if (values.flag(name)) return `--${name} needs --local: without it the plugin runs on the server`;
  }
  return undefined;
}

export const testCommand: Command = {
  name: "test",
  help: "Run a plugin once without storing what it writes, or its test cases",
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
      check: needsLocal,
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
      check: needsLocal,
      load: async () => (await import("./run.ts")).runTestSchedulePlugin,
    },
    {
      name: "request_plugin",
      aliases: ["request-plugin"],
      help: "Test a plugin that answers HTTP requests",
      options: [
        ...sharedOptions,
        {
          name: "query-parameters",
          kind: "list",
          metavar: "QUERY_PARAMETERS",
          parse: keyValue,
          help: "Query parameters of the request: key=value,key=value",
        },
        {
          name: "headers",
          kind: "list",
          metavar: "HEADERS",
          parse: keyValue,
          help: "Headers of the request: name=value,name=value",
        },
        { name: "body", metavar: "TEXT", help: "Body of the request" },
        {
          name: "body-file",
          metavar: "FILE_PATH",
          conflicts: ["body"],
          help: "Local file with the body of the request",
        },
      ],
      positionals: [fileName],
      check: needsLocal,
      load: async () => (await import("./run-request.ts")).runTestRequestPlugin,
    },
    casesCommand(timeoutOption),
  ],
};
