/** What a text must be like: the whole text, with `<any>` for any part of it, or `~regular expression~`. */
export interface TextPattern {
  readonly source: string;
  /** No placeholder: only this text will do. */
  readonly literal: boolean;
  matches(text: string): boolean;
}

export const ANY = "<any>";
const ANYTHING = String.raw`[\s\S]*?`;

/** A pattern that cannot be used, with what is wrong. */
export class PatternError extends Error {
  override name = "PatternError";
}

/** Reads a text of a test file: docs/guides/testing-plugins.md, "Placeholders". */
export function textPattern(source: string): TextPattern {
  const expression = regularExpression(source);
  if (expression !== undefined) return { source, literal: false, matches: (text) => expression.test(text) };
  if (!source.includes(ANY)) return { source, literal: true, matches: (text) => text === source };
  const parts = source.split(ANY).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const whole = new RegExp(`^(?:${parts.join(ANYTHING)})$`);
  return { source, literal: false, matches: (text) => whole.test(text) };
}

/** `~…~` as an expression for the whole text. */
export function regularExpression(source: string): RegExp | undefined {
  const inner = /^~([\s\S]+)~$/.exec(source)?.[1];
  if (inner === undefined) return undefined;
  try {
    return new RegExp(`^(?:${inner})$`, "u");
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : "";
    throw new PatternError(`${source} is no regular expression: ${why}`);
  }
}
