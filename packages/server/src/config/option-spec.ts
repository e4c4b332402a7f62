export type OptionType =
  | "string"
  | "boolean"
  | "integer"
  | "duration"
  | "memory"
  | "list"
  | "enum"
  | "address"
  | "url"
  | "count";

/** One option of `serve`: the single source of its parsing, its help and its row in the reference page. */
export interface OptionSpec {
  /** The long flag without its dashes. */
  name: string;
  /** One letter, for a short flag. */
  short?: string;
  /** Other long spellings with the same meaning. */
  aliases?: string[];
  /** Environment variables, the first one set wins. */
  env?: string[];
  type: OptionType;
  choices?: string[];
  /** As a user would write it. */
  default?: string;
  /** Stands in for the value in help and errors; upper snake of the name when absent. */
  metavar?: string;
  description: string;
  section: string;
  /** Only in the reference page, not in `--help`. */
  hidden?: boolean;
  /** Accepted for compatibility, without effect here. */
  ignored?: boolean;
  /** The value that the flag has when it stands alone. */
  optionalValue?: string;
  /** The flag takes several values, or may be repeated. */
  multiple?: boolean;
  /** The value must not be shown or stored. */
  secret?: boolean;
  /** Bounds of an integer, or of a duration in milliseconds. */
  minimum?: number;
  maximum?: number;
  /** Why a value is refused, beyond what its type says. */
  problem?: (text: string) => string | undefined;
}

/** Thrown for a configuration that cannot be used. */
export class ConfigError extends Error {
  override name = "ConfigError";
  /** True: a value or flag is wrong (exit 2). False: the start itself failed (exit 1). */
  readonly usage: boolean;

  constructor(message: string, usage: boolean) {
    super(message);
    this.usage = usage;
  }
}

/** `INFLUXDB3_` and the upper-snake form of a flag. */
export function environmentName(flag: string): string {
  return `INFLUXDB3_${upperSnake(flag)}`;
}

export function upperSnake(flag: string): string {
  return flag.replaceAll("-", "_").toUpperCase();
}

type Draft = Omit<OptionSpec, "section">;

/** Completes a section's options: the environment names follow from the flags unless a row gives its own. */
export function section(title: string, drafts: readonly Draft[]): OptionSpec[] {
  return drafts.map((draft) => ({
    ...draft,
    env: draft.env ?? [draft.name, ...(draft.aliases ?? [])].map(environmentName),
    section: title,
  }));
}
