import { GrammarError, integerProblem, parseDuration, parseMemorySize } from "@millrace/api/grammar";
import { type OptionSpec, upperSnake } from "./option-spec.ts";

export interface SocketAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Reads `ip:port`, `hostname:port` or `[v6]:port`; a string is the reason why it cannot. */
export function parseAddress(text: string): SocketAddress | string {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^\s:[\]/]+)):(.*)$/i.exec(text);
  if (match === null) return `Cannot parse socket address '${text}': invalid socket address`;
  const digits = match[3] as string;
  if (!/^\d{1,5}$/.test(digits) || Number(digits) > 65_535) {
    return `Cannot parse socket address '${text}': invalid port value`;
  }
  return { host: (match[1] ?? match[2]) as string, port: Number(digits) };
}

/** Reads `true`/`false` and the other spellings an environment variable may use; undefined when it is neither. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.trim().toLowerCase();
  if (["true", "1", "yes", "on"].includes(lower)) return true;
  return ["false", "0", "no", "off"].includes(lower) ? false : undefined;
}

export function durationMs(text: string): number {
  return Number(parseDuration(text)) / 1e6;
}

/** Why a value cannot be used for an option; undefined when it can. */
export function valueProblem(option: OptionSpec, text: string): string | undefined {
  return typeProblem(option, text) ?? option.problem?.(text);
}

function typeProblem(option: OptionSpec, text: string): string | undefined {
  switch (option.type) {
    case "integer":
    case "count":
      return integerProblem(text) ?? rangeProblem(option, Number(text), text);
    case "duration":
      return grammarProblem(() => parseDuration(text)) ?? rangeProblem(option, durationMs(text), text);
    case "memory":
      return grammarProblem(() => parseMemorySize(text));
    case "boolean":
      return parseBoolean(text) === undefined ? "value was not a boolean, use true or false" : undefined;
    case "address": {
      const address = parseAddress(text);
      return typeof address === "string" ? address : undefined;
    }
    case "url":
      return URL.canParse(text) ? undefined : "relative URL without a base";
    default:
      return undefined;
  }
}

function grammarProblem(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof GrammarError) return error.message;
    throw error;
  }
}

function rangeProblem(option: OptionSpec, value: number, text: string): string | undefined {
  if (value < (option.minimum ?? 0)) {
    return option.minimum === 1 && value === 0
      ? "must be greater than 0"
      : `must be at least ${option.minimum}`;
  }
  return value > (option.maximum ?? Number.POSITIVE_INFINITY)
    ? `${text} is too large, the maximum is ${option.maximum}`
    : undefined;
}

/** The value as its option compares it: choices ignore case. */
export function chosen(option: OptionSpec, text: string): string | undefined {
  return option.choices?.find((choice) => choice === text.toLowerCase());
}

/** `--flag <VALUE>` as it is shown in errors. */
export function displayName(option: OptionSpec): string {
  if (option.type === "boolean" || option.type === "count") return `--${option.name}`;
  return `--${option.name} <${option.metavar ?? upperSnake(option.name)}>`;
}

/** The complaint about a value, in the words of docs/reference/cli.md. */
export function invalidValue(option: OptionSpec, text: string): string | undefined {
  const start = `invalid value '${text}' for '${displayName(option)}'`;
  if (option.type === "enum" && chosen(option, text) === undefined) {
    return `${start}\n  [possible values: ${option.choices?.join(", ")}]`;
  }
  const problem = valueProblem(option, text);
  return problem === undefined ? undefined : `${start}: ${problem}`;
}
