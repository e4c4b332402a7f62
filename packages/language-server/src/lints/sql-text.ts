import type { Expression, Place, PluginDocument, StringExpression } from "../plugin-document/index.ts";
import { sourceOffset } from "../plugin-document/index.ts";
import { followed } from "./own-names.ts";

/** Stands for what is filled in at run time. SQL has no such character. */
export const HOLE = "\ufffc";

/** SQL as far as the source shows it, with the place of each character there. */
export interface SqlText {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const DEPTH_MAX = 50;
/** Methods of strings that change nothing inside of them. */
const TRIMMING = new Set(["strip", "lstrip", "rstrip"]);

/** Reads literals, what is joined with `+`, f-strings, and the names that they were assigned to. */
export function readSqlText(document: PluginDocument, expression: Expression, place: Place): SqlText {
  const read = { text: "", from: [] as number[], to: [] as number[] };
  append(read, document, expression, place, 0);
  return read;
}

interface Reading {
  text: string;
  readonly from: number[];
  readonly to: number[];
}

function append(
  read: Reading,
  document: PluginDocument,
  given: Expression,
  place: Place,
  depth: number,
): void {
  const expression = followed(document, given, place);
  if (expression.kind === "string" && !expression.isBytes) appendString(read, expression);
  else if (expression.kind === "binary" && expression.operator === "+" && depth < DEPTH_MAX) {
    append(read, document, expression.left, place, depth + 1);
    append(read, document, expression.right, place, depth + 1);
  } else {
    const inner = depth < DEPTH_MAX ? unchangedText(expression) : undefined;
    if (inner === undefined) appendHole(read, given.from, given.to);
    else append(read, document, inner, place, depth + 1);
  }
}

/** `text.strip()` and `dedent(text)`. */
function unchangedText(expression: Expression): Expression | undefined {
  if (expression.kind !== "call") return undefined;
  const { callee } = expression;
  if (callee.kind === "member" && TRIMMING.has(callee.name) && expression.arguments.length === 0) {
    return callee.object;
  }
  const name = callee.kind === "name" || callee.kind === "member" ? callee.name : "";
  return name === "dedent" && expression.arguments.length === 1 ? expression.arguments[0]!.value : undefined;
}

function appendString(read: Reading, { pieces }: StringExpression): void {
  for (const piece of pieces) {
    if (piece.kind === "hole") {
      appendHole(read, piece.from, piece.to);
      continue;
    }
    for (let i = 0; i < piece.value.length; i++) {
      read.from.push(sourceOffset(piece, i));
      read.to.push(i + 1 < piece.value.length ? sourceOffset(piece, i + 1) : piece.to);
    }
    read.text += piece.value;
  }
}

function appendHole(read: Reading, from: number, to: number): void {
  read.text += HOLE;
  read.from.push(from);
  read.to.push(to);
}
