import { parseMemorySize, resolveMemorySize } from "@millrace/api/grammar";
import { ConfigError, type OptionSpec } from "./option-spec.ts";
import { serveOptions } from "./options/index.ts";
import { chosen, durationMs, invalidValue, parseAddress, parseBoolean, type SocketAddress } from "./value.ts";

/** What a command line gives for an option; absent means the flag was not used. */
export type OptionValue = string | boolean | number | string[] | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

type Source = "flag" | "environment" | "default";

interface Setting {
  readonly option: OptionSpec;
  readonly source: Source;
  /** Undefined: not set and without a default. */
  readonly text: string | undefined;
}

/** Every option with the value that is in force: flag, then environment, then default. */
export class Settings {
  readonly #byName = new Map<string, Setting>();
  readonly #totalMemoryBytes: number;

  constructor(values: Readonly<Record<string, OptionValue>>, env: Environment, totalMemoryBytes: number) {
    this.#totalMemoryBytes = totalMemoryBytes;
    for (const option of serveOptions) {
      const setting = resolve(option, values, env);
      if (setting.text !== undefined && setting.source !== "default") {
        const complaint = invalidValue(option, setting.text);
        if (complaint !== undefined) throw new ConfigError(complaint, true);
      }
      this.#byName.set(option.name, setting);
    }
  }

  text(name: string): string | undefined {
    return this.#setting(name).text;
  }

  /** A setting whose option has a default. */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw new Error(`option ${name} has no default`);
    return text;
  }

  choice(name: string): string {
    return chosen(this.#setting(name).option, this.required(name)) as string;
  }

  flag(name: string): boolean {
    return parseBoolean(this.text(name) ?? "false") === true;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  count(name: string): number {
    return Number(this.required(name));
  }

  durationMs(name: string): number {
    return durationMs(this.required(name));
  }

  memoryBytes(name: string): number {
    return resolveMemorySize(parseMemorySize(this.required(name)), this.#totalMemoryBytes);
  }

  list(name: string): string[] {
    const text = this.text(name);
    return text === undefined ? [] : text.split(",").map((item) => item.trim());
  }

  address(name: string): SocketAddress | undefined {
    const text = this.text(name);
    const address = text === undefined ? undefined : parseAddress(text);
    return typeof address === "object" ? address : undefined;
  }

  source(name: string): Source {
    return this.#setting(name).source;
  }

  option(name: string): OptionSpec {
    return this.#setting(name).option;
  }

  /** What the user set, by flag or environment. */
  *given(): Iterable<{ option: OptionSpec; text: string }> {
    for (const { option, source, text } of this.#byName.values()) {
      if (source !== "default" && text !== undefined) yield { option, text };
    }
  }

  #setting(name: string): Setting {
    const setting = this.#byName.get(name);
    if (setting === undefined) throw new Error(`unknown option ${name}`);
    return setting;
  }
}

function resolve(
  option: OptionSpec,
  values: Readonly<Record<string, OptionValue>>,
  env: Environment,
): Setting {
  const value = values[option.name];
  if (value !== undefined) {
    return { option, source: "flag", text: Array.isArray(value) ? value.join(",") : String(value) };
  }
  for (const name of option.env ?? []) {
    const text = env[name];
    // An empty variable is what a script leaves behind that has no value: it counts as unset.
    if (text !== undefined && text !== "") return { option, source: "environment", text };
  }
  return { option, source: "default", text: option.default ?? (option.type === "count" ? "0" : undefined) };
}
