import type { Command } from "../shared/action.ts";
import { durationSeconds, serverOptions } from "../shared/options.ts";

export const createTokenCommand: Command = {
  name: "token",
  help: "Create an admin token",
  options: [
    {
      name: "admin",
      kind: "flag",
      help: "Create an admin token: the operator token, or with --name one more",
    },
    ...serverOptions,
    { name: "name", metavar: "NAME", help: "Name of a further admin token; needs an admin token" },
    {
      name: "expiry",
      metavar: "DURATION",
      parse: durationSeconds,
      help: "How long a named token is good for, such as 30d; without it for ever",
    },
    {
      name: "regenerate",
      kind: "flag",
      help: "Replace the operator token; the old one is refused from then on",
    },
    {
      name: "format",
      metavar: "FORMAT",
      choices: ["text", "json"],
      default: "text",
      help: "Form of the answer",
    },
    {
      name: "offline",
      kind: "flag",
      help: "Make a token for `serve --admin-token-file` without talking to a server",
    },
    {
      name: "output-file",
      metavar: "OUTPUT_FILE",
      help: "File that receives an offline token; it is written with mode 0600",
    },
  ],
  check(values) {
    if (!values.flag("admin")) {
      return "Missing required subcommand. Use: influxdb3 create token --admin [OPTIONS]";
    }
    if (values.flag("regenerate") && values.has("name")) {
      return "--regenerate cannot be used with --name, --regenerate only applies for operator token";
    }
    if (values.flag("offline") && !values.has("output-file")) {
      return "the following required arguments were not provided:\n  --output-file <OUTPUT_FILE>\n\nUsage: influxdb3 create token --admin --offline --output-file <OUTPUT_FILE>\n\nFor more information, try '--help'.";
    }
    return undefined;
  },
  load: async () => (await import("./run-token.ts")).runCreateToken,
};
