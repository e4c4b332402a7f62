import type { OptionSpec } from "../parser/index.ts";

/** Options that tuned another runtime. They are read, so that scripts keep working, and change nothing. */
const RUNTIME: readonly [name: string, metavar: string][] = [
  ["io-runtime-type", "TYPE"],
  ["io-runtime-disable-lifo-slot", "BOOL"],
  ["io-runtime-event-interval", "N"],
  ["io-runtime-global-queue-interval", "N"],
  ["io-runtime-max-blocking-threads", "N"],
  ["io-runtime-max-io-events-per-tick", "N"],
  ["io-runtime-thread-keep-alive", "DURATION"],
  ["io-runtime-thread-priority", "N"],
];

export const rootOptions: readonly OptionSpec[] = [
  { name: "version", short: "V", kind: "flag", help: "Print the version" },
  {
    name: "num-io-threads",
    aliases: ["num-threads"],
    metavar: "N",
    hidden: true,
    help: "Accepted for compatibility, without effect",
  },
  ...RUNTIME.map(([name, metavar]) => ({
    name,
    metavar,
    hidden: true,
    help: "Accepted for compatibility, without effect",
  })),
];
