import type { Chain } from "./chain.ts";
import type { OptionSpec } from "./specs.ts";
import { styledOption } from "./specs.ts";
import { usageLine } from "./usage.ts";

/** A command line that cannot be understood. The text is complete; the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** By name, since a module that was loaded twice (as bundlers and test runners do) has two such classes. */
export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && error.name === "UsageError";
}

const FOOTER = "For more information, try '--help'.";

function withUsage(first: string, chain: Chain, used: readonly OptionSpec[]): UsageError {
  return new UsageError(`error: ${first}\n\n${usageLine(chain, used)}\n\n${FOOTER}`);
}

export function unexpectedArgument(
  argument: string,
  chain: Chain,
  used: readonly OptionSpec[],
  tip?: string,
): UsageError {
  const extra = tip === undefined ? "" : `\n\n  tip: ${tip}`;
  return withUsage(`unexpected argument '${argument}' found${extra}`, chain, used);
}

export function unknownCommand(name: string, chain: Chain, tip?: string): UsageError {
  const extra = tip === undefined ? "" : `\n\n  tip: ${tip}`;
  return withUsage(`unrecognized subcommand '${name}'${extra}`, chain, []);
}

export function missingValue(option: OptionSpec): UsageError {
  const choices = option.choices === undefined ? "" : `\n  [possible values: ${option.choices.join(", ")}]`;
  return new UsageError(
    `error: a value is required for '${styledOption(option)}' but none was supplied${choices}\n\n${FOOTER}`,
  );
}

export function repeatedOption(option: OptionSpec, chain: Chain): UsageError {
  return withUsage(`the argument '${styledOption(option)}' cannot be used multiple times`, chain, []);
}

export function conflictingOptions(
  option: OptionSpec,
  other: OptionSpec,
  chain: Chain,
  used: readonly OptionSpec[],
): UsageError {
  return withUsage(
    `the argument '${styledOption(option)}' cannot be used with '${styledOption(other)}'`,
    chain,
    used,
  );
}

export function missingRequired(
  names: readonly string[],
  chain: Chain,
  used: readonly OptionSpec[],
): UsageError {
  const list = names.map((name) => `  ${name}`).join("\n");
  return withUsage(`the following required arguments were not provided:\n${list}`, chain, used);
}

export function invalidChoice(text: string, option: OptionSpec): UsageError {
  return new UsageError(
    `error: invalid value '${text}' for '${styledOption(option)}'\n  [possible values: ${option.choices?.join(", ")}]\n\n${FOOTER}`,
  );
}

export function invalidValue(text: string, option: OptionSpec, reason: string, tip?: string): UsageError {
  const extra = tip === undefined ? "" : `\n\n  tip: ${tip}`;
  return new UsageError(
    `error: invalid value '${text}' for '${styledOption(option)}': ${reason}${extra}\n\n${FOOTER}`,
  );
}
