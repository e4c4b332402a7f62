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
    description:
      "Directory of installed Python packages, created when missing; default: `.venv` in the plugin directory",
  },
  {
    name: "package-manager",
    type: "enum",
    choices: ["discover", "pip", "uv", "disabled"],
    default: "discover",
    description: "`disabled` refuses to install packages; the other values are equal (deprecated)",
  },
  {
    name: "package-index",
    type: "string",
    metavar: "URL",
    secret: true,
    description:
      "Where packages are installed from: an index by URL, or a directory of wheels; default: what pip is configured to use",
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
    name: "plugin-dir-only",
    type: "boolean",
    description: "Refuse plugins that are uploaded: only files that lie in the plugin directory already run",
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
    name: "async-trigger-concurrency-limit",
    type: "integer",
    minimum: 1,
    maximum: 64,
    default: "4",
    description: "Runs of one trigger with `run_async` that may overlap, each in an interpreter of its own",
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
    name: "plugin-network",
    type: "list",
    multiple: true,
    metavar: "ADDRESS",
    description:
      "Where plugins may connect to: `host`, `host:port`, `*.domain`, `10.0.0.0/8`, or `*` for every public address. Default: nowhere but this server",
  },
  {
    name: "plugin-queue-size",
    type: "memory",
    default: "64mb",
    description:
      "Writes that may wait for one trigger; with more, writes to its database wait up to two seconds, then get 503",
  },
  {
    name: "plugin-cache-size",
    type: "memory",
    default: "64mb",
    description: "Cached values that the server keeps for plugins; past this, the oldest make room",
  },
]);
