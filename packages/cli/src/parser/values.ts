/** What an option's text is turned into. */
export type OptionValue = string | number | boolean | string[] | Record<string, string> | FieldSpec[];

export interface FieldSpec {
  name: string;
  type: "utf8" | "int64" | "uint64" | "float64" | "bool";
}

/** The values of one command line, after environment, defaults and parsing. */
export class Values {
  readonly #values: ReadonlyMap<string, OptionValue>;

  constructor(values: ReadonlyMap<string, OptionValue>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): OptionValue | undefined {
    return this.#values.get(name);
  }

  /** A text that the table marks as required or gives a default. */
  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== "string") throw new Error(`option '${name}' carries no text`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#values.has(name) ? this.text(name) : undefined;
  }

  number(name: string): number {
    const value = this.#values.get(name);
    if (typeof value !== "number") throw new Error(`option '${name}' carries no number`);
    return value;
  }

  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  list(name: string): string[] {
    const value = this.#values.get(name) ?? [];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  fields(name: string): FieldSpec[] {
    const value = this.#values.get(name) ?? [];
    return Array.isArray(value) ? value.filter((item) => typeof item !== "string") : [];
  }

  pairs(name: string): Record<string, string> | undefined {
    const value = this.#values.get(name);
    return typeof value === "object" && !Array.isArray(value) ? value : undefined;
  }
}
