import type { SyntaxNode } from "@lezer/common";
import type { Expression, StringExpression, StringPiece, TextPiece } from "./expressions.ts";

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const ESCAPE = /\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])/y;

/** Where the character at an index of the piece's value stands in the source. */
export function sourceOffset(piece: TextPiece, index: number): number {
  if (piece.offsets === undefined) return piece.from + index;
  return piece.offsets[index] ?? piece.to;
}

/** The value of a string without holes; undefined when it has some. */
export function literalValue(expression: StringExpression): string | undefined {
  let value = "";
  for (const piece of expression.pieces) {
    if (piece.kind === "hole") return undefined;
    value += piece.value;
  }
  return value;
}

/** Reads one literal: its prefix, its quotes, its escapes and, in an f-string, its holes. */
export function readLiteral(
  node: SyntaxNode,
  source: string,
  readHole: (node: SyntaxNode) => Expression | undefined,
): { isBytes: boolean; pieces: StringPiece[] } {
  const opening = /^([a-zA-Z]*)("""|'''|"|')/.exec(source.slice(node.from, node.to));
  const prefix = opening?.[1]?.toLowerCase() ?? "";
  const quotes = opening?.[2] ?? "";
  const isFormatted = prefix.includes("f");
  const start = node.from + (opening?.[0].length ?? 0);
  const isClosed = node.to - quotes.length >= start && source.startsWith(quotes, node.to - quotes.length);
  const end = isClosed ? node.to - quotes.length : node.to;

  const pieces: StringPiece[] = [];
  let at = start;
  const addText = (to: number): void => {
    if (to > at) pieces.push(readText(source, at, to, prefix.includes("r"), isFormatted));
  };
  for (const hole of isFormatted ? node.getChildren("FormatReplacement") : []) {
    addText(hole.from);
    pieces.push({ kind: "hole", from: hole.from, to: hole.to, expression: readHole(hole) });
    at = hole.to;
  }
  addText(end);
  return { isBytes: prefix.includes("b"), pieces };
}

function readText(source: string, from: number, to: number, isRaw: boolean, isFormatted: boolean): TextPiece {
  const raw = source.slice(from, to);
  const hasEscapes = !isRaw && raw.includes("\\");
  const hasDoubledBraces = isFormatted && /\{\{|\}\}/.test(raw);
  if (!hasEscapes && !hasDoubledBraces) return { kind: "text", from, to, value: raw, offsets: undefined };
  let value = "";
  const offsets: number[] = [];
  for (let i = 0; i < raw.length; ) {
    ESCAPE.lastIndex = i;
    const sequence = hasEscapes ? ESCAPE.exec(raw)?.[0] : undefined;
    const isDoubled = hasDoubledBraces && (raw[i] === "{" || raw[i] === "}") && raw[i + 1] === raw[i];
    const text = sequence === undefined ? raw[i]! : meaningOf(sequence);
    for (let unit = 0; unit < text.length; unit++) offsets.push(from + i);
    value += text;
    i += sequence?.length ?? (isDoubled ? 2 : 1);
  }
  return { kind: "text", from, to, value, offsets };
}

function meaningOf(sequence: string): string {
  const letter = sequence[1]!;
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return simple;
  if (letter === "\n" || letter === "\r") return "";
  if (/[0-7]/.test(letter)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 8));
  if ((letter === "x" || letter === "u" || letter === "U") && sequence.length > 2) {
    const code = Number.parseInt(sequence.slice(2), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  // A named character is one character; Python keeps the backslash of what it does not know.
  return letter === "N" && sequence.length > 2 ? "\ufffd" : sequence;
}
