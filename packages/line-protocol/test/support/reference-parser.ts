import { FieldType, type FieldValue, type Point } from "@millrace/line-protocol";

/**
 * A second parser to compare with: strings and regular expressions, one object after the other, no thought
 * for speed, written from the grammar in `docs/reference/line-protocol.md` alone.
 */
export type Outcome = { readonly error: string } | { readonly point: Point };

export function parseSlowly(body: string): Outcome[] {
  return splitSlowly(body)
    .map(trimLine)
    .filter((line) => line !== "")
    .map(parseLine);
}

/** The lines of a body, by looking at every character in turn. */
export function splitSlowly(body: string): string[] {
  const lines = [""];
  let state = { inFields: false, quoted: false, equals: 0, commas: 0 };
  for (let i = 0; i < body.length; i++) {
    const character = body[i]!;
    if (character === "\n" && !state.quoted) {
      lines.push("");
      state = { inFields: false, quoted: false, equals: 0, commas: 0 };
      continue;
    }
    lines[lines.length - 1] += character;
    if (character === "\\") {
      i++;
      lines[lines.length - 1] += body[i] ?? "";
    } else if (character === " ") {
      state.inFields = true;
    } else if (state.inFields) {
      if (character === "=" && !state.quoted) state.equals++;
      if (character === "," && !state.quoted) state.commas++;
      if (character === '"' && state.equals > state.commas) state.quoted = !state.quoted;
    }
  }
  return lines;
}

function trimLine(line: string): string {
  let rest = line;
  for (;;) {
    const trimmed = rest.replace(/^[ \t\n]+/, "").replace(/^#[^\n]*/, "");
    if (trimmed === rest) return rest;
    rest = trimmed;
  }
}

class Refusal extends Error {}

function parseLine(line: string): Outcome {
  try {
    return { point: new Reader(line).point() };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

const MEASUREMENT = { token: /^(?:\\[\s\S]|\\$|[^ \t\n\0,\\])+/, escapable: /[ ,\\]/ };
const KEY = { token: /^(?:\\[\s\S]|\\$|[^ \t\n=\\])+/, escapable: /[ ,=\\]/ };
const TAG_VALUE = { token: /^(?:\\[\s\S]|\\$|[^ \t\n,\\])+/, escapable: /[ ,=\\]/ };

class Reader {
  private rest: string;

  constructor(line: string) {
    this.rest = line;
  }

  point(): Point {
    const measurement = this.name(MEASUREMENT);
    if (measurement === undefined) throw new Refusal("Invalid measurement was provided");
    const tags = this.tags();
    if (this.take(/^ +/) === undefined) {
      throw new Refusal(`Expected at least one space character, got ${found(this.rest)}`);
    }
    const fields = this.fields();
    const timeNs = this.time();
    if (this.rest !== "") {
      throw new Refusal(`Could not parse entire line. Found trailing content: \`${excerpt(this.rest)}\``);
    }
    const tag = repeated(tags.map(({ key }) => key));
    if (tag !== undefined) throw new Refusal(`Must not contain duplicate tags, but \`${tag}\` was repeated`);
    const field = repeated(fields.map(({ key }) => key));
    if (field !== undefined) {
      throw new Refusal(`invalid line protocol - multiple instances of '${field}' field found`);
    }
    return { measurement, tags, fields, timeNs };
  }

  private tags(): { key: string; value: string }[] {
    const tags: { key: string; value: string }[] = [];
    const tagSet = this.rest.slice(1);
    while (this.take(/^,/) !== undefined) {
      const key = this.name(KEY);
      if (key === undefined) throw new Refusal(`Expected tag key, got ${found(this.rest)}`);
      if (this.take(/^=/) === undefined) {
        throw new Refusal(`Tag set malformed: could not find equals sign in \`${excerpt(tagSet)}\``);
      }
      const value = this.name(TAG_VALUE);
      if (value === undefined) throw new Refusal(`Expected tag value, got ${found(this.rest)}`);
      tags.push({ key, value });
    }
    return tags;
  }

  private fields(): { key: string; value: FieldValue }[] {
    const first = this.field();
    if (first === undefined) throw new Refusal("No fields were provided");
    const fields = [first];
    while (this.rest.startsWith(",")) {
      const before = this.rest;
      this.take(/^,/);
      const next = this.field();
      if (next === undefined) {
        // Only after the first field does the comma count as read.
        if (fields.length > 1) this.rest = before;
        break;
      }
      fields.push(next);
    }
    return fields;
  }

  private field(): { key: string; value: FieldValue } | undefined {
    const before = this.rest;
    const key = this.name(KEY);
    if (key !== undefined && this.take(/^=/) !== undefined) {
      const value = this.value();
      if (value !== undefined) return { key, value };
    }
    this.rest = before;
    return undefined;
  }

  private value(): FieldValue | undefined {
    const integer = this.take(/^(-?\d+)i/);
    if (integer !== undefined) {
      const value = bounded(integer, BigInt.asIntN(64, BigInt(integer)), "integer");
      return { type: FieldType.integer, value };
    }
    const unsigned = this.take(/^(\d+)u/);
    if (unsigned !== undefined) {
      const value = bounded(unsigned, BigInt.asUintN(64, BigInt(unsigned)), "unsigned integer");
      return { type: FieldType.unsigned, value };
    }
    const float = this.take(/^(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/);
    if (float !== undefined) return { type: FieldType.float, value: Number(float) };
    const string = this.take(/^"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"/);
    if (string !== undefined) {
      return { type: FieldType.string, value: string.replace(/\\(["\\])/g, "$1") };
    }
    const boolean = this.take(/^(true|True|TRUE|t|T|false|False|FALSE|f|F)/);
    if (boolean !== undefined) return { type: FieldType.boolean, value: /^t/i.test(boolean) };
    return undefined;
  }

  private time(): bigint | undefined {
    const text = this.take(/^ +(-?\d+) */);
    return text === undefined ? undefined : bounded(text, BigInt.asIntN(64, BigInt(text)), "timestamp");
  }

  private name({ token, escapable }: typeof KEY): string | undefined {
    const raw = this.take(token);
    if (raw === undefined) return undefined;
    const name = raw.replace(/\\([\s\S])/g, (pair, character) =>
      escapable.test(character) ? character : pair,
    );
    if (name.endsWith("\\")) {
      throw new Refusal("Measurements, tag keys and values, and field keys may not end with a backslash");
    }
    return name;
  }

  /** Takes what the expression matches: its first group, or all of it. */
  private take(expression: RegExp): string | undefined {
    const match = expression.exec(this.rest);
    if (match === null) return undefined;
    this.rest = this.rest.slice(match[0].length);
    return match[1] ?? match[0];
  }
}

function bounded(text: string, value: bigint, what: string): bigint {
  if (value === BigInt(text)) return value;
  throw new Refusal(`Unable to parse ${what} value \`${text}\``);
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) < index);
}

function found(rest: string): string {
  return rest === "" ? "end of input" : `\`${excerpt(rest)}\``;
}

function excerpt(text: string): string {
  return Buffer.byteLength(text) > 10 ? `${[...text].slice(0, 10).join("")}...` : text;
}
