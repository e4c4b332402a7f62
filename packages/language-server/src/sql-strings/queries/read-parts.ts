import type {
  CallExpression,
  Expression,
  Place,
  PluginDocument,
  StringExpression,
} from "../../plugin-document/index.ts";
import type { LiteralStyle, SqlPart } from "./sql-text.ts";

/** Longer chains of names and operators nobody writes by hand. */
const DEPTH_MAX = 60;
/** Methods and functions that change nothing but blanks at the ends of lines. */
const TRIMMING = new Set(["strip", "lstrip", "rstrip"]);
const DEDENTING = new Set(["dedent", "cleandoc"]);

/**
 * The text of an expression, as far as the source tells it: literals, f-strings, sums of them, and local names that
 * hold them. What only the run knows is a hole. Undefined: nothing is known of it.
 */
export function readParts(
  document: PluginDocument,
  expression: Expression,
  place: Place,
  depth = 0,
): SqlPart[] | undefined {
  if (depth > DEPTH_MAX) return undefined;
  switch (expression.kind) {
    case "string":
      return expression.isBytes ? undefined : readString(document, expression);
    case "binary":
      return expression.operator === "+" ? readSum(document, expression, place, depth) : undefined;
    case "name":
      return readVariable(document, expression.name, expression.from, place, depth);
    case "call": {
      const inner = trimmedBy(expression);
      return inner === undefined ? undefined : readParts(document, inner, place, depth + 1);
    }
    default:
      return undefined;
  }
}

/** `text.strip()`, `textwrap.dedent(text)`: what they are called with. */
function trimmedBy({ callee, arguments: given }: CallExpression): Expression | undefined {
  const name = callee.kind === "member" || callee.kind === "name" ? callee.name : "";
  if (callee.kind === "member" && TRIMMING.has(name) && given.length === 0) return callee.object;
  return DEDENTING.has(name) && given.length === 1 && given[0]!.name === undefined
    ? given[0]!.value
    : undefined;
}

/** How the literal around a piece is written: what stands before its first piece says it. */
export function readString(document: PluginDocument, expression: StringExpression): SqlPart[] {
  const parts: SqlPart[] = [];
  let style: LiteralStyle | undefined;
  let last = -1;
  for (const piece of expression.pieces) {
    // A literal's pieces touch each other; between two literals there are quotes.
    if (style === undefined || piece.from !== last)
      style = styleBefore(document, expression.from, piece.from);
    last = piece.to;
    if (piece.kind === "text") parts.push({ kind: "text", piece, style });
    else parts.push({ kind: "hole", span: piece });
  }
  return parts.length > 0 ? parts : [emptyPart(document, expression)];
}

function styleBefore(document: PluginDocument, from: number, to: number): LiteralStyle {
  const opening = /([A-Za-z]*)("""|'''|"|')$/.exec(document.text.slice(from, to));
  const prefix = opening?.[1]?.toLowerCase() ?? "";
  return {
    isRaw: prefix.includes("r"),
    isFormatted: prefix.includes("f"),
    quotes: opening?.[2] ?? '"',
  };
}

/** `""` has no pieces, but a place where the first character will be. */
function emptyPart(document: PluginDocument, expression: StringExpression): SqlPart {
  const opening = /^[A-Za-z]*("""|'''|"|')/.exec(document.textOf(expression))?.[0] ?? "";
  const at = expression.from + opening.length;
  const piece = { kind: "text", value: "", from: at, to: at, offsets: undefined } as const;
  return { kind: "text", piece, style: styleBefore(document, expression.from, at) };
}

function readSum(
  document: PluginDocument,
  { left, right }: { left: Expression; right: Expression },
  place: Place,
  depth: number,
): SqlPart[] | undefined {
  const sides = [left, right].map((side) => readParts(document, side, place, depth + 1));
  if (sides.every((side) => side === undefined)) return undefined;
  return sides.flatMap((side, i): SqlPart[] => side ?? [{ kind: "hole", span: i === 0 ? left : right }]);
}

/** What a name was assigned last, and what was added to it since. */
function readVariable(
  document: PluginDocument,
  name: string,
  before: number,
  place: Place,
  depth: number,
): SqlPart[] | undefined {
  const own = document.assignments.filter(
    (it) =>
      it.target.kind === "name" &&
      it.target.name === name &&
      it.place.function === place.function &&
      it.to <= before,
  );
  const start = own.findLastIndex((it) => it.operator === undefined);
  const first = own[start];
  if (first === undefined) {
    const value = own.length > 0 ? undefined : document.resolve(name, place, before);
    return value === undefined
      ? undefined
      : readParts(document, value, { ...place, function: undefined }, depth + 1);
  }
  if (isBoundOtherwise(document.text.slice(first.to, before), name)) return undefined;
  const parts = readParts(document, first.value, first.place, depth + 1);
  if (parts === undefined) return undefined;
  for (const added of own.slice(start + 1)) {
    // Whether a branch was taken only the run knows.
    const isCertain = added.operator === "+=" && added.place.block === first.place.block;
    const more = isCertain ? readParts(document, added.value, added.place, depth + 1) : undefined;
    parts.push(...(more ?? [{ kind: "hole", span: added.value } as const]));
  }
  return parts;
}

/** A loop, an import or `with` gave the name another value since. */
function isBoundOtherwise(between: string, name: string): boolean {
  return new RegExp(`\\b(?:for|as|import|global|nonlocal|del)\\b[^\\n:]*\\b${name}\\b`).test(between);
}
