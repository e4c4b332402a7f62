import { kindOf, type OptionSpec } from "./specs.ts";

export interface Collected {
  /** Texts as given, under the long names; options that were not given are absent. */
  options: Map<string, string | string[] | boolean | number>;
  positionals: string[];
}

/**
 * Collects a normalised command line with yargs. Its own help, version, exits and guesses about types are
 * off: errors are worded by this package and every text stays a text.
 */
export async function collect(argv: readonly string[], specs: readonly OptionSpec[]): Promise<Collected> {
  const { default: yargs } = await import("yargs/yargs");
  const parser = yargs().help(false).version(false).exitProcess(false).fail(false).parserConfiguration({
    "boolean-negation": false,
    "camel-case-expansion": false,
    "dot-notation": false,
    "parse-numbers": false,
    "parse-positional-numbers": false,
  });
  for (const spec of specs) {
    const kind = kindOf(spec);
    if (kind === "flag") parser.option(spec.name, { type: "boolean", default: undefined });
    else if (kind === "count") parser.option(spec.name, { type: "count", default: undefined });
    else if (kind === "list" || kind === "words") parser.option(spec.name, { type: "string", array: true });
    else parser.option(spec.name, { type: "string" });
  }
  const parsed = parser.parseSync([...argv]) as Record<string, unknown>;
  const options: Collected["options"] = new Map();
  for (const spec of specs) {
    const value = parsed[spec.name];
    if (value !== undefined) options.set(spec.name, value as string | string[] | boolean | number);
  }
  return { options, positionals: ((parsed["_"] ?? []) as unknown[]).map(String) };
}
