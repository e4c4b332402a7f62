import type {
  AggregateExpr,
  BinaryExpr,
  BoundExpr,
  BoundQuery,
  ColumnExpr,
  CompoundExpr,
  FrameBound,
  IntervalValue,
  LikeExpr,
  SortKey,
  WindowExpr,
} from "@millrace/sql";
import { planError } from "@millrace/sql";
import { convertText } from "./casts.ts";
import { emitAggregate, emitCall, windowName } from "./functions/index.ts";
import { literalText } from "./literals.ts";
import { castText, quoteIdent, quoteText } from "./sql-text.ts";
import { addInterval, epochNs, instantOf, intervalLiteral } from "./time-text.ts";
import type { BoundParam } from "./types.ts";

/** What an expression needs from the statement around it. */
export interface PrintContext {
  readonly bind: (param: BoundParam) => string;
  readonly query: (query: BoundQuery) => string;
  /** Called for every column that is read. */
  readonly onColumn: (column: ColumnExpr) => void;
}

/** The alias of a relation in the statement. */
export function relationName(id: number): string {
  return `r${id}`;
}

export function columnName(index: number): string {
  return `c${index}`;
}

export class ExprPrinter {
  private readonly context: PrintContext;

  constructor(context: PrintContext) {
    this.context = context;
  }

  readonly print = (expr: BoundExpr): string => {
    switch (expr.node) {
      case "column":
        this.context.onColumn(expr);
        return `${relationName(expr.relation)}.${columnName(expr.index)}`;
      case "literal":
        return literalText(expr, this.context.bind);
      case "cast":
        return convertText(this.print(expr.expr), expr.expr.type, expr.type, expr.tolerant);
      case "unary":
        return this.unary(expr.op, this.print(expr.expr));
      case "binary":
        return this.binary(expr);
      case "test": {
        const test = expr.test === "unknown" ? "NULL" : expr.test.toUpperCase();
        return `(${this.print(expr.expr)} IS ${expr.negated ? "NOT " : ""}${test})`;
      }
      case "between":
        return `(${this.print(expr.expr)} ${not(expr.negated)}BETWEEN ${this.print(expr.low)} AND ${this.print(expr.high)})`;
      case "inList":
        return `(${this.print(expr.expr)} ${not(expr.negated)}IN (${this.list(expr.list)}))`;
      case "like":
        return this.like(expr);
      case "subquery":
        return `(${this.context.query(expr.query)})`;
      case "exists":
        return `(${not(expr.negated)}EXISTS (${this.context.query(expr.query)}))`;
      case "inSubquery":
        return `(${this.print(expr.expr)} ${not(expr.negated)}IN (${this.context.query(expr.query)}))`;
      default:
        return this.compound(expr);
    }
  };

  sortKeys(keys: readonly SortKey[]): string {
    return keys.map((key) => `${this.print(key.expr)} ${direction(key)}`).join(", ");
  }

  private list(exprs: readonly BoundExpr[]): string {
    return exprs.map(this.print).join(", ");
  }

  private unary(op: string, operand: string): string {
    return op === "not" ? `(NOT ${operand})` : `(${op} ${operand})`;
  }

  private compound(expr: CompoundExpr): string {
    switch (expr.node) {
      case "case": {
        const operand = expr.operand === undefined ? "" : ` ${this.print(expr.operand)}`;
        const branches = expr.branches.map((b) => ` WHEN ${this.print(b.when)} THEN ${this.print(b.result)}`);
        const otherwise = expr.otherwise === undefined ? "" : ` ELSE ${this.print(expr.otherwise)}`;
        return `CASE${operand}${branches.join("")}${otherwise} END`;
      }
      case "call": {
        const text = emitCall(expr, expr.args.map(this.print));
        return expr.type.kind === "null" ? text : castText(text, expr.type);
      }
      case "aggregate":
        return this.aggregate(expr);
      case "window":
        return castText(this.window(expr), expr.type);
      case "field":
        return this.field(expr.expr, expr.field);
      case "subscript":
        return expr.expr.type.kind === "map"
          ? `map_extract_value(${this.print(expr.expr)}, ${this.print(expr.index)})`
          : `list_extract(${this.print(expr.expr)}, ${this.print(expr.index)})`;
      case "slice": {
        const from = expr.from === undefined ? "1" : this.print(expr.from);
        const to = expr.to === undefined ? "-1" : this.print(expr.to);
        return `list_slice(${this.print(expr.expr)}, ${from}, ${to})`;
      }
      case "list":
        return castText(`[${this.list(expr.items)}]`, expr.type);
      case "struct": {
        const fields = expr.fields.map((f) => `${quoteIdent(f.name)} := ${this.print(f.expr)}`);
        return `struct_pack(${fields.join(", ")})`;
      }
      case "map":
        return `map([${this.list(expr.entries.map((e) => e.key))}], [${this.list(expr.entries.map((e) => e.value))}])`;
      case "fill":
        throw planError(`${expr.mode} may only be used in the SELECT list of a gap-filling query`);
    }
  }

  private field(expr: BoundExpr, field: string): string {
    const text = this.print(expr);
    return expr.type.kind === "map"
      ? `map_extract_value(${text}, ${quoteText(field)})`
      : `struct_extract(${text}, ${quoteText(field)})`;
  }

  private aggregate(expr: AggregateExpr): string {
    const text = emitAggregate({
      call: expr,
      args: expr.args.map(this.print),
      order: this.sortKeys(expr.orderBy),
      filters: expr.filter === undefined ? [] : [this.print(expr.filter)],
    });
    return castText(text, expr.type);
  }

