export type TokenKind = "word" | "quoted" | "number" | "open" | "close" | "comma" | "operator";

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

const QUOTE_CLOSERS: Readonly<Record<string, string>> = { "[": "]", "{": "}", "<": ">", "(": ")" };
const WORD = /[\p{L}_][\p{L}\p{N}_@$]*/uy;
const NUMBER = /\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?/y;
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const PARAMETER = /\$[\p{L}\p{N}_]+/uy;
const OPERATOR = /::|<=>|[<>!=|&]=|<>|\|\||&&|->>|->|!~\*|!~|~\*|<<|>>|./suy;

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/**
 * Splits SQL text the way the parser's own tokenizer does, only as far as needed to know what is quoted.
 * It never throws: unterminated quotes run to the end of the text, where the parser will complain.
 */
export function* scanTokens(text: string): Generator<Token> {
  let at = 0;
  while (at < text.length) {
    const skipped = skipBlank(text, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(text, at);
    yield token;
    at = token.end;
  }
}

function skipBlank(text: string, at: number): number {
  if (/\s/.test(text[at]!)) return at + 1;
  if (text.startsWith("--", at)) {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end + 1;
  }
  return text.startsWith("/*", at) ? skipBlockComment(text, at) : at;
}

function skipBlockComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    if (text.startsWith("/*", at)) {
      depth++;
      at += 2;
    } else if (text.startsWith("*/", at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return at;
}

function readToken(text: string, at: number): Token {
  const char = text[at]!;
  if (char === "'" || char === '"' || char === "`") {
    return { kind: "quoted", start: at, end: closeQuote(text, at, char, false) };
  }
  if (char === "(" || char === "[" || char === "{") return { kind: "open", start: at, end: at + 1 };
  if (char === ")" || char === "]" || char === "}") return { kind: "close", start: at, end: at + 1 };
  if (char === "," || char === ";") return { kind: "comma", start: at, end: at + 1 };
  const word = matchAt(WORD, text, at);
  if (word > 0) return prefixedString(text, at, word) ?? { kind: "word", start: at, end: word };
  const number = matchAt(NUMBER, text, at);
  if (number > 0) return { kind: "number", start: at, end: number };
  if (char === "$") return dollarToken(text, at);
  return { kind: "operator", start: at, end: Math.max(matchAt(OPERATOR, text, at), at + 1) };
}

function closeQuote(text: string, start: number, quote: string, backslash: boolean): number {
  let at = start + 1;
  while (at < text.length) {
    if (backslash && text[at] === "\\") at += 2;
    else if (text[at] !== quote) at++;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return text.length;
}

/** E'…' has backslash escapes, Q'[…]' its own delimiters; every other prefix quotes like a plain string. */
function prefixedString(text: string, start: number, end: number): Token | undefined {
  if (text[end] !== "'") return undefined;
  const prefix = text.slice(start, end).toLowerCase();
  if (prefix === "e") return { kind: "quoted", start, end: closeQuote(text, end, "'", true) };
  if (prefix === "q" || prefix === "nq") {
    const opener = text[end + 1] ?? "";
    const found = text.indexOf(`${QUOTE_CLOSERS[opener] ?? opener}'`, end + 2);
    return { kind: "quoted", start, end: found < 0 ? text.length : found + 2 };
  }
  return undefined;
}

function dollarToken(text: string, at: number): Token {
  const tagEnd = matchAt(DOLLAR_TAG, text, at);
  if (tagEnd > 0) {
    const found = text.indexOf(text.slice(at, tagEnd), tagEnd);
    return { kind: "quoted", start: at, end: found < 0 ? text.length : found + (tagEnd - at) };
  }
  const parameter = matchAt(PARAMETER, text, at);
  return { kind: parameter > 0 ? "word" : "operator", start: at, end: Math.max(parameter, at + 1) };
}
