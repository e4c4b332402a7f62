import type { SyntaxNode } from "@lezer/common";
import type { Span } from "../text/index.ts";
import type { Argument, DictEntry, Expression, StringPiece } from "./expressions.ts";
import { readLiteral } from "./literal-text.ts";

const PUNCTUATION = new Set(["(", ")", "[", "]", "{", "}", ",", ":", "Comment"]);

/** Deeper nesting than any person writes: what is inside is not looked at, so that no stack overflows. */
const DEPTH_MAX = 400;

/** What was read of one source text. Calls of a chain hold each other: none is read twice. */
export class Reading {
  readonly source: string;
  readonly known = new Map<string, Expression>();
  depth = 0;

  constructor(source: string) {
    this.source = source;
  }
}

/** Reads a node of the syntax tree that is an expression. */
export function readExpression(node: SyntaxNode, reading: Reading): Expression {
  const key = `${node.from} ${node.to} ${node.name}`;
  const known = reading.known.get(key);
  if (known !== undefined) return known;
  if (reading.depth >= DEPTH_MAX) return { kind: "other", ...spanOf(node) };
  reading.depth++;
  const expression = readNode(node, reading);
  reading.depth--;
  reading.known.set(key, expression);
  return expression;
}

function readNode(node: SyntaxNode, reading: Reading): Expression {
  const span = spanOf(node);
  switch (node.name) {
    case "VariableName":
      return { kind: "name", name: reading.source.slice(node.from, node.to), ...span };
    case "ParenthesizedExpression": {
      const inner = operands(node)[0];
      return inner === undefined ? { kind: "other", ...span } : readExpression(inner, reading);
    }
    case "MemberExpression":
      return readMember(node, reading);
    case "CallExpression":
      return readCall(node, reading);
    case "String":
    case "FormatString":
    case "ContinuedString":
      return readString(node, reading);
    case "Number":
      return readNumber(node, reading);
    case "None":
      return { kind: "constant", value: null, ...span };
    case "Boolean":
      return { kind: "constant", value: reading.source.startsWith("True", node.from), ...span };
    case "DictionaryExpression":
      return { kind: "dict", entries: readEntries(node, reading), ...span };
    case "ArrayExpression":
      return { kind: "list", items: readAll(operands(node), reading), ...span };
    case "TupleExpression":
      return { kind: "tuple", items: readAll(operands(node), reading), ...span };
    case "SetExpression":
      return { kind: "set", items: readAll(operands(node), reading), ...span };
    case "UnaryExpression":
    case "BinaryExpression":
      return readOperation(node, reading);
    default:
      return { kind: "other", ...span };
  }
}

