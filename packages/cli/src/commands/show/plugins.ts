import type { OptionSpec } from "../../parser/index.ts";
import type { Command } from "../shared/action.ts";
import {
  commonWithDatabase,
  formatOption,
  outputOption,
  rowLimitOption,
  serverOptions,
} from "../shared/options.ts";

const triggerOption: OptionSpec = {
  name: "trigger",
  metavar: "TRIGGER_NAME",
  help: "Only this trigger",
};

export const pluginsCommand: Command = {
  name: "plugins",
  help: "List the files of the plugins that triggers run",
  options: [...serverOptions, formatOption, outputOption],
  load: async () => (await import("./run-plugins.ts")).runShowPlugins,
};

export const packagesCommand: Command = {
  name: "packages",
  help: "List the Python packages that are installed for plugins",
  options: [...serverOptions, { ...formatOption, choices: ["pretty", "json", "jsonl", "csv"] }, outputOption],
  load: async () => (await import("./run-packages.ts")).runShowPackages,
};

export const triggersCommand: Command = {
  name: "triggers",
  aliases: ["trigger"],
  help: "List the triggers of a database, when they run next and how they ran last",
  options: [...commonWithDatabase, formatOption, outputOption],
  load: async () => (await import("./run-plugins.ts")).runShowTriggers,
};

export const runsCommand: Command = {
  name: "runs",
  help: "Show the latest runs of triggers, the newest first",
  options: [
    ...commonWithDatabase,
    triggerOption,
    { name: "failed", kind: "flag", help: "Only runs that did not end well" },
    rowLimitOption("20", "Most runs to show; 0 shows all that the server remembers"),
    formatOption,
    outputOption,
  ],
  load: async () => (await import("./run-plugins.ts")).runShowRuns,
};

export const logsCommand: Command = {
  name: "logs",
  help: "Show what plugins logged last, with the tracebacks of their failures",
  options: [
    ...commonWithDatabase,
    triggerOption,
    { name: "run", metavar: "RUN_ID", help: "Only this run" },
    rowLimitOption("100", "Most lines to show; 0 shows all that the server remembers"),
    {
      ...formatOption,
      choices: ["text", "pretty", "json", "jsonl", "csv", "parquet"],
      default: "text",
    },
    outputOption,
  ],
  load: async () => (await import("./run-plugins.ts")).runShowLogs,
};
