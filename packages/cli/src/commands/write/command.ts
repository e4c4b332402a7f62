import type { Command } from "../shared/action.ts";
import { atLeastOne, commonWithDatabase, precisionOption } from "../shared/options.ts";

export const writeCommand: Command = {
  name: "write",
  aliases: ["w"],
  help: "Write line protocol to a database",
  verb: "Write",
  options: [
    ...commonWithDatabase,
    {
      name: "write-host",
      metavar: "WRITE_HOST_URL",
      env: ["INFLUXDB3_WRITE_HOST_URL"],
      help: "URL to write to, when it is not --host",
    },
    { name: "file", short: "f", metavar: "FILE_PATH", help: "File of line protocol" },
    precisionOption,
    {
      name: "accept-partial",
      kind: "flag",
      help: "Store the good lines when others are refused; this is the server's default",
    },
    { name: "no-sync", kind: "flag", help: "Do not wait until the data is durable" },
    { name: "quiet", short: "q", kind: "flag", help: "No progress on stderr" },
    { name: "gzip", kind: "flag", help: "Compress what is sent" },
    {
      name: "max-request-size",
      metavar: "BYTES",
      default: "10485760",
      parse: atLeastOne,
      help: "Longest request body; input is cut between lines",
    },
    {
      name: "max-concurrent-requests",
      metavar: "N",
      default: "32",
      parse: atLeastOne,
      help: "Requests under way at the same time",
    },
  ],
  positionals: [
    {
      name: "line-protocol",
      metavar: "LINE_PROTOCOL",
      many: true,
      help: "Line protocol in one argument; without it --file, without that standard input",
    },
  ],
  load: async () => (await import("./run.ts")).runWrite,
};
