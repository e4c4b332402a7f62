import type { ColumnKind, TableSchema } from "../schema/index.ts";
import type { SqlType } from "../types/index.ts";
import type { BoundExpr } from "./expr.ts";

/** A column of a query's result. Plain column references keep the kind of their column. */
export interface OutputColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly columnKind?: ColumnKind;
  /** The relation's name, when the column is a plain reference: part of default names further out. */
  readonly qualifier?: string;
}

export interface BoundQuery {
  readonly ctes: readonly BoundCte[];
  readonly recursive: boolean;
  readonly body: BoundBody;
  readonly orderBy: readonly BoundOrder[];
  readonly limit?: BoundExpr;
  readonly offset?: BoundExpr;
  readonly columns: readonly OutputColumn[];
}

export interface BoundCte {
  readonly id: number;
  readonly query: BoundQuery;
}

export interface BoundOrder {
  /** A result column by position, or an expression over the rows below. */
  readonly by: { readonly output: number } | { readonly expr: BoundExpr };
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type BoundBody = BoundSelect | BoundSetOperation | BoundValues;

export interface BoundSelect {
  readonly body: "select";
  readonly from?: BoundRelation;
  readonly where?: BoundExpr;
  readonly aggregation?: BoundAggregation;
  /** Over the aggregation's columns. */
  readonly having?: BoundExpr;
  readonly qualify?: BoundExpr;
  readonly distinct: false | true | { readonly on: readonly BoundExpr[] };
  readonly projection: readonly BoundExpr[];
}

/** Columns of the aggregation: first its groups, then its aggregates. */
export interface BoundAggregation {
  readonly relation: number;
  readonly groups: readonly BoundExpr[];
  /** Positions in `groups`, one list per grouping set; absent for a plain GROUP BY. */
  readonly sets?: readonly (readonly number[])[];
  readonly aggregates: readonly BoundExpr[];
  readonly gapFill?: GapFill;
}

export interface GapFill {
  /** Which group is the time bin. */
  readonly group: number;
  readonly strideNs: bigint;
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  /** Set when bins follow the wall clock of this zone rather than UTC. */
  readonly wallClockZone?: string;
}

export interface BoundSetOperation {
  readonly body: "set";
  readonly op: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly left: BoundQuery;
  readonly right: BoundQuery;
  readonly relation: number;
}

export interface BoundValues {
  readonly body: "values";
  readonly rows: readonly (readonly BoundExpr[])[];
  readonly relation: number;
}

export type JoinKind = "inner" | "left" | "right" | "full" | "cross" | "semi" | "anti";

export type BoundRelation =
  | { readonly relation: "table"; readonly id: number; readonly table: TableSchema }
  | {
      readonly relation: "derived";
      readonly id: number;
      readonly query: BoundQuery;
      readonly lateral: boolean;
    }
  | { readonly relation: "cte"; readonly id: number; readonly cte: number; readonly columnCount: number }
  | {
      readonly relation: "join";
      readonly kind: JoinKind;
      readonly left: BoundRelation;
      readonly right: BoundRelation;
      readonly on?: BoundExpr;
    }
  | { readonly relation: "unnest"; readonly id: number; readonly lists: readonly BoundExpr[] }
  | {
      readonly relation: "series";
      readonly id: number;
      readonly name: "range" | "generate_series";
      readonly args: readonly BoundExpr[];
    };
