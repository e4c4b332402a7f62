import { kindOf, type OptionSpec, takesValue } from "./specs.ts";

/**
 * A word that begins like an option. SQL comments, negative numbers and anything with white space before a
 * `=` are values, since no option is spelled like that.
 */
export function isOptionToken(token: string): boolean {
  return /^--[^\s=-][^\s=]*(?:=|$)/.test(token) || /^-[A-Za-z]/.test(token);
}

export type HelpKind = "short" | "long";

export function helpOf(token: string): HelpKind | undefined {
  if (token === "--help-all") return "long";
  return token === "--help" || token === "-h" ? "short" : undefined;
}

export function findLong(options: readonly OptionSpec[], name: string): OptionSpec | undefined {
  return options.find(
    (option) => option.name === name || (name.length > 1 && (option.aliases?.includes(name) ?? false)),
  );
}

export function findShort(options: readonly OptionSpec[], letter: string): OptionSpec | undefined {
  // A letter of its own goes before a letter that is only another spelling.
  return (
    options.find((option) => option.short === letter) ??
    options.find((option) => option.aliases?.includes(letter) ?? false)
  );
}

/** One option as it was written: `--name=text`, or a letter of a cluster such as `-vvd=db`. */
export interface Written {
  /** For messages: `--foo` or `-x`. */
  shown: string;
  option: OptionSpec | undefined;
  /** Text attached to it. */
  attached: string | undefined;
}

/** Splits an option token into the options that it stands for. */
export function readOptionToken(token: string, options: readonly OptionSpec[]): Written[] {
  if (token.startsWith("--")) {
    const equals = token.indexOf("=");
    const name = equals === -1 ? token.slice(2) : token.slice(2, equals);
    const attached = equals === -1 ? undefined : token.slice(equals + 1);
    return [{ shown: `--${name}`, option: findLong(options, name), attached }];
  }
  const written: Written[] = [];
  for (let index = 1; index < token.length; index++) {
    const letter = token[index]!;
    const option = findShort(options, letter);
    const rest = token.slice(index + 1);
    if (option !== undefined && takesValue(option) && rest !== "") {
      written.push({ shown: `-${letter}`, option, attached: rest.startsWith("=") ? rest.slice(1) : rest });
      return written;
    }
    if (rest.startsWith("=")) {
      written.push({ shown: `-${letter}`, option, attached: rest.slice(1) });
      return written;
    }
    written.push({ shown: `-${letter}`, option, attached: undefined });
    if (option === undefined && letter !== "h") return written;
  }
  return written;
}

/** Whether the word after this token belongs to it. */
export function wantsNextWord(token: string, options: readonly OptionSpec[]): boolean {
  const last = readOptionToken(token, options).at(-1);
  if (last?.option === undefined || last.attached !== undefined) return false;
  return takesValue(last.option) && kindOf(last.option) !== "optional-value";
}
