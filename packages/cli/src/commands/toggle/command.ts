import type { Command } from "../shared/action.ts";
import { commonWithDatabase } from "../shared/options.ts";

function toggle(name: "enable" | "disable", alias: string, verb: string, help: string): Command {
  return {
    name,
    aliases: [alias],
    help,
    verb,
    children: [
      {
        name: "trigger",
        help,
        options: commonWithDatabase,
        positionals: [
          { name: "trigger-name", metavar: "TRIGGER_NAME", required: true, help: "Name of the trigger" },
        ],
        load: async () => {
          const run = await import("./run.ts");
          return name === "enable" ? run.runEnableTrigger : run.runDisableTrigger;
        },
      },
    ],
  };
}

export const enableCommand = toggle("enable", "activate", "Enable", "Start a trigger");
export const disableCommand = toggle("disable", "deactivate", "Disable", "Stop a trigger");
