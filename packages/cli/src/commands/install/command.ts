import type { OptionSpec } from "../../parser/index.ts";
import type { Command } from "../shared/action.ts";
import { serverOptions } from "../shared/options.ts";

/** Options of `serve` that tutorials give here too. They are read and change nothing. */
const OF_SERVE: readonly OptionSpec[] = [
  ["plugin-dir", "DIR"],
  ["virtual-env-location", "DIR"],
  ["package-manager", "PACKAGE_MANAGER"],
  ["plugin-repo", "URL"],
  ["restrict-plugin-triggers-to", "TYPE"],
].map(([name, metavar]) => ({
  name: name!,
  metavar: metavar!,
  hidden: true,
  help: "Accepted for compatibility, without effect",
}));

export const installCommand: Command = {
  name: "install",
  help: "Install Python packages for plugins",
  verb: "Install",
  children: [
    {
      name: "package",
      help: "Install Python packages on the server",
      options: [
        ...serverOptions,
        {
          name: "requirements",
          short: "r",
          metavar: "REQUIREMENTS_FILE",
          help: "Requirements file: a local one, whose lines are sent, or else one on the server",
        },
        ...OF_SERVE,
      ],
      positionals: [
        {
          name: "packages",
          metavar: "PACKAGES",
          many: true,
          help: "Packages as requirements, such as tomli or 'requests>=2,<3', or paths of wheels on the server",
        },
      ],
      check(values) {
        if (values.list("packages").length > 0 || values.has("requirements")) return undefined;
        return "the following required arguments were not provided:\n  <PACKAGES>...\n\nUsage: influxdb3 install package [OPTIONS] <PACKAGES>...\n\nFor more information, try '--help'.";
      },
      load: async () => (await import("./run.ts")).runInstallPackage,
    },
  ],
};