  private window(expr: WindowExpr): string {
    const name = windowName(expr.name);
    const args = expr.name === "count" && expr.args.length === 0 ? "*" : this.list(expr.args);
    const nulls = expr.ignoreNulls ? " IGNORE NULLS" : "";
    const filter = expr.filter === undefined ? "" : ` FILTER (WHERE ${this.print(expr.filter)})`;
    const over: string[] = [];
    if (expr.partitionBy.length > 0) over.push(`PARTITION BY ${this.list(expr.partitionBy)}`);
    if (expr.orderBy.length > 0) over.push(`ORDER BY ${this.sortKeys(expr.orderBy)}`);
    if (expr.frame !== undefined) {
      const { units, start, end } = expr.frame;
      over.push(`${units.toUpperCase()} BETWEEN ${this.bound(start)} AND ${this.bound(end)}`);
    }
    return `${name}(${expr.distinct ? "DISTINCT " : ""}${args}${nulls})${filter} OVER (${over.join(" ")})`;
  }

  private bound(bound: FrameBound): string {
    if (bound.at === "current") return "CURRENT ROW";
    const distance = bound.distance === undefined ? "UNBOUNDED" : this.print(bound.distance);
    return `${distance} ${bound.at.toUpperCase()}`;
  }

  private like(expr: LikeExpr): string {
    const [text, pattern] = [this.print(expr.expr), this.print(expr.pattern)];
    if (expr.matcher === "similar") return `(${text} ${not(expr.negated)}SIMILAR TO ${pattern})`;
    const word = expr.matcher.toUpperCase();
    return `(${text} ${not(expr.negated)}${word} ${pattern} ESCAPE ${quoteText(expr.escapeChar ?? "\\")})`;
  }

  private binary(expr: BinaryExpr): string {
    const { op } = expr;
    if (op === "and" || op === "or") return this.logical(expr, op);
    const temporal = this.temporal(expr);
    if (temporal !== undefined) return temporal;
    const [left, right] = [this.print(expr.left), this.print(expr.right)];
    switch (op) {
      case "is distinct":
        return `(${left} IS DISTINCT FROM ${right})`;
      case "is not distinct":
        return `(${left} IS NOT DISTINCT FROM ${right})`;
      case "~":
        return `regexp_matches(${left}, ${right})`;
      case "!~":
        return `(NOT regexp_matches(${left}, ${right}))`;
      case "~*":
        return `regexp_matches(${left}, ${right}, 'i')`;
      case "!~*":
        return `(NOT regexp_matches(${left}, ${right}, 'i'))`;
      case "^":
        return `xor(${left}, ${right})`;
      case "/":
      case "%":
        return this.division(expr, left, right);
      default:
        return `(${left} ${op} ${right})`;
    }
  }

  /** Long chains stay flat, or the engine's limit on nesting would bite. */
  private logical(expr: BinaryExpr, op: "and" | "or"): string {
    const parts: BoundExpr[] = [];
    const pending: BoundExpr[] = [expr];
    while (pending.length > 0) {
      const next = pending.pop()!;
      if (next.node === "binary" && next.op === op) pending.push(next.right, next.left);
      else parts.push(next);
    }
    return `(${parts.map(this.print).join(` ${op.toUpperCase()} `)})`;
  }

  /** Integers divide to integers, and by zero is an error rather than NULL. */
  private division(expr: BinaryExpr, left: string, right: string): string {
    if (expr.type.kind !== "int") return `(${left} ${expr.op} ${right})`;
    const quotient = `(${left} ${expr.op === "/" ? "//" : "%"} ${right})`;
    const divisor = expr.right;
    if (divisor.node === "literal" && divisor.value !== null && divisor.value !== 0n) return quotient;
    return `CASE WHEN ${right} = 0 THEN error('Divide by zero error') ELSE ${quotient} END`;
  }

  /** Arithmetic with times, in integers; undefined when no time takes part. */
  private temporal(expr: BinaryExpr): string | undefined {
    const { left, right, op } = expr;
    if (op !== "+" && op !== "-") return undefined;
    const sides = `${left.type.kind} ${right.type.kind}`;
    if (sides === "timestamp timestamp")
      return `(${epochNs(this.print(left))} - ${epochNs(this.print(right))})`;
    if (sides === "timestamp duration")
      return instantOf(`(${epochNs(this.print(left))} ${op} ${this.print(right)})`);
    if (sides === "timestamp interval") return this.moved(this.print(left), right, op);
    if (sides === "date interval")
      return `CAST(${this.print(left)} ${op} ${this.intervalText(right)} AS DATE)`;
    return undefined;
  }

  private moved(instant: string, by: BoundExpr, op: "+" | "-"): string {
    if (by.node === "literal" && by.value !== null) {
      return addInterval(instant, by.value as IntervalValue, op === "+" ? 1n : -1n);
    }
    return `CAST(CAST(${instant} AS TIMESTAMP) ${op} ${this.print(by)} AS TIMESTAMP_NS)`;
  }

  private intervalText(expr: BoundExpr): string {
    return expr.node === "literal" && expr.value !== null
      ? intervalLiteral(expr.value as IntervalValue)
      : this.print(expr);
  }
}

function not(negated: boolean): string {
  return negated ? "NOT " : "";
}

export function direction(key: { readonly descending: boolean; readonly nullsFirst: boolean }): string {
  return `${key.descending ? "DESC" : "ASC"} NULLS ${key.nullsFirst ? "FIRST" : "LAST"}`;
}
