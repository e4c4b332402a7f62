import type { Command } from "../shared/action.ts";
import { commonWithDatabase, keyValue } from "../shared/options.ts";
import { triggerSpecOption } from "../shared/trigger-spec.ts";

export const createTriggerCommand: Command = {
  name: "trigger",
  help: "Create a trigger that runs a plugin",
  options: [
    ...commonWithDatabase,
    {
      name: "path",
      aliases: ["p"],
      metavar: "PATH",
      conflicts: ["plugin-filename"],
      help: "Plugin: a path below the server's plugin directory, gh:<path>, or with --upload a local path",
    },
    {
      name: "plugin-filename",
      metavar: "PLUGIN_FILENAME",
      conflicts: ["path"],
      help: "Older spelling of --path",
    },
    {
      name: "plugin",
      metavar: "PLUGIN_NAME",
      hidden: true,
      help: "Oldest spelling of --path; .py is added when the server knows no such file",
    },
    { ...triggerSpecOption, required: true },
    {
      name: "trigger-arguments",
      kind: "list",
      metavar: "TRIGGER_ARGUMENTS",
      parse: keyValue,
      help: "Arguments for the plugin: key=value,key=value",
    },
    { name: "disabled", kind: "flag", help: "Create it without starting it" },
    {
      name: "run-asynchronous",
      kind: "flag",
      help: "Let runs overlap instead of one after the other",
    },
    {
      name: "error-behavior",
      metavar: "ERROR_BEHAVIOR",
      choices: ["log", "retry", "disable"],
      default: "log",
      help: "What happens when the plugin raises",
    },
    { name: "upload", kind: "flag", help: "Send the local file or directory of --path first" },
    { name: "trigger-name", metavar: "TRIGGER_NAME", hidden: true, help: "Older spelling of the name" },
  ],
  positionals: [
    {
      name: "name",
      metavar: "TRIGGER_NAME",
      required: true,
      option: "trigger-name",
      help: "Name of the new trigger",
    },
  ],
  load: async () => (await import("./run-trigger.ts")).runCreateTrigger,
};
