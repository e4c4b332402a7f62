import type { Command } from "../shared/action.ts";
import { commonWithDatabase, keyValue } from "../shared/options.ts";
import { triggerSpecOption } from "../shared/trigger-spec.ts";
import { changesSettings } from "./trigger-settings.ts";

export const updateTriggerCommand: Command = {
  name: "trigger",
  help: "Replace the plugin of a trigger, or change how it runs",
  options: [
    ...commonWithDatabase,
    {
      name: "trigger-name",
      short: "t",
      metavar: "TRIGGER_NAME",
      required: true,
      help: "Name of the trigger",
    },
    {
      name: "path",
      short: "p",
      metavar: "PATH",
      help: "Local file or directory that replaces the trigger's plugin on the server",
    },
    { name: "upload", kind: "flag", hidden: true, help: "Accepted for compatibility: --path is always sent" },
    {
      name: "plugin-filename",
      metavar: "PLUGIN_FILENAME",
      conflicts: ["path"],
      help: "Another plugin, which the server has: a path below its plugin directory, or gh:<path>",
    },
    { ...triggerSpecOption, help: "When it runs from now on, as for create trigger" },
    {
      name: "trigger-arguments",
      kind: "list",
      metavar: "TRIGGER_ARGUMENTS",
      parse: keyValue,
      help: "Arguments that replace all earlier ones: key=value,key=value",
    },
    {
      name: "no-trigger-arguments",
      kind: "flag",
      conflicts: ["trigger-arguments"],
      help: "Take all arguments away",
    },
    {
      name: "run-asynchronous",
      kind: "flag",
      help: "Let runs overlap; --run-asynchronous=false lets them follow each other again",
    },
    {
      name: "error-behavior",
      metavar: "ERROR_BEHAVIOR",
      choices: ["log", "retry", "disable"],
      help: "What happens when the plugin raises",
    },
    { name: "enabled", kind: "flag", conflicts: ["disabled"], help: "Start it, like enable trigger" },
    { name: "disabled", kind: "flag", help: "Stop it, like disable trigger" },
  ],
  check(values) {
    if (["path", "enabled", "disabled"].some((name) => values.has(name)) || changesSettings(values)) {
      return undefined;
    }
    return "the following required arguments were not provided:\n  --path <PATH>\n\nUsage: influxdb3 update trigger [OPTIONS] --database <DATABASE_NAME> --trigger-name <TRIGGER_NAME> --path <PATH>\n\nFor more information, try '--help'.";
  },
  load: async () => (await import("./run-trigger.ts")).runUpdateTrigger,
};