/** What stands between two children of a statement: one expression, or several that make a tuple. */
export function readExpressionList(nodes: readonly SyntaxNode[], reading: Reading): Expression | undefined {
  const items = nodes.filter((node) => !PUNCTUATION.has(node.name));
  const first = items[0];
  const last = items.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const isTuple = items.length > 1 || nodes.some((node) => node.name === ",");
  if (!isTuple) return readExpression(first, reading);
  return { kind: "tuple", items: readAll(items, reading), from: first.from, to: last.to };
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

export function spanOf(node: SyntaxNode): Span {
  return { from: node.from, to: node.to };
}

function operands(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter((child) => !PUNCTUATION.has(child.name) && !child.type.isError);
}

function readAll(nodes: readonly SyntaxNode[], reading: Reading): Expression[] {
  return nodes.map((node) => readExpression(node, reading));
}

function readMember(node: SyntaxNode, reading: Reading): Expression {
  const [objectNode, ...rest] = childrenOf(node);
  if (objectNode === undefined) return { kind: "other", ...spanOf(node) };
  const object = readExpression(objectNode, reading);
  const dot = rest.find((child) => child.name === ".");
  if (dot === undefined) {
    const inside = rest.filter((child) => !PUNCTUATION.has(child.name) && !child.type.isError);
    const isPlain = inside.length === 1 && !rest.some((child) => child.name === ":");
    const index = isPlain ? readExpression(inside[0]!, reading) : undefined;
    return { kind: "subscript", object, index, ...spanOf(node) };
  }
  const property = rest.find((child) => child.name === "PropertyName");
  const nameSpan = property === undefined ? { from: dot.to, to: dot.to } : spanOf(property);
  const name = reading.source.slice(nameSpan.from, nameSpan.to);
  return { kind: "member", object, name, nameSpan, ...spanOf(node) };
}

function readCall(node: SyntaxNode, reading: Reading): Expression {
  const callee = node.firstChild;
  const list = node.getChild("ArgList");
  if (callee === null || list === null) return { kind: "other", ...spanOf(node) };
  return {
    kind: "call",
    callee: readExpression(callee, reading),
    arguments: readArguments(list, reading),
    argumentsSpan: spanOf(list),
    ...spanOf(node),
  };
}

function readArguments(list: SyntaxNode, reading: Reading): Argument[] {
  const groups: SyntaxNode[][] = [[]];
  for (const child of childrenOf(list)) {
    if (child.name === ",") groups.push([]);
    else if (!PUNCTUATION.has(child.name) && !child.type.isError) groups.at(-1)!.push(child);
  }
  const found: Argument[] = [];
  for (const group of groups) {
    const [first, second] = group;
    const value = group.at(-1);
    if (first === undefined || value === undefined) continue;
    const isSpread = first.name === "*" || first.name === "**";
    // `f(x for x in y)` has its parts in the list itself.
    const isKeyword = second?.name === "AssignOp";
    const isLoose = !isSpread && !isKeyword && group.length > 1;
    found.push({
      name: isKeyword ? reading.source.slice(first.from, first.to) : undefined,
      nameSpan: isKeyword ? spanOf(first) : undefined,
      spread: isSpread ? (first.name as "*" | "**") : undefined,
      value: isLoose
        ? { kind: "other", from: first.from, to: value.to }
        : value.name === "AssignOp"
          ? { kind: "other", from: value.to, to: value.to }
          : readExpression(value, reading),
      from: first.from,
      to: value.to,
    });
  }
  return found;
}

function readString(node: SyntaxNode, reading: Reading): Expression {
  const literals = node.name === "ContinuedString" ? childrenOf(node) : [node];
  const pieces: StringPiece[] = [];
  let isBytes = false;
  for (const literal of literals) {
    if (literal.name !== "String" && literal.name !== "FormatString") continue;
    const read = readLiteral(literal, reading.source, (hole) => readHole(hole, reading));
    isBytes ||= read.isBytes;
    pieces.push(...read.pieces);
  }
  return { kind: "string", isBytes, pieces, ...spanOf(node) };
}

function readHole(hole: SyntaxNode, reading: Reading): Expression | undefined {
  const inner = childrenOf(hole).find((child) => !PUNCTUATION.has(child.name) && !child.type.isError);
  return inner === undefined ? undefined : readExpression(inner, reading);
}

function readNumber(node: SyntaxNode, reading: Reading): Expression {
  const text = reading.source.slice(node.from, node.to).replaceAll("_", "").toLowerCase();
  const isFloat = !text.startsWith("0x") && /[.ej]/.test(text);
  return { kind: "number", value: Number(text), isFloat, ...spanOf(node) };
}

function readEntries(node: SyntaxNode, reading: Reading): DictEntry[] {
  const parts = childrenOf(node).filter((child) => child.name !== "Comment" && !child.type.isError);
  const entries: DictEntry[] = [];
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (next === undefined || PUNCTUATION.has(next.name)) continue;
    const before = parts[i - 1];
    if (part.name === "**") entries.push({ key: undefined, value: readExpression(next, reading) });
    else if (part.name === ":" && before !== undefined) {
      entries.push({ key: readExpression(before, reading), value: readExpression(next, reading) });
    }
  }
  return entries;
}

function readOperation(node: SyntaxNode, reading: Reading): Expression {
  const parts = childrenOf(node).filter((child) => !child.type.isError);
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined || parts.length < 2)
    return { kind: "other", ...spanOf(node) };
  if (node.name === "UnaryExpression") {
    const operator = reading.source.slice(first.from, first.to);
    return { kind: "unary", operator, operand: readExpression(last, reading), ...spanOf(node) };
  }
  const operator = reading.source.slice(first.to, last.from).trim();
  const left = readExpression(first, reading);
  return { kind: "binary", operator, left, right: readExpression(last, reading), ...spanOf(node) };
}
