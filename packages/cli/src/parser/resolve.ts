import { type Chain, lastOf, ownerOf } from "./chain.ts";
import type { Collected } from "./collect.ts";
import {
  conflictingOptions,
  invalidChoice,
  invalidValue,
  missingRequired,
  missingValue,
  unexpectedArgument,
} from "./errors.ts";
import { kindOf, type OptionSpec, styledOption, styledPositional } from "./specs.ts";
import { type OptionValue, Values } from "./values.ts";

type Env = Record<string, string | undefined>;

const TRUE_WORDS = ["true", "1", "yes", "on"];
const FALSE_WORDS = ["false", "0", "no", "off"];

/** An empty variable counts as unset. */
export function envText(names: readonly string[] | undefined, env: Env): string | undefined {
  for (const name of names ?? []) {
    const text = env[name];
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

function envFlag(text: string, option: OptionSpec): boolean {
  const word = text.toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  if (FALSE_WORDS.includes(word)) return false;
  throw invalidValue(text, option, "expected true or false");
}

/** Checks and converts one text the way the table says. */
function convert(text: string, option: OptionSpec): OptionValue {
  if (option.choices !== undefined) {
    if (text === "") throw missingValue(option);
    const choice = option.choices.find((one) => one === text);
    if (choice === undefined) throw invalidChoice(text, option);
  }
  if (option.parse === undefined) return text;
  try {
    return option.parse(text);
  } catch (error) {
    const { message, cause } = error as Error;
    throw invalidValue(text, option, message, cause instanceof Error ? cause.message : undefined);
  }
}

/** Each element is read on its own, so that an error can name the one that is wrong. */
function convertList(texts: readonly string[], option: OptionSpec): OptionValue {
  const elements = texts.flatMap((text) => text.split(","));
  const values = elements.map((element) => convert(element, option));
  if (values.every((value) => typeof value === "string")) return values;
  if (values.every((value) => Array.isArray(value))) return values.flat() as OptionValue;
  return Object.assign({}, ...values) as Record<string, string>;
}

function optionValue(option: OptionSpec, given: Collected["options"], env: Env): OptionValue | undefined {
  const kind = kindOf(option);
  const raw = given.get(option.name);
  if (typeof raw === "boolean" || typeof raw === "number") return raw;
  if (Array.isArray(raw)) return convertList(raw, option);
  if (raw !== undefined) return convert(raw, option);
  const fromEnv = envText(option.env, env);
  const text = fromEnv ?? option.default;
  if (text === undefined) return undefined;
  if (kind === "flag") return envFlag(text, option);
  return kind === "list" || kind === "words" ? convertList([text], option) : convert(text, option);
}

function explicitOptions(
  options: readonly OptionSpec[],
  given: Collected["options"],
  env: Env,
): OptionSpec[] {
  const order = [...given.keys()];
  const typed = options
    .filter((option) => given.has(option.name))
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const fromEnv = options.filter((option) => !given.has(option.name) && envText(option.env, env));
  return [...typed, ...fromEnv].filter((option) => option.hidden !== true);
}

/** Puts words where the table of positionals wants them; a word too many is an error. */
function placePositionals(
  chain: Chain,
  words: readonly string[],
  values: Map<string, OptionValue>,
  env: Env,
  used: readonly OptionSpec[],
): void {
  const specs = lastOf(chain).positionals ?? [];
  for (const [index, spec] of specs.entries()) {
    const word = spec.many === true ? undefined : (words[index] ?? envText(spec.env, env));
    if (spec.many === true) values.set(spec.name, words.slice(index));
    else if (word !== undefined) values.set(spec.name, word);
    else if (spec.option !== undefined && values.has(spec.option)) {
      values.set(spec.name, values.get(spec.option)!);
    }
  }
  const extra = words[specs.length];
  if (extra !== undefined && specs.at(-1)?.many !== true) throw unexpectedArgument(extra, chain, used);
}

function checkRequired(
  chain: Chain,
  options: readonly OptionSpec[],
  values: ReadonlyMap<string, OptionValue>,
  used: readonly OptionSpec[],
): void {
  const missing = options.filter((option) => option.required === true && !values.has(option.name));
  const first = missing[0];
  // The message speaks for the command that the option belongs to.
  const owner = first === undefined ? chain : ownerOf(chain, first);
  const names = missing.filter((option) => ownerOf(chain, option).length === owner.length).map(styledOption);
  if (owner.length === chain.length) {
    const positionals = lastOf(chain).positionals ?? [];
    for (const spec of positionals) {
      if (spec.required === true && !values.has(spec.name)) names.push(styledPositional(spec));
    }
  }
  if (names.length > 0) throw missingRequired(names, owner, [...used, ...missing]);
}

/** Command line over environment over default; then what may not be combined, then what is missing. */
export function resolve(
  chain: Chain,
  options: readonly OptionSpec[],
  collected: Collected,
  env: Env,
): Values {
  const used = explicitOptions(options, collected.options, env);
  const values = new Map<string, OptionValue>();
  for (const option of options) {
    const value = optionValue(option, collected.options, env);
    if (value !== undefined) values.set(option.name, value);
  }
  placePositionals(chain, collected.positionals, values, env, used);
  for (const option of options) {
    for (const name of option.conflicts ?? []) {
      const other = options.find((one) => one.name === name);
      if (other !== undefined && collected.options.has(option.name) && collected.options.has(name)) {
        throw conflictingOptions(option, other, chain, used);
      }
    }
  }
  checkRequired(chain, options, values, used);
  return new Values(values);
}
