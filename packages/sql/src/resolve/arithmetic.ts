import { type BoundExpr, displayName } from "../bound/index.ts";
import { planError } from "../errors/index.ts";
import * as t from "../types/index.ts";
import { coerce, literal, replacedBy } from "./coerce.ts";

type Operator = "+" | "-" | "*" | "/" | "%";

export function bindArithmetic(op: Operator, left: BoundExpr, right: BoundExpr): BoundExpr {
  if (isTemporal(left.type) || isTemporal(right.type)) return bindTemporal(op, left, right);
  if (isTextColumn(left) || isTextColumn(right)) throw noOperator(op, left, right);
  const type = t.arithmeticType(left.type, right.type);
  if (type === undefined) throw noOperator(op, left, right);
  const nullable = left.nullable || right.nullable;
  return { node: "binary", op, left: toOperand(left, type), right: toOperand(right, type), type, nullable };
}

/** Only constant texts are read as numbers. */
function isTextColumn(expr: BoundExpr): boolean {
  return expr.type.kind === "utf8" && expr.node !== "literal";
}

function isTemporal(type: t.SqlType): boolean {
  return ["timestamp", "date", "interval", "duration", "time"].includes(type.kind);
}

function noOperator(op: Operator, left: BoundExpr, right: BoundExpr): Error {
  return planError(
    `Cannot coerce arithmetic expression ${t.arrowTypeName(left.type)} ${op} ${t.arrowTypeName(right.type)} to valid types`,
  );
}

/** Widening is left to the engine; what it would do differently is cast: constants, texts, mixed signs, decimals. */
function toOperand(expr: BoundExpr, type: t.SqlType): BoundExpr {
  const from = expr.type;
  if (expr.node !== "literal" && from.kind === "int") {
    if (type.kind === "int" && from.signed === type.signed) return expr;
    if (type.kind === "float" && type.bits === 64) return expr;
  }
  return coerce(expr, type);
}

function bindTemporal(op: Operator, left: BoundExpr, right: BoundExpr): BoundExpr {
  const [a, b] = readTexts(left, right);
  const sides = `${a.type.kind} ${op} ${b.type.kind}`;
  if (a.node === "literal" && a.value === null)
    return literal(null, b.type.kind === "interval" ? b.type : a.type);
  if (b.node === "literal" && b.value === null) return literal(null, a.type);
  switch (sides) {
    case "timestamp + interval":
    case "timestamp - interval":
    case "timestamp + duration":
    case "timestamp - duration":
      return moveInstant(op, a, b);
    case "interval + timestamp":
    case "duration + timestamp":
      return moveInstant(op, b, a);
    case "date + interval":
    case "date - interval":
      return moveDay(op, a, b);
    case "interval + date":
      return moveDay(op, b, a);
    case "timestamp - timestamp":
    case "timestamp - date":
    case "date - timestamp":
    case "date - date":
      return temporal("-", coerce(a, instantOf(a)), coerce(b, instantOf(b)), t.DURATION);
    case "interval + interval":
    case "interval - interval":
      return combineIntervals(op, a, b);
    case "interval * int":
      return scaleInterval(a, b, left, right, op);
    case "int * interval":
      return scaleInterval(b, a, left, right, op);
    case "duration + duration":
    case "duration - duration":
      return temporal(op, a, b, t.DURATION);
    default:
      throw noOperator(op, left, right);
  }
}

function instantOf(expr: BoundExpr): t.SqlType {
  return expr.type.kind === "timestamp" ? expr.type : t.TIMESTAMP;
}

/** A text next to a time value is an interval when it reads like one, else a timestamp. */
function readTexts(left: BoundExpr, right: BoundExpr): readonly [BoundExpr, BoundExpr] {
  const read = (expr: BoundExpr) => {
    if (expr.node !== "literal" || typeof expr.value !== "string") return expr;
    return t.parseInterval(expr.value) === undefined ? coerce(expr, t.TIMESTAMP) : coerce(expr, t.INTERVAL);
  };
  return [read(left), read(right)];
}

function temporal(op: Operator, left: BoundExpr, right: BoundExpr, type: t.SqlType): BoundExpr {
  return { node: "binary", op, left, right, type, nullable: left.nullable || right.nullable };
}

function moveInstant(op: Operator, instant: BoundExpr, by: BoundExpr): BoundExpr {
  const moved = temporal(op, instant, by, instant.type);
  if (instant.node !== "literal" || by.node !== "literal") return moved;
  const step =
    typeof by.value === "bigint" ? { months: 0, days: 0, nanos: by.value } : (by.value as t.IntervalValue);
  const ns = t.addToInstant(instant.value as bigint, op === "-" ? t.negateInterval(step) : step);
  if (ns < t.MIN_INSTANT_NS || ns > t.MAX_INSTANT_NS) {
    throw planError(`${displayName(moved)} is outside the years 1677 to 2262`);
  }
  const bound = instant.bound === true || by.bound === true;
  return { ...replacedBy(moved, ns, instant.type), ...(bound ? { bound } : {}) };
}

function moveDay(op: Operator, day: BoundExpr, by: BoundExpr): BoundExpr {
  return temporal(op, day, by, t.DATE);
}

function combineIntervals(op: Operator, a: BoundExpr, b: BoundExpr): BoundExpr {
  if (a.node === "literal" && b.node === "literal") {
    const right = b.value as t.IntervalValue;
    const sum = t.addIntervals(a.value as t.IntervalValue, op === "-" ? t.negateInterval(right) : right);
    return replacedBy(temporal(op, a, b, t.INTERVAL), sum, t.INTERVAL);
  }
  return temporal(op, a, b, t.INTERVAL);
}

function scaleInterval(
  interval: BoundExpr,
  factor: BoundExpr,
  left: BoundExpr,
  right: BoundExpr,
  op: Operator,
): BoundExpr {
  if (interval.node !== "literal" || factor.node !== "literal") {
    throw planError("an interval can only be multiplied by a constant integer");
  }
  const { months, days, nanos } = interval.value as t.IntervalValue;
  const n = factor.value as bigint;
  const scaled = { months: months * Number(n), days: days * Number(n), nanos: nanos * n };
  return replacedBy(temporal(op, left, right, t.INTERVAL), scaled, t.INTERVAL);
}
