import { parseMemorySize, resolveMemorySize } from "@millrace/api/grammar";
import { section } from "../option-spec.ts";

const MEBIBYTE = 2 ** 20;

/** What Python cannot do with less of, or WebAssembly with more. A percentage depends on the machine. */
function between(least: number, most: number): (text: string) => string | undefined {
  return (text) => {
    const size = parseMemorySize(text);
    if (size.kind === "percent") return undefined;
    const megabytes = resolveMemorySize(size, 0) / MEBIBYTE;
    return megabytes >= least && megabytes <= most ? undefined : `must be between ${least}mb and ${most}mb`;
  };
}

/** What one interpreter, and one run in it, may use. */
export const pluginLimitOptions = section("Limits of plugins", [
  {
    name: "plugin-test-timeout",
    type: "duration",
    minimum: 1,
    default: "10s",
    description: "Deadline of a plugin test",
  },
  {
    name: "plugin-run-timeout",
    type: "duration",
    minimum: 1,
    default: "60s",
    description: "Deadline of one run of a trigger",
  },
  {
    name: "plugin-memory",
    type: "memory",
    default: "256mb",
    description: "Memory of one Python interpreter",
    problem: between(64, 4096),
  },
  {
    name: "plugin-stack-size",
    type: "memory",
    default: "64mb",
    description: "Stack of one Python interpreter",
    problem: between(4, 1024),
  },
  {
    name: "plugin-max-log-lines",
    type: "integer",
    minimum: 1,
    default: "10000",
    description: "Log lines of one run",
  },
  {
    name: "plugin-max-written-lines",
    type: "integer",
    minimum: 1,
    default: "100000",
    description: "Lines that one run may write",
  },
  {
    name: "plugin-max-written-size",
    type: "memory",
    default: "64mb",
    description: "Line protocol that one run may write",
  },
  {
    name: "plugin-max-output",
    type: "memory",
    default: "10mb",
    description: "Log messages and printed text of one run",
  },
  {
    name: "plugin-files-size",
    type: "memory",
    default: "128mb",
    description: "Files in the memory of one interpreter, `/tmp` for one",
  },
  {
    name: "plugin-max-files",
    type: "integer",
    minimum: 1,
    default: "20000",
    description: "Number of such files and directories, and of those that one trigger keeps",
  },
  {
    name: "plugin-space-size",
    type: "memory",
    default: "64mb",
    description: "What one trigger may keep of files that it writes below the plugin directory",
  },
  {
    name: "plugin-max-host-calls",
    type: "integer",
    minimum: 1,
    default: "50000",
    description: "Queries, synchronous writes and global cache calls of one run",
  },
  {
    name: "plugin-max-file-calls",
    type: "integer",
    minimum: 1,
    default: "100000",
    description: "Reads, writes and lookups of one run below the plugin directory",
  },
  {
    name: "plugin-max-network-calls",
    type: "integer",
    minimum: 1,
    default: "50000",
    description: "Connections, sends and receives of one run",
  },
]);
