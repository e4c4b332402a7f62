import { type Command, CommandError } from "./action.ts";
import { commonWithDatabase } from "./options.ts";

/** What the first releases did with registered plugins, and what there is instead. */
export function formerPluginCommand(help: string, instead: string): Command {
  return {
    name: "plugin",
    help,
    hidden: true,
    options: commonWithDatabase.map((option) => ({ ...option, required: false })),
    positionals: [{ name: "plugin-name", metavar: "PLUGIN_NAME", many: true, help: "Name of the plugin" }],
    load: async () => async () => {
      throw new CommandError("plugins are files in the server's plugin directory now", instead);
    },
  };
}
