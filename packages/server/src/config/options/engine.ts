import { section } from "../option-spec.ts";

const KINDS = ["wal", "wal_flush", "schedule", "request"];

function kindsProblem(text: string): string | undefined {
  const unknown = text.split(",").find((kind) => !KINDS.includes(kind));
  return unknown === undefined
    ? undefined
    : `unknown trigger type '${unknown}', use wal, schedule or request`;
}

export const engineOptions = section("Processing engine", [
  {
    name: "plugin-dir",
    type: "string",
    metavar: "DIR",
    description: "Directory of the plugins, created when missing; without it the engine is off",
  },
  {
    name: "virtual-env-location",
    env: ["VIRTUAL_ENV", "INFLUXDB3_VIRTUAL_ENV_LOCATION"],
    type: "string",
    metavar: "DIR",
    ignored: true,
    description: "Plugins run in their own Python, not in a virtual environment of the machine",
  },
  {
    name: "package-manager",
    type: "enum",
    choices: ["discover", "pip", "uv", "disabled"],
    default: "discover",
    description: "`disabled` refuses to install packages; the other values are equal (deprecated)",
  },
  {
    name: "plugin-repo",
    type: "string",
    metavar: "URL",
    default: "https://raw.githubusercontent.com/influxdata/influxdb3_plugins/main/",
    description: "Where plugin names that begin with `gh:` are read from",
  },
  {
    name: "restrict-plugin-triggers-to",
    type: "list",
    multiple: true,
    metavar: "TYPE",
    description: "Only these trigger types may be created: `wal`, `schedule`, `request`. Default: all",
    problem: kindsProblem,
  },
  {
    name: "plugin-interpreters",
    type: "integer",
    minimum: 1,
    maximum: 1024,
    default: "8",
    description: "Python interpreters; with more triggers than this, those of one database share",
  },
  {
    name: "plugin-env",
    type: "list",
    multiple: true,
    metavar: "NAME",
    description: "Environment variables of the server that plugins may see",
    problem: (text) =>
      text.split(",").every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trim()))
        ? undefined
        : "must be a comma list of environment variable names",
  },
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
    name: "plugin-max-host-calls",
    type: "integer",
    minimum: 1,
    default: "50000",
    description: "Queries, synchronous writes and global cache calls of one run",
  },
  {
    name: "plugin-queue-size",
    type: "memory",
    default: "64mb",
    description: "Writes that may wait for one trigger; with more, writes to its database get 503",
  },
]);
