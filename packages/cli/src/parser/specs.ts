import type { OptionValue, Values } from "./values.ts";

/**
 * value: one text · flag: present or not · count: how often present · list: comma list, repeatable ·
 * words: a list that also swallows the words after it · optional-value: a flag that may carry `=text`
 */
export type OptionKind = "value" | "flag" | "count" | "list" | "words" | "optional-value";

export interface OptionSpec {
  /** Long name without the dashes. */
  name: string;
  short?: string | undefined;
  /** Other spellings, long or one letter, that help does not list. */
  aliases?: readonly string[];
  kind?: OptionKind;
  metavar?: string;
  /** Environment variables, first one wins. */
  env?: readonly string[];
  default?: string;
  /** What an `optional-value` without a value means. */
  missingValue?: string;
  required?: boolean;
  choices?: readonly string[];
  /** Reads the text, of a list each element; a thrown error becomes `invalid value '…' for '--name <METAVAR>': …`. */
  parse?: (text: string) => OptionValue;
  help: string;
  section?: string;
  hidden?: boolean;
  /** The value is never shown. */
  secret?: boolean;
  /** Options that cannot be given together with this one. */
  conflicts?: readonly string[];
}

export interface PositionalSpec {
  /** Key under which the value is found, and metavariable in upper case. */
  name: string;
  metavar: string;
  help: string;
  required?: boolean;
  env?: readonly string[];
  /** Any number of words. */
  many?: boolean;
  /** An option that may carry the value instead. */
  option?: string;
}

export interface CommandSpec<Action = unknown> {
  name: string;
  aliases?: readonly string[];
  help: string;
  options?: readonly OptionSpec[];
  positionals?: readonly PositionalSpec[];
  children?: readonly CommandSpec<Action>[];
  hidden?: boolean;
  /** A rule over all values; what it returns is the error. */
  check?: (values: Values) => string | undefined;
  /** First word of `<Verb> command failed: …`. */
  verb?: string;
  /** Loads what the command does; only the command that runs is loaded. */
  load?: () => Promise<Action>;
}

export const kindOf = (option: OptionSpec): OptionKind => option.kind ?? "value";

export const takesValue = (option: OptionSpec): boolean => !["flag", "count"].includes(kindOf(option));

export function metavarOf(option: OptionSpec): string {
  return option.metavar ?? option.name.toUpperCase().replaceAll("-", "_");
}

/** `--tags <TAGS>...`, the way errors and usage lines write an option. */
export function styledOption(option: OptionSpec): string {
  if (!takesValue(option)) return `--${option.name}`;
  if (kindOf(option) === "optional-value") return `--${option.name} [<${metavarOf(option)}>]`;
  return `--${option.name} <${metavarOf(option)}>${kindOf(option) === "words" ? "..." : ""}`;
}

export function styledPositional(positional: PositionalSpec): string {
  const [open, close] = positional.required === true ? ["<", ">"] : ["[", "]"];
  return `${open}${positional.metavar}${close}${positional.many === true ? "..." : ""}`;
}
