import { scanTokens, type Token } from "@millrace/sql";
import type { Span } from "../../text/index.ts";

export interface Word extends Span {
  readonly kind: Token["kind"];
  readonly text: string;
}

/** What is being typed at a place of a statement. */
export interface Cursor {
  /** What a completion replaces. */
  readonly span: Span;
  /** In double quotes. */
  readonly isQuoted: boolean;
  /** Names in front, as written, each followed by a dot. */
  readonly qualifiers: readonly string[];
  /** What stands before the names in front. */
  readonly before: readonly Word[];
}

/** Undefined: in text or in a comment, where nothing can be completed. */
export function readCursor(text: string, at: number): Cursor | undefined {
  const words = wordsOf(text);
  const current = words.find((word) => word.from < at && (at < word.to || (at === word.to && isOpen(word))));
  const isQuoted = current?.kind === "quoted";
  if (isQuoted && !current.text.startsWith('"')) return undefined;
  const start = current !== undefined && (isQuoted || current.kind === "word") ? current.from : at;
  const before = words.filter((word) => word.to <= start);
  if (isInComment(text.slice(before.at(-1)?.to ?? 0, start))) return undefined;
  // Quotes that are not closed yet would take all that follows with them.
  const isUnfinished = isQuoted && isUnclosed(current);
  const end = start === at ? at : isUnfinished ? at : current!.to;
  const qualifiers: string[] = [];
  while (before.at(-1)?.text === "." && /^(?:word|quoted)$/.test(before.at(-2)?.kind ?? "")) {
    qualifiers.unshift(before.at(-2)!.text);
    before.splice(-2);
  }
  return { span: { from: start, to: end }, isQuoted, qualifiers, before };
}

export function wordsOf(text: string): Word[] {
  return [...scanTokens(text)].map(({ kind, start, end }) => ({
    kind,
    from: start,
    to: end,
    text: text.slice(start, end),
  }));
}

/** More letters would belong to it. */
function isOpen(word: Word): boolean {
  return word.kind === "word" || (word.kind === "quoted" && isUnclosed(word));
}

function isUnclosed({ text }: Word): boolean {
  return text.length < 2 || !text.endsWith(text[0]!);
}

function isInComment(blank: string): boolean {
  return /--[^\n]*$/.test(blank) || blank.lastIndexOf("/*") > blank.lastIndexOf("*/");
}
