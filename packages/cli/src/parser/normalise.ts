import { type Chain, lastOf } from "./chain.ts";
import { missingValue, repeatedOption, UsageError, unexpectedArgument } from "./errors.ts";
import { kindOf, type OptionSpec, takesValue } from "./specs.ts";
import { closest } from "./suggest.ts";
import { type HelpKind, helpOf, isOptionToken, readOptionToken, type Written } from "./tokens.ts";

export interface Normalised {
  /** One `--name=text` or `--name` per option, in the order given, then `--` and the positionals. */
  argv: string[];
  help?: HelpKind;
  /** The first thing that is wrong; help goes before it. */
  error?: UsageError;
}

/** Spells a command line in one way, so that nothing after this step has to guess what a word is. */
class Normaliser {
  readonly chain: Chain;
  readonly options: readonly OptionSpec[];
  readonly written: string[] = [];
  readonly positionals: string[] = [];
  readonly used = new Set<OptionSpec>();
  /** Words that a `words` option took beyond its first one, in case a positional turns out to be missing. */
  spareWords = 0;
  help: HelpKind | undefined;
  error: UsageError | undefined;

  constructor(chain: Chain, options: readonly OptionSpec[]) {
    this.chain = chain;
    this.options = options;
  }

  run(tokens: readonly string[]): void {
    const rest = [...tokens];
    while (rest.length > 0) {
      const token = rest.shift()!;
      if (token === "--") {
        this.positionals.push(...rest);
        return;
      }
      if (!isOptionToken(token)) this.positionals.push(token);
      else if (helpOf(token) !== undefined) this.help ??= helpOf(token);
      else this.optionToken(token, rest);
    }
  }

  fail(error: UsageError): void {
    this.error ??= error;
  }

  optionToken(token: string, rest: string[]): void {
    for (const written of readOptionToken(token, this.options)) {
      const { option } = written;
      if (option !== undefined) this.option(option, written, rest);
      else if (written.shown === "-h") this.help ??= "short";
      else this.fail(this.unknown(written));
    }
  }

  unknown(written: Written): UsageError {
    const names = this.options.filter((option) => option.hidden !== true).map((option) => option.name);
    const near = written.shown.startsWith("--") ? closest(written.shown.slice(2), names) : undefined;
    const tip = near === undefined ? undefined : `a similar argument exists: '--${near}'`;
    return unexpectedArgument(written.shown, this.chain, [...this.used], tip);
  }

  option(option: OptionSpec, written: Written, rest: string[]): void {
    const repeated = this.used.has(option);
    this.used.add(option);
    if (!takesValue(option)) {
      this.flag(option, written);
      return;
    }
    if (repeated && ["value", "optional-value"].includes(kindOf(option))) {
      this.fail(repeatedOption(option, this.chain));
    }
    if (written.attached !== undefined) this.written.push(`--${option.name}=${written.attached}`);
    else if (kindOf(option) === "optional-value") {
      const next = rest[0];
      const own = next !== undefined && !isOptionToken(next) && lastOf(this.chain).positionals === undefined;
      this.written.push(`--${option.name}=${own ? rest.shift() : (option.missingValue ?? "")}`);
    } else this.followingWords(option, rest);
  }

  flag(option: OptionSpec, written: Written): void {
    const { attached } = written;
    if (attached === undefined) this.written.push(`--${option.name}`);
    else if (kindOf(option) === "flag" && (attached === "true" || attached === "false")) {
      this.written.push(`--${option.name}=${attached}`);
    } else {
      this.fail(
        new UsageError(
          `error: unexpected value '${attached}' for '--${option.name}' found; no more were accepted\n\nFor more information, try '--help'.`,
        ),
      );
    }
  }

  followingWords(option: OptionSpec, rest: string[]): void {
    if (rest[0] === undefined || isOptionToken(rest[0]) || rest[0] === "--") {
      this.fail(missingValue(option));
      return;
    }
    this.written.push(`--${option.name}=${rest.shift()}`);
    if (kindOf(option) !== "words") return;
    this.spareWords = 0;
    while (rest[0] !== undefined && !isOptionToken(rest[0]) && rest[0] !== "--") {
      this.written.push(`--${option.name}=${rest.shift()}`);
      this.spareWords++;
    }
  }

  /** `create table --tags a,b NAME`: the name is not a tag. */
  giveBackWord(): void {
    const wanted = lastOf(this.chain).positionals?.[0]?.required === true;
    if (!wanted || this.positionals.length > 0 || this.spareWords === 0) return;
    const words = this.options.filter((option) => kindOf(option) === "words");
    const index = this.written.findLastIndex((text) =>
      words.some((option) => text.startsWith(`--${option.name}=`)),
    );
    const [text] = this.written.splice(index, 1);
    this.positionals.push(text!.slice(text!.indexOf("=") + 1));
  }
}

export function normalise(
  tokens: readonly string[],
  chain: Chain,
  options: readonly OptionSpec[],
): Normalised {
  const normaliser = new Normaliser(chain, options);
  normaliser.run(tokens);
  normaliser.giveBackWord();
  const { help, error, written, positionals } = normaliser;
  return {
    argv: [...written, "--", ...positionals],
    ...(help === undefined ? {} : { help }),
    ...(error === undefined ? {} : { error }),
  };
}
