import { createCommand } from "./create/command.ts";
import { deleteCommand } from "./delete/command.ts";
import { initCommand } from "./init/command.ts";
import { installCommand } from "./install/command.ts";
import { queryCommand } from "./query/command.ts";
import { rootOptions } from "./root-options.ts";
import { runCommand } from "./run/command.ts";
import type { Command } from "./shared/action.ts";
import { showCommand } from "./show/command.ts";
import { testCommand } from "./test/command.ts";
import { disableCommand, enableCommand } from "./toggle/command.ts";
import { updateCommand } from "./update/command.ts";
import { writeCommand } from "./write/command.ts";

/** The server's options come from its own table, which only `serve` and its help load. */
export const SERVE = "serve";
export const VERSION = "version";

export const rootCommand: Command = {
  name: "influxdb3",
  help: "A time series database that runs InfluxDB 3 processing engine plugins",
  options: rootOptions,
  children: [
    { name: SERVE, help: "Run the server", verb: "Serve" },
    queryCommand,
    writeCommand,
    updateCommand,
    createCommand,
    showCommand,
    deleteCommand,
    enableCommand,
    disableCommand,
    runCommand,
    installCommand,
    testCommand,
    initCommand,
    { name: VERSION, help: "Print the version", hidden: true },
  ],
};
