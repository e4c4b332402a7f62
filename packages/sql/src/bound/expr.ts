import type { ColumnKind } from "../schema/index.ts";
import type { IntervalValue, SqlType } from "../types/index.ts";
import type { BoundQuery } from "./query.ts";

interface Typed {
  readonly type: SqlType;
  readonly nullable: boolean;
}

/** A column of a relation, by position: names play no part once a query is bound. */
export interface ColumnExpr extends Typed {
  readonly node: "column";
  readonly relation: number;
  readonly index: number;
  readonly name: string;
  readonly qualifier?: string;
  readonly columnKind?: ColumnKind;
}

/** Instants, days and durations are integers: nanoseconds, days, nanoseconds. */
export type LiteralValue = null | boolean | bigint | number | string | IntervalValue;

export interface LiteralExpr extends Typed {
  readonly node: "literal";
  readonly value: LiteralValue;
  /** Set when the value comes from the request rather than from the text: a parameter or the clock. */
  readonly bound?: boolean;
  /** How the expression was written, when the value was computed from it. */
  readonly label?: string;
}

export interface CastExpr extends Typed {
  readonly node: "cast";
  readonly expr: BoundExpr;
  /** NULL instead of an error when the value does not fit. */
  readonly tolerant: boolean;
  /** Added by the binder, not written by the user: invisible in column names. */
  readonly implicit: boolean;
}

export type UnaryOperator = "-" | "+" | "not" | "~";

export interface UnaryExpr extends Typed {
  readonly node: "unary";
  readonly op: UnaryOperator;
  readonly expr: BoundExpr;
}

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "is distinct" | "is not distinct";
export type RegexOperator = "~" | "!~" | "~*" | "!~*";
export type BinaryOperator =
  | ComparisonOperator
  | RegexOperator
  | "and"
  | "or"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "||"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>";

export interface BinaryExpr extends Typed {
  readonly node: "binary";
  readonly op: BinaryOperator;
  readonly left: BoundExpr;
  readonly right: BoundExpr;
}

export interface TestExpr extends Typed {
  readonly node: "test";
  readonly test: "null" | "true" | "false" | "unknown";
  readonly negated: boolean;
  readonly expr: BoundExpr;
}

export interface BetweenExpr extends Typed {
  readonly node: "between";
  readonly negated: boolean;
  readonly expr: BoundExpr;
  readonly low: BoundExpr;
  readonly high: BoundExpr;
}

export interface InListExpr extends Typed {
  readonly node: "inList";
  readonly negated: boolean;
  readonly expr: BoundExpr;
  readonly list: readonly BoundExpr[];
}

export interface LikeExpr extends Typed {
  readonly node: "like";
  readonly matcher: "like" | "ilike" | "similar";
  readonly negated: boolean;
  readonly expr: BoundExpr;
  readonly pattern: BoundExpr;
  readonly escapeChar?: string;
}

export interface CaseExpr extends Typed {
  readonly node: "case";
  readonly operand?: BoundExpr;
  readonly branches: readonly { readonly when: BoundExpr; readonly result: BoundExpr }[];
  readonly otherwise?: BoundExpr;
}

export interface CallExpr extends Typed {
  readonly node: "call";
  readonly name: string;
  readonly args: readonly BoundExpr[];
}

export interface SortKey {
  readonly expr: BoundExpr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface AggregateExpr extends Typed {
  readonly node: "aggregate";
  readonly name: string;
  readonly args: readonly BoundExpr[];
  readonly distinct: boolean;
  readonly orderBy: readonly SortKey[];
  readonly filter?: BoundExpr;
  readonly ignoreNulls: boolean;
  /** The one field of a selector's struct that is read. */
  readonly field?: string;
}

/** locf(…) or interpolate(…) over an aggregate of a gap-filling query. */
export interface FillExpr extends Typed {
  readonly node: "fill";
  readonly mode: "locf" | "interpolate";
  readonly expr: BoundExpr;
}

export type FrameBound =
  | { readonly at: "current" }
  | { readonly at: "preceding" | "following"; readonly distance?: BoundExpr };

export interface WindowFrame {
  readonly units: "rows" | "range" | "groups";
  readonly start: FrameBound;
  readonly end: FrameBound;
}

export interface WindowExpr extends Typed {
  readonly node: "window";
  readonly name: string;
  readonly args: readonly BoundExpr[];
  readonly aggregate: boolean;
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  readonly filter?: BoundExpr;
  readonly partitionBy: readonly BoundExpr[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: WindowFrame;
}

export interface SubqueryExpr extends Typed {
  readonly node: "subquery";
  readonly query: BoundQuery;
}

export interface ExistsExpr extends Typed {
  readonly node: "exists";
  readonly negated: boolean;
  readonly query: BoundQuery;
}

export interface InSubqueryExpr extends Typed {
  readonly node: "inSubquery";
  readonly negated: boolean;
  readonly expr: BoundExpr;
  readonly query: BoundQuery;
}

export interface FieldExpr extends Typed {
  readonly node: "field";
  readonly expr: BoundExpr;
  readonly field: string;
}

export interface SubscriptExpr extends Typed {
  readonly node: "subscript";
  readonly expr: BoundExpr;
  readonly index: BoundExpr;
}

export interface SliceExpr extends Typed {
  readonly node: "slice";
  readonly expr: BoundExpr;
  readonly from?: BoundExpr;
  readonly to?: BoundExpr;
}

export interface ListExpr extends Typed {
  readonly node: "list";
  readonly items: readonly BoundExpr[];
}

export interface StructExpr extends Typed {
  readonly node: "struct";
  readonly fields: readonly { readonly name: string; readonly expr: BoundExpr }[];
}

export interface MapExpr extends Typed {
  readonly node: "map";
  readonly entries: readonly { readonly key: BoundExpr; readonly value: BoundExpr }[];
}

export type BoundExpr =
  | ColumnExpr
  | LiteralExpr
  | CastExpr
  | UnaryExpr
  | BinaryExpr
  | TestExpr
  | BetweenExpr
  | InListExpr
  | LikeExpr
  | CaseExpr
  | CallExpr
  | AggregateExpr
  | FillExpr
  | WindowExpr
  | SubqueryExpr
  | ExistsExpr
  | InSubqueryExpr
  | FieldExpr
  | SubscriptExpr
  | SliceExpr
  | ListExpr
  | StructExpr
  | MapExpr;

/** Expressions that are spelled as something with parts in it, rather than around an operator. */
export type CompoundExpr = Extract<
  BoundExpr,
  {
    node:
      | "case"
      | "call"
      | "aggregate"
      | "fill"
      | "window"
      | "field"
      | "subscript"
      | "slice"
      | "list"
      | "struct"
      | "map";
  }
>;
