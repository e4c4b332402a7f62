import type { IntervalValue } from "../types/index.ts";
import { arrowTypeName } from "../types/index.ts";
import type {
  BinaryExpr,
  BoundExpr,
  CompoundExpr,
  FrameBound,
  LiteralExpr,
  SortKey,
  WindowExpr,
} from "./expr.ts";

/** The default name of a result column: the expression as the dialect spells it (docs/reference/sql.md). */
export function displayName(expr: BoundExpr): string {
  switch (expr.node) {
    case "column":
      return expr.qualifier === undefined ? expr.name : `${expr.qualifier}.${expr.name}`;
    case "literal":
      return displayLiteral(expr);
    case "cast":
      return displayName(expr.expr);
    case "unary":
      return expr.op === "not" ? `NOT ${displayName(expr.expr)}` : `(${expr.op} ${displayName(expr.expr)})`;
    case "binary":
      return displayBinary(expr);
    case "test":
      return `${displayName(expr.expr)} IS ${expr.negated ? "NOT " : ""}${expr.test.toUpperCase()}`;
    case "between":
      return `${displayName(expr.expr)} ${not(expr.negated)}BETWEEN ${displayName(expr.low)} AND ${displayName(expr.high)}`;
    case "inList":
      return `${displayName(expr.expr)} ${not(expr.negated)}IN ([${expr.list.map(displayName).join(", ")}])`;
    case "like":
      return `${displayName(expr.expr)} ${not(expr.negated)}${LIKE_WORDS[expr.matcher]} ${displayName(expr.pattern)}`;
    case "subquery":
      return expr.query.columns[0]?.name ?? "";
    case "exists":
      return `${not(expr.negated)}EXISTS`;
    case "inSubquery":
      return `${displayName(expr.expr)} ${not(expr.negated)}IN`;
    default:
      return displayCompound(expr);
  }
}

const LIKE_WORDS = { like: "LIKE", ilike: "ILIKE", similar: "SIMILAR TO" } as const;

function not(negated: boolean): string {
  return negated ? "NOT " : "";
}

function displayCompound(expr: CompoundExpr): string {
  switch (expr.node) {
    case "case":
      return displayCase(expr);
    case "call":
      return `${expr.name}(${expr.args.map(displayName).join(",")})`;
    case "aggregate": {
      const call = displayCall(expr.name, expr.args, expr.distinct);
      const filter = expr.filter === undefined ? "" : ` FILTER (WHERE ${displayName(expr.filter)})`;
      const order = expr.orderBy.length === 0 ? "" : ` ORDER BY [${displaySort(expr.orderBy)}]`;
      const nulls = expr.ignoreNulls ? " IGNORE NULLS" : "";
      return `${call}${filter}${nulls}${order}${expr.field === undefined ? "" : `[${expr.field}]`}`;
    }
    case "fill":
      return `${expr.mode}(${displayName(expr.expr)})`;
    case "window":
      return displayWindow(expr);
    case "field":
      return `${displayName(expr.expr)}[${expr.field}]`;
    case "subscript":
      return `${displayName(expr.expr)}[${displayName(expr.index)}]`;
    case "slice":
      return `array_slice(${[expr.expr, expr.from, expr.to].map((e) => (e === undefined ? "" : displayName(e))).join(",")})`;
    case "list":
      return `make_array(${expr.items.map(displayName).join(",")})`;
    case "struct":
      return `named_struct(${expr.fields.map((f) => `Utf8("${f.name}"),${displayName(f.expr)}`).join(",")})`;
    case "map":
      return `map(make_array(${expr.entries.map((e) => displayName(e.key)).join(",")}),make_array(${expr.entries.map((e) => displayName(e.value)).join(",")}))`;
  }
}

function displayCase(expr: Extract<BoundExpr, { node: "case" }>): string {
  const operand = expr.operand === undefined ? "" : ` ${displayName(expr.operand)}`;
  const branches = expr.branches.map((b) => ` WHEN ${displayName(b.when)} THEN ${displayName(b.result)}`);
  const otherwise = expr.otherwise === undefined ? "" : ` ELSE ${displayName(expr.otherwise)}`;
  return `CASE${operand}${branches.join("")}${otherwise} END`;
}

