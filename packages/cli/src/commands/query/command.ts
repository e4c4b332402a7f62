import type { Command } from "../shared/action.ts";
import { commonWithDatabase, formatOption, outputOption } from "../shared/options.ts";

export const queryCommand: Command = {
  name: "query",
  aliases: ["q"],
  help: "Run a query against a database",
  verb: "Query",
  options: [
    ...commonWithDatabase,
    {
      name: "query-host",
      metavar: "QUERY_HOST_URL",
      env: ["INFLUXDB3_QUERY_HOST_URL"],
      help: "URL to query, when it is not --host",
    },
    {
      name: "language",
      short: "l",
      metavar: "LANGUAGE",
      choices: ["sql", "influxql"],
      default: "sql",
      help: "Language of the query",
    },
    formatOption,
    outputOption,
    { name: "file", short: "f", metavar: "FILE_PATH", help: "File with the query" },
  ],
  positionals: [
    {
      name: "query",
      metavar: "QUERY",
      help: "The query in one argument; without it --file, without that standard input",
    },
  ],
  load: async () => (await import("./run.ts")).runQuery,
};
