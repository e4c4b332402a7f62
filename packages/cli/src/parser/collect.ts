import { kindOf, type OptionSpec, takesValue } from "./specs.ts";
import { findLong } from "./tokens.ts";

export interface Collected {
  /** Texts as given, under the long names; options that were not given are absent. */
  options: Map<string, string | string[] | boolean | number>;
  positionals: string[];
}

/**
 * yargs takes quotes off texts and guesses at types, so it never sees them: it is given the number of each
 * text instead, and what it collected is turned back afterwards.
 */
function numberTexts(words: readonly string[], specs: readonly OptionSpec[]) {
  const texts: string[] = [];
  const numbered = words.map((word) => {
    const equals = word.indexOf("=");
    const name = equals === -1 ? "" : word.slice(2, equals);
    const spec = findLong(specs, name);
    if (spec === undefined || !takesValue(spec)) return word;
    return `--${name}=${texts.push(word.slice(equals + 1)) - 1}`;
  });
  const textOf = (number: unknown) => texts[Number(number)]!;
  return { numbered, textOf };
}

/** Collects a normalised command line with yargs, whose own help, version, exits and messages are off. */
export async function collect(argv: readonly string[], specs: readonly OptionSpec[]): Promise<Collected> {
  const { default: yargs } = await import("yargs/yargs");
  const end = argv.indexOf("--");
  const { numbered, textOf } = numberTexts(argv.slice(0, end), specs);
  const parser = yargs().help(false).version(false).exitProcess(false).fail(false).parserConfiguration({
    "boolean-negation": false,
    "camel-case-expansion": false,
    "dot-notation": false,
    "parse-numbers": false,
  });
  for (const spec of specs) {
    const kind = kindOf(spec);
    if (kind === "flag") parser.option(spec.name, { type: "boolean", default: undefined });
    else if (kind === "count") parser.option(spec.name, { type: "count", default: undefined });
    else if (kind === "list" || kind === "words") parser.option(spec.name, { type: "string", array: true });
    else parser.option(spec.name, { type: "string" });
  }
  const parsed = parser.parseSync(numbered) as Record<string, unknown>;
  const options: Collected["options"] = new Map();
  // In the order given, which is the order in which usage lines name them.
  for (const name of new Set(numbered.map((word) => word.slice(2).split("=", 1)[0]!))) {
    const spec = findLong(specs, name)!;
    const value = parsed[name];
    if (!takesValue(spec)) options.set(spec.name, value as boolean | number);
    else options.set(spec.name, Array.isArray(value) ? value.map(textOf) : textOf(value));
  }
  return { options, positionals: argv.slice(end + 1) };
}
