import type {
  BinaryOperator,
  BoundExpr,
  ComparisonOperator,
  RegexOperator,
  UnaryOperator,
} from "../bound/index.ts";
import { displayName } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import * as t from "../types/index.ts";
import { bindArithmetic } from "./arithmetic.ts";
import { coerce, literal, replacedBy } from "./coerce.ts";

const COMPARISONS: Readonly<Record<string, ComparisonOperator>> = {
  Eq: "=",
  NotEq: "!=",
  Lt: "<",
  LtEq: "<=",
  Gt: ">",
  GtEq: ">=",
  Spaceship: "is not distinct",
};

const REGEXES: Readonly<Record<string, RegexOperator>> = {
  PGRegexMatch: "~",
  PGRegexNotMatch: "!~",
  PGRegexIMatch: "~*",
  PGRegexNotIMatch: "!~*",
};

const LIKE_OPERATORS: Readonly<Record<string, readonly [matcher: "like" | "ilike", negated: boolean]>> = {
  PGLikeMatch: ["like", false],
  PGNotLikeMatch: ["like", true],
  PGILikeMatch: ["ilike", false],
  PGNotILikeMatch: ["ilike", true],
};

const BITWISE: Readonly<Record<string, BinaryOperator>> = {
  BitwiseAnd: "&",
  BitwiseOr: "|",
  BitwiseXor: "^",
  PGBitwiseXor: "^",
  PGBitwiseShiftLeft: "<<",
  PGBitwiseShiftRight: ">>",
};

const ARITHMETIC: Readonly<Record<string, "+" | "-" | "*" | "/" | "%">> = {
  Plus: "+",
  Minus: "-",
  Multiply: "*",
  Divide: "/",
  Modulo: "%",
};

export function bindBinary(tag: string, left: BoundExpr, right: BoundExpr): BoundExpr {
  const nullable = left.nullable || right.nullable;
  if (tag === "And" || tag === "Or") {
    const op = tag === "And" ? "and" : "or";
    return { node: "binary", op, left: condition(left), right: condition(right), type: t.BOOLEAN, nullable };
  }
  const comparison = COMPARISONS[tag];
  if (comparison !== undefined) return bindComparison(comparison, left, right);
  const arithmetic = ARITHMETIC[tag];
  if (arithmetic !== undefined) return bindArithmetic(arithmetic, left, right);
  const regex = REGEXES[tag];
  if (regex !== undefined) {
    const [value, pattern] = [coerce(left, t.UTF8), coerce(right, t.UTF8)];
    return { node: "binary", op: regex, left: value, right: pattern, type: t.BOOLEAN, nullable };
  }
  const like = LIKE_OPERATORS[tag];
  if (like !== undefined) return bindLike(like[0], like[1], left, right, undefined);
  const bitwise = BITWISE[tag];
  if (bitwise !== undefined) return bindBitwise(bitwise, left, right);
  if (tag === "StringConcat") return bindConcat(left, right);
  throw notImplemented(`Unsupported operator ${tag}`);
}

/** Brings an operand of a logical operator to a truth value. */
export function condition(expr: BoundExpr): BoundExpr {
  if (expr.type.kind === "boolean") return expr;
  if (expr.type.kind === "null" || expr.type.kind === "utf8") return coerce(expr, t.BOOLEAN);
  throw planError(
    `Cannot create filter with non-boolean predicate '${displayName(expr)}' returning ${t.arrowTypeName(expr.type)}`,
  );
}

export function bindComparison(op: ComparisonOperator, left: BoundExpr, right: BoundExpr): BoundExpr {
  const [a, b] = comparable(op, left, right);
  const total = op === "is distinct" || op === "is not distinct";
  const nullable = !total && (left.nullable || right.nullable);
  return { node: "binary", op, left: a, right: b, type: t.BOOLEAN, nullable };
}

/** Brings two sides to a type in which they can be compared. */
export function comparable(op: string, left: BoundExpr, right: BoundExpr): readonly [BoundExpr, BoundExpr] {
  const type =
    isTextColumn(left, right) || isTextColumn(right, left) ? t.UTF8 : t.comparisonType(left.type, right.type);
  if (type === undefined) {
    throw planError(
      `Cannot infer common argument type for comparison operation ${t.arrowTypeName(left.type)} ${op.toUpperCase()} ${t.arrowTypeName(right.type)}`,
    );
  }
  return [toComparable(left, type), toComparable(right, type)];
}

