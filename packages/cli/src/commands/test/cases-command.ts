import type { OptionSpec } from "../../parser/index.ts";
import type { Command } from "../shared/action.ts";

/** `test plugin`: the cases that lie beside plugins. */
export function casesCommand(timeoutOption: OptionSpec): Command {
  return {
    name: "plugin",
    help: "Run the test cases of plugins",
    options: [
      { name: "filter", metavar: "TEXT", help: "Only the cases whose names contain this text" },
      { name: "junit", metavar: "FILE_PATH", help: "Write the results to this file, in the form of JUnit" },
      {
        name: "update",
        kind: "flag",
        help: "Record what came of the cases as what they expect, where they failed or expect nothing yet",
      },
      { name: "watch", kind: "flag", help: "Run again whenever a plugin or a test file changes" },
      timeoutOption,
      {
        name: "virtual-env-location",
        metavar: "DIR",
        help: "Directory of installed Python packages; .venv beside the plugin when absent",
      },
    ],
    positionals: [
      {
        name: "paths",
        metavar: "PATH",
        many: true,
        help: "Test files, plugins that have one, or directories to search; the working directory when absent",
      },
    ],
    load: async () => (await import("./run-cases.ts")).runTestCases,
  };
}
