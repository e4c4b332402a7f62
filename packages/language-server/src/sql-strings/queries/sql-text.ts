import { sourceOffset, type TextPiece } from "../../plugin-document/index.ts";
import type { Span } from "../../text/index.ts";

/** How the Python literal is written that a piece of text stands in. */
export interface LiteralStyle {
  readonly isRaw: boolean;
  readonly isFormatted: boolean;
  readonly quotes: string;
}

/** A stretch of SQL that stands in one literal of the source, or a hole whose text only the run knows. */
export type SqlPart =
  | { readonly kind: "text"; readonly piece: TextPiece; readonly style: LiteralStyle }
  | { readonly kind: "hole"; readonly span: Span };

type PlacedPart = SqlPart & Span;

/** A name that nobody gives to a table or column stands for what is not known. */
const HOLE = "hole_";

/** SQL as the plugin will send it, with the way back to the source of each of its characters. */
export class SqlText {
  readonly text: string;
  /** Where the SQL is not known. */
  readonly holes: readonly Span[];
  readonly #parts: readonly PlacedPart[];

  constructor(parts: readonly SqlPart[]) {
    let text = "";
    const placed: PlacedPart[] = [];
    for (const part of parts) {
      const from = text.length;
      text += part.kind === "text" ? part.piece.value : HOLE;
      placed.push({ ...part, from, to: text.length });
    }
    this.text = text;
    this.#parts = placed;
    this.holes = placed.filter((part) => part.kind === "hole");
  }

  /** The same length, with blanks where the SQL is not known. */
  get withoutHoles(): string {
    let text = this.text;
    for (const { from, to } of this.holes)
      text = text.slice(0, from) + " ".repeat(to - from) + text.slice(to);
    return text;
  }

  /** Whether a stretch is known to the letter. */
  isKnown(span: Span): boolean {
    return !this.holes.some((hole) => hole.from <= span.to && span.from <= hole.to);
  }

  /** Where a stretch of the SQL stands in the source. */
  toSource({ from, to }: Span): Span {
    const first = this.#parts.find((part) => from < part.to) ?? this.#parts.at(-1);
    if (first === undefined) return { from: 0, to: 0 };
    const start = sourceStart(first, from);
    const last = to > from ? this.#parts.findLast((part) => part.from < to) : undefined;
    return { from: start, to: last === undefined ? start : sourceEnd(last, to) };
  }

  /** Where a place of the source is in the SQL; undefined when it is outside, or in a hole. */
  toSql(offset: number): number | undefined {
    for (const part of this.#parts) {
      if (part.kind === "hole" || offset < part.piece.from || offset > part.piece.to) continue;
      const { offsets, from } = part.piece;
      if (offsets === undefined) return part.from + offset - from;
      const index = offsets.findIndex((it) => it >= offset);
      return index < 0 ? part.to : part.from + index;
    }
    return undefined;
  }

  /** How text has to be written to stand in the literal at a place; undefined: it cannot be written there. */
  encode(text: string, at: number): string | undefined {
    const part = this.#parts.findLast((it) => it.from <= at) ?? this.#parts[0];
    if (part === undefined || part.kind === "hole") return undefined;
    const { isRaw, isFormatted, quotes } = part.style;
    const hasSpecial = text.includes("\\") || text.includes(quotes[0]!);
    if (isRaw && hasSpecial) return undefined;
    const escaped = text
      .replace(/\\/g, "\\\\")
      .replaceAll(quotes[0]!, quotes.length === 1 ? `\\${quotes}` : quotes[0]!);
    return isFormatted ? escaped.replace(/[{}]/g, "$&$&") : escaped;
  }
}

function sourceStart(part: PlacedPart, at: number): number {
  if (part.kind === "hole") return part.span.from;
  return sourceOffset(part.piece, Math.min(at, part.to) - part.from);
}

function sourceEnd(part: PlacedPart, at: number): number {
  if (part.kind === "hole") return part.span.to;
  return at >= part.to ? part.piece.to : sourceOffset(part.piece, at - part.from);
}