function displayCall(name: string, args: readonly BoundExpr[], distinct: boolean): string {
  const list = name === "count" && args.length === 0 ? "*" : args.map(displayName).join(",");
  return `${name}(${distinct ? "DISTINCT " : ""}${list})`;
}

function displaySort(keys: readonly SortKey[]): string {
  return keys
    .map(
      (key) =>
        `${displayName(key.expr)} ${key.descending ? "DESC" : "ASC"} NULLS ${key.nullsFirst ? "FIRST" : "LAST"}`,
    )
    .join(", ");
}

function displayWindow(expr: WindowExpr): string {
  const parts = [displayCall(expr.name, expr.args, expr.distinct)];
  if (expr.filter !== undefined) parts.push(`FILTER (WHERE ${displayName(expr.filter)})`);
  if (expr.ignoreNulls) parts.push("IGNORE NULLS");
  if (expr.partitionBy.length > 0)
    parts.push(`PARTITION BY [${expr.partitionBy.map(displayName).join(", ")}]`);
  if (expr.orderBy.length > 0) parts.push(`ORDER BY [${displaySort(expr.orderBy)}]`);
  parts.push(displayFrame(expr));
  return parts.join(" ");
}

function displayFrame(expr: WindowExpr): string {
  if (expr.frame !== undefined) {
    const { units, start, end } = expr.frame;
    return `${units.toUpperCase()} BETWEEN ${displayBound(start)} AND ${displayBound(end)}`;
  }
  return expr.orderBy.length > 0
    ? "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    : "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
}

function displayBound(bound: FrameBound): string {
  if (bound.at === "current") return "CURRENT ROW";
  const distance = bound.distance === undefined ? "UNBOUNDED" : plainValue(bound.distance);
  return `${distance} ${bound.at.toUpperCase()}`;
}

function plainValue(expr: BoundExpr): string {
  return expr.node === "literal" && typeof expr.value !== "object" ? String(expr.value) : displayName(expr);
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 5,
  and: 10,
  "=": 20,
  "!=": 20,
  "<": 20,
  "<=": 20,
  ">": 20,
  ">=": 20,
  "is distinct": 20,
  "is not distinct": 20,
  "+": 30,
  "-": 30,
  "*": 40,
  "/": 40,
  "%": 40,
};

const OPERATOR_WORDS: Readonly<Record<string, string>> = {
  and: "AND",
  or: "OR",
  "is distinct": "IS DISTINCT FROM",
  "is not distinct": "IS NOT DISTINCT FROM",
  "^": "BIT_XOR",
};

function displayBinary(expr: BinaryExpr): string {
  const precedence = PRECEDENCE[expr.op] ?? 0;
  const side = (operand: BoundExpr) => {
    const text = displayName(operand);
    return operand.node === "binary" && (PRECEDENCE[operand.op] ?? 0) < precedence ? `(${text})` : text;
  };
  return `${side(expr.left)} ${OPERATOR_WORDS[expr.op] ?? expr.op} ${side(expr.right)}`;
}

function displayLiteral(expr: LiteralExpr): string {
  if (expr.label !== undefined) return expr.label;
  if (expr.value === null) return "NULL";
  if (expr.type.kind === "interval") return displayInterval(expr.value as IntervalValue);
  if (expr.type.kind === "utf8") return `Utf8("${String(expr.value)}")`;
  if (expr.type.kind === "timestamp") {
    const zone = expr.type.zone === undefined ? "None" : `Some("${expr.type.zone}")`;
    return `TimestampNanosecond(${String(expr.value)}, ${zone})`;
  }
  return `${arrowTypeName(expr.type)}(${String(expr.value)})`;
}

function displayInterval(value: IntervalValue): string {
  return `IntervalMonthDayNano("IntervalMonthDayNano { months: ${value.months}, days: ${value.days}, nanoseconds: ${value.nanos} }")`;
}
