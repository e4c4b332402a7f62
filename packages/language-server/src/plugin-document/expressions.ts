import type { Span } from "../text/index.ts";

/** What a piece of Python is, as far as checks of plugins look. Parentheses are left out of spans and kinds. */
export type Expression =
  | NameExpression
  | MemberExpression
  | SubscriptExpression
  | CallExpression
  | StringExpression
  | NumberExpression
  | ConstantExpression
  | DictExpression
  | CollectionExpression
  | UnaryExpression
  | BinaryExpression
  | OtherExpression;

export interface NameExpression extends Span {
  readonly kind: "name";
  readonly name: string;
}

/** `object.name`; while it is being typed the name is empty. */
export interface MemberExpression extends Span {
  readonly kind: "member";
  readonly object: Expression;
  readonly name: string;
  readonly nameSpan: Span;
}

/** `object[index]`; a slice has no index. */
export interface SubscriptExpression extends Span {
  readonly kind: "subscript";
  readonly object: Expression;
  readonly index: Expression | undefined;
}

export interface CallExpression extends Span {
  readonly kind: "call";
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
  /** With the parentheses. */
  readonly argumentsSpan: Span;
}

export interface Argument extends Span {
  /** Of a keyword argument. */
  readonly name: string | undefined;
  readonly nameSpan: Span | undefined;
  readonly spread: "*" | "**" | undefined;
  readonly value: Expression;
}

/** One literal, or several that Python puts together because they follow each other. */
export interface StringExpression extends Span {
  readonly kind: "string";
  readonly isBytes: boolean;
  readonly pieces: readonly StringPiece[];
}

export type StringPiece = TextPiece | HolePiece;

/** Characters of the string's value, with the place each has in the source. */
export interface TextPiece extends Span {
  readonly kind: "text";
  readonly value: string;
  /** The source offset of each UTF-16 unit of the value; undefined: they follow each other from `from`. */
  readonly offsets: readonly number[] | undefined;
}

/** `{expression}` in an f-string; the span has the braces. */
export interface HolePiece extends Span {
  readonly kind: "hole";
  readonly expression: Expression | undefined;
}

export interface NumberExpression extends Span {
  readonly kind: "number";
  readonly value: number;
  readonly isFloat: boolean;
}

export interface ConstantExpression extends Span {
  readonly kind: "constant";
  readonly value: boolean | null;
}

export interface DictExpression extends Span {
  readonly kind: "dict";
  readonly entries: readonly DictEntry[];
}

/** `**value` has no key. */
export interface DictEntry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

export interface CollectionExpression extends Span {
  readonly kind: "list" | "tuple" | "set";
  readonly items: readonly Expression[];
}

export interface UnaryExpression extends Span {
  readonly kind: "unary";
  readonly operator: string;
  readonly operand: Expression;
}

export interface BinaryExpression extends Span {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** Anything else: comprehensions, conditions, lambdas, unfinished code. */
export interface OtherExpression extends Span {
  readonly kind: "other";
}
