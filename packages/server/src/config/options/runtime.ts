import { type OptionSpec, section } from "../option-spec.ts";

/** Settings of a thread pool that this server does not have; accepted so that existing commands keep working. */
function poolOptions(prefix: string, title: string): OptionSpec[] {
  return section(title, [
    {
      name: `${prefix}-type`,
      type: "enum",
      choices: ["multi-thread", "multi-thread-alt"],
      ignored: true,
      description: "",
    },
    {
      name: `${prefix}-disable-lifo-slot`,
      type: "enum",
      choices: ["true", "false"],
      ignored: true,
      description: "",
    },
    { name: `${prefix}-event-interval`, type: "integer", ignored: true, description: "" },
    { name: `${prefix}-global-queue-interval`, type: "integer", ignored: true, description: "" },
    { name: `${prefix}-max-blocking-threads`, type: "integer", ignored: true, description: "" },
    { name: `${prefix}-max-io-events-per-tick`, type: "integer", ignored: true, description: "" },
    { name: `${prefix}-thread-keep-alive`, type: "duration", ignored: true, description: "" },
    { name: `${prefix}-thread-priority`, type: "string", ignored: true, description: "" },
  ]);
}

export const runtimeOptions: OptionSpec[] = [
  ...section("Runtime", [
    {
      name: "num-io-threads",
      aliases: ["num-threads"],
      type: "integer",
      minimum: 1,
      ignored: true,
      description: "",
    },
  ]),
  ...poolOptions("io-runtime", "Runtime"),
  ...poolOptions("datafusion-runtime", "Runtime"),
];
