import type { Command } from "../shared/action.ts";
import { databaseOption, serverOptions } from "../shared/options.ts";

/** The first releases registered plugins by a name. Today a plugin is a file, so the file is stored under that name. */
export const createPluginCommand: Command = {
  name: "plugin",
  help: "Store a plugin on the server",
  hidden: true,
  options: [
    { ...databaseOption, required: false },
    ...serverOptions,
    {
      name: "code-filename",
      aliases: ["filename"],
      metavar: "CODE_FILENAME",
      required: true,
      help: "Local file with the plugin",
    },
    { name: "entry-point", metavar: "FUNCTION_NAME", help: "Accepted for compatibility, without effect" },
    { name: "plugin-type", metavar: "PLUGIN_TYPE", help: "Accepted for compatibility, without effect" },
  ],
  positionals: [
    { name: "plugin-name", metavar: "PLUGIN_NAME", required: true, help: "Name of the plugin, without .py" },
  ],
  load: async () => (await import("./run-plugin.ts")).runCreatePlugin,
};
