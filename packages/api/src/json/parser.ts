/** A JSON text that cannot be read, with the position in the wording of docs/reference/http-api.md, "Errors". */
export class JsonTextError extends Error {
  override name = "JsonTextError";
}

export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

export interface JsonOptions {
  /** Integers become `bigint`, so that they stay exact and can be told from `1.0`. */
  integersAsBigint?: boolean;
  /** Called for every value with its path and where it starts and ends. */
  onValue?: (path: readonly (string | number)[], start: number, end: number) => void;
}

const MAX_DEPTH = 128;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** `line L column C` of the character before `end`; columns count UTF-8 bytes. */
export function positionText(text: string, end: number): string {
  const before = text.slice(0, end);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `line ${line} column ${new TextEncoder().encode(before.slice(lineStart)).length}`;
}

class Parser {
  readonly text: string;
  readonly options: JsonOptions;
  readonly path: (string | number)[] = [];
  at = 0;
  depth = 0;

  constructor(text: string, options: JsonOptions) {
    this.text = text;
    this.options = options;
  }

  fail(reason: string, end: number): never {
    throw new JsonTextError(`${reason} at ${positionText(this.text, Math.min(end, this.text.length))}`);
  }

  skipSpace(): void {
    while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at]!)) this.at++;
  }

  document(): JsonValue {
    const value = this.value();
    this.skipSpace();
    if (this.at < this.text.length) this.fail("trailing characters", this.at + 1);
    return value;
  }

  value(): JsonValue {
    this.skipSpace();
    const start = this.at;
    const value = this.token();
    this.options.onValue?.(this.path, start, this.at);
    return value;
  }

  token(): JsonValue {
    const char = this.text[this.at];
    if (char === undefined) this.fail("EOF while parsing a value", this.at);
    if (char === '"') return this.string();
    if (char === "{" || char === "[") {
      if (++this.depth >= MAX_DEPTH) this.fail("recursion limit exceeded", this.at + 1);
      const value = char === "{" ? this.object() : this.array();
      this.depth--;
      return value;
    }
    if (char === "-" || (char >= "0" && char <= "9")) return this.number();
    for (const [word, value] of [
      ["true", true],
      ["false", false],
      ["null", null],
    ] as const) {
      if (char === word[0]) {
        this.word(word);
        return value;
      }
    }
    this.fail("expected value", this.at + 1);
  }

  word(word: string): void {
    for (let index = 0; index < word.length; index++) {
      const char = this.text[this.at];
      if (char === undefined) this.fail("EOF while parsing a value", this.at);
      this.at++;
      if (char !== word[index]) this.fail("expected ident", this.at);
    }
  }

  number(): number | bigint {
    const match = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    match.lastIndex = this.at;
    const found = match.exec(this.text);
    const next = found === null ? undefined : this.text[match.lastIndex];
    if (found === null || next === "." || /^\d/.test(next ?? "")) {
      this.fail("invalid number", this.at + (found?.[0].length ?? 1) + 1);
    }
    this.at = match.lastIndex;
    const integer = found[1] === undefined && found[2] === undefined;
    if (integer && this.options.integersAsBigint === true) return BigInt(found[0]);
    const value = Number(found[0]);
    if (!Number.isFinite(value)) this.fail("number out of range", this.at);
    return value;
  }

  string(): string {
    let out = "";
    for (let from = ++this.at; ; this.at++) {
      const char = this.text[this.at];
      if (char === undefined) this.fail("EOF while parsing a string", this.at);
      if (char === '"') return out + this.text.slice(from, this.at++);
      if (char < " ") {
        this.fail("control character (\\u0000-\\u001F) found while parsing a string", this.at + 1);
      }
      if (char === "\\") {
        out += this.text.slice(from, this.at) + this.escape();
        from = this.at + 1;
      }
    }
  }

  /** Leaves the cursor on the last character of the escape. */
  escape(): string {
    const char = this.text[++this.at];
    if (char === undefined) this.fail("EOF while parsing a string", this.at);
    if (char !== "u") return ESCAPES[char] ?? this.fail("invalid escape", this.at + 1);
    const digits = this.text.slice(this.at + 1, this.at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("invalid escape", this.at + 5);
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  array(): JsonValue[] {
    const items: JsonValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === "]") {
      this.at++;
      return items;
    }
    for (;;) {
      this.path.push(items.length);
      items.push(this.value());
      this.path.pop();
      this.skipSpace();
      const char = this.text[this.at];
      if (char === undefined) this.fail("EOF while parsing a list", this.at);
      this.at++;
      if (char === "]") return items;
      if (char !== ",") this.fail("expected `,` or `]`", this.at);
      this.skipSpace();
      if (this.text[this.at] === "]") this.fail("trailing comma", this.at + 1);
    }
  }

  object(): { [key: string]: JsonValue } {
    const entries: [string, JsonValue][] = [];
    this.at++;
    this.skipSpace();
    if (this.text[this.at] === "}") {
      this.at++;
      return {};
    }
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length) this.fail("EOF while parsing an object", this.at);
      if (this.text[this.at] !== '"') {
        this.fail(this.text[this.at] === "}" ? "trailing comma" : "key must be a string", this.at + 1);
      }
      const key = this.string();
      this.skipSpace();
      if (this.at >= this.text.length) this.fail("EOF while parsing an object", this.at);
      if (this.text[this.at++] !== ":") this.fail("expected `:`", this.at);
      this.path.push(key);
      entries.push([key, this.value()]);
      this.path.pop();
      this.skipSpace();
      const char = this.text[this.at];
      if (char === undefined) this.fail("EOF while parsing an object", this.at);
      this.at++;
      if (char === "}") return Object.fromEntries(entries);
      if (char !== ",") this.fail("expected `,` or `}`", this.at);
    }
  }
}

/** Reads a JSON text; what it adds to `JSON.parse` is exact integers, positions and the wording of errors. */
export function parseJson(text: string, options: JsonOptions = {}): JsonValue {
  return new Parser(text, options).document();
}