/** A constant text takes the type of the number next to it; with any other text the number becomes a text. */
function isTextColumn(text: BoundExpr, other: BoundExpr): boolean {
  return text.type.kind === "utf8" && text.node !== "literal" && t.isNumeric(other.type);
}

/** Numbers of different widths compare as they are; casting a column would only hide it from statistics. */
function toComparable(expr: BoundExpr, type: t.SqlType): BoundExpr {
  const bothNumbers = t.isNumeric(expr.type) && t.isNumeric(type);
  if (bothNumbers && expr.node !== "literal") return expr;
  if (bothNumbers && expr.type.kind === "int" && type.kind === "int") return expr;
  if (expr.type.kind === type.kind && type.kind !== "list") return expr;
  return coerce(expr, type);
}

function bindBitwise(op: BinaryOperator, left: BoundExpr, right: BoundExpr): BoundExpr {
  const integer = (type: t.SqlType) => type.kind === "int" || type.kind === "null";
  if (!integer(left.type) || !integer(right.type)) {
    throw planError(`Operator ${op} needs integers, got ${displayName(left)} and ${displayName(right)}`);
  }
  const type =
    left.type.kind === "int" && !left.type.signed && t.sameType(left.type, right.type) ? left.type : t.INT64;
  const [a, b] = [coerce(left, type), coerce(right, type)];
  return { node: "binary", op, left: a, right: b, type, nullable: left.nullable || right.nullable };
}

function bindConcat(left: BoundExpr, right: BoundExpr): BoundExpr {
  const nullable = left.nullable || right.nullable;
  if (left.type.kind === "list" || right.type.kind === "list") {
    const type = t.commonType(left.type, right.type);
    if (type === undefined) throw planError("|| needs two arrays of one type, or two strings");
    return { node: "binary", op: "||", left, right, type, nullable };
  }
  const [a, b] = [coerce(left, t.UTF8), coerce(right, t.UTF8)];
  return { node: "binary", op: "||", left: a, right: b, type: t.UTF8, nullable };
}

export function bindLike(
  matcher: "like" | "ilike" | "similar",
  negated: boolean,
  left: BoundExpr,
  right: BoundExpr,
  escapeChar: string | undefined,
): BoundExpr {
  return {
    node: "like",
    matcher,
    negated,
    expr: coerce(left, t.UTF8),
    pattern: coerce(right, t.UTF8),
    ...(escapeChar === undefined ? {} : { escapeChar }),
    type: t.BOOLEAN,
    nullable: left.nullable || right.nullable,
  };
}

const UNARY: Readonly<Record<string, UnaryOperator>> = {
  Plus: "+",
  Minus: "-",
  Not: "not",
  PGBitwiseNot: "~",
  BitwiseNot: "~",
};

export function bindUnary(tag: string, operand: BoundExpr): BoundExpr {
  const op = UNARY[tag];
  if (op === undefined) throw notImplemented(`Unsupported unary operator ${tag}`);
  if (op === "not") {
    return { node: "unary", op, expr: condition(operand), type: t.BOOLEAN, nullable: operand.nullable };
  }
  if (op === "+") return operand;
  if (op === "~") {
    const expr = operand.type.kind === "int" ? operand : coerce(operand, t.INT64);
    return { node: "unary", op, expr, type: expr.type, nullable: operand.nullable };
  }
  return negate(operand);
}

function negate(operand: BoundExpr): BoundExpr {
  if (operand.node === "literal" && operand.value !== null) {
    const { value } = operand;
    if (typeof value === "bigint" && operand.type.kind === "int") return negatedInteger(value);
    if (typeof value === "number") return literal(-value, operand.type);
    if (operand.type.kind === "interval") {
      return replacedBy(operand, t.negateInterval(value as t.IntervalValue), t.INTERVAL);
    }
  }
  if (!t.isNumeric(operand.type) && !["null", "interval", "duration"].includes(operand.type.kind)) {
    throw planError(
      `Negation only supports numeric, interval and duration types, got ${t.arrowTypeName(operand.type)}`,
    );
  }
  const expr = operand.type.kind === "int" && !operand.type.signed ? coerce(operand, t.INT64) : operand;
  return { node: "unary", op: "-", expr, type: expr.type, nullable: operand.nullable };
}

/** -9223372036854775808 is an Int64 although its digits alone are not. */
function negatedInteger(value: bigint): BoundExpr {
  return -value >= -(2n ** 63n) ? literal(-value, t.INT64) : literal(-Number(value), t.FLOAT64);
}
