/** Views of the parser's tree: only the parts that are read. Names are the parser's own. */

/** A node is an object with one key, its tag. */
type Tagged<Nodes> = { [Tag in keyof Nodes]: { readonly [T in Tag]: Nodes[Tag] } }[keyof Nodes];

export interface Ident {
  readonly value: string;
  readonly quote_style: string | null | undefined;
  readonly span?: SourceSpan;
}

/** Lines and columns count from 1, columns in code points. */
export interface SourceSpan {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export type ObjectName = readonly NamePart[];
export type NamePart = { readonly Identifier: Ident } | { readonly Function: unknown };

export interface WithSpan<T> {
  readonly value: T;
}

export type ValueNode =
  | "Null"
  | { readonly Number: readonly [string, boolean] }
  | { readonly Boolean: boolean }
  | { readonly Placeholder: string }
  | { readonly SingleQuotedString: string }
  | { readonly EscapedStringLiteral: string }
  | { readonly UnicodeStringLiteral: string }
  | { readonly NationalStringLiteral: string }
  | { readonly SingleQuotedRawStringLiteral: string }
  | { readonly HexStringLiteral: string }
  | { readonly DollarQuotedString: { readonly value: string } };

export interface FunctionNode {
  readonly name: ObjectName;
  readonly args: FunctionArguments;
  readonly filter?: Expr | null;
  readonly null_treatment?: NullTreatment | null;
  readonly over?: { readonly WindowSpec: WindowSpec } | { readonly NamedWindow: Ident } | null;
  readonly within_group: readonly OrderByExpr[];
}

export type NullTreatment = "IgnoreNulls" | "RespectNulls";

export type FunctionArguments = "None" | { readonly List: ArgumentList } | { readonly Subquery: Query };

export interface ArgumentList {
  readonly duplicate_treatment?: "Distinct" | "All" | null;
  readonly args: readonly FunctionArg[];
  readonly clauses: readonly ArgumentClause[];
}

export type ArgumentClause =
  | { readonly OrderBy: readonly OrderByExpr[] }
  | { readonly IgnoreOrRespectNulls: NullTreatment }
  | { readonly [other: string]: unknown };

export type FunctionArg =
  | { readonly Unnamed: FunctionArgExpr }
  | { readonly Named: { readonly name: Ident; readonly arg: FunctionArgExpr } }
  | { readonly ExprNamed: unknown };

export type FunctionArgExpr =
  | "Wildcard"
  | { readonly Expr: Expr }
  | { readonly QualifiedWildcard: ObjectName };

export interface WindowSpec {
  readonly window_name?: Ident | null;
  readonly partition_by: readonly Expr[];
  readonly order_by: readonly OrderByExpr[];
  readonly window_frame?: WindowFrameNode | null;
}

export interface WindowFrameNode {
  readonly units: "Rows" | "Range" | "Groups";
  readonly start_bound: FrameBoundNode;
  readonly end_bound?: FrameBoundNode | null;
}

export type FrameBoundNode =
  | "CurrentRow"
  | { readonly Preceding: Expr | null | undefined }
  | { readonly Following: Expr | null | undefined };

export interface OrderByExpr {
  readonly expr: Expr;
  readonly options: { readonly asc?: boolean | null; readonly nulls_first?: boolean | null };
}

export type AccessNode =
  | { readonly Dot: Expr }
  | {
      readonly Subscript:
        | { readonly Index: { readonly index: Expr } }
        | {
            readonly Slice: {
              readonly lower_bound?: Expr | null;
              readonly upper_bound?: Expr | null;
              readonly stride?: Expr | null;
            };
          };
    };

export type DataType = string | { readonly [name: string]: unknown };

export interface LikeNode {
  readonly negated: boolean;
  readonly any?: boolean;
  readonly expr: Expr;
  readonly pattern: Expr;
  readonly escape_char?: WithSpan<ValueNode> | null;
}

export interface ExprNodes {
  Identifier: Ident;
  CompoundIdentifier: readonly Ident[];
  Value: WithSpan<ValueNode>;
  Nested: Expr;
  BinaryOp: { readonly left: Expr; readonly op: string | object; readonly right: Expr };
  UnaryOp: { readonly op: string; readonly expr: Expr };
  IsNull: Expr;
  IsNotNull: Expr;
  IsTrue: Expr;
  IsNotTrue: Expr;
  IsFalse: Expr;
  IsNotFalse: Expr;
  IsUnknown: Expr;
  IsNotUnknown: Expr;
  IsDistinctFrom: readonly [Expr, Expr];
  IsNotDistinctFrom: readonly [Expr, Expr];
  InList: { readonly expr: Expr; readonly list: readonly Expr[]; readonly negated: boolean };
  InSubquery: { readonly expr: Expr; readonly subquery: Query; readonly negated: boolean };
  Between: { readonly expr: Expr; readonly negated: boolean; readonly low: Expr; readonly high: Expr };
  Like: LikeNode;
  ILike: LikeNode;
  SimilarTo: LikeNode;
  AnyOp: { readonly left: Expr; readonly compare_op: string; readonly right: Expr };
  AllOp: { readonly left: Expr; readonly compare_op: string; readonly right: Expr };
  Case: {
    readonly operand?: Expr | null;
    readonly conditions: readonly { readonly condition: Expr; readonly result: Expr }[];
    readonly else_result?: Expr | null;
  };
  Cast: { readonly kind: string; readonly expr: Expr; readonly data_type: DataType };
  TypedString: { readonly data_type: DataType; readonly value: WithSpan<ValueNode> };
  Interval: {
    readonly value: Expr;
    readonly leading_field?: string | object | null;
    readonly last_field?: unknown;
  };
  Extract: { readonly field: string | object; readonly expr: Expr };
  AtTimeZone: { readonly timestamp: Expr; readonly time_zone: Expr };
  Position: { readonly expr: Expr; readonly in: Expr };
  Substring: {
    readonly expr: Expr;
    readonly substring_from?: Expr | null;
    readonly substring_for?: Expr | null;
  };
  Trim: {
    readonly expr: Expr;
    readonly trim_where?: "Both" | "Leading" | "Trailing" | null;
    readonly trim_what?: Expr | null;
    readonly trim_characters?: readonly Expr[] | null;
  };
  Overlay: {
    readonly expr: Expr;
    readonly overlay_what: Expr;
    readonly overlay_from: Expr;
    readonly overlay_for?: Expr | null;
  };
  Ceil: { readonly expr: Expr; readonly field: unknown };
  Floor: { readonly expr: Expr; readonly field: unknown };
  Function: FunctionNode;
  Subquery: Query;
  Exists: { readonly subquery: Query; readonly negated: boolean };
  Tuple: readonly Expr[];
  Array: { readonly elem: readonly Expr[] };
  Struct: { readonly values: readonly Expr[] };
  Named: { readonly expr: Expr; readonly name: Ident };
  Dictionary: readonly { readonly key: Ident; readonly value: Expr }[];
  Map: { readonly entries: readonly { readonly key: Expr; readonly value: Expr }[] };
  CompoundFieldAccess: { readonly root: Expr; readonly access_chain: readonly AccessNode[] };
  Rollup: readonly (readonly Expr[])[];
  Cube: readonly (readonly Expr[])[];
  GroupingSets: readonly (readonly Expr[])[];
}

export type Expr = Tagged<ExprNodes>;

export interface TableAlias {
  readonly name: Ident;
  readonly columns: readonly { readonly name: Ident }[];
}

export interface TableFactorNodes {
  Table: {
    readonly name: ObjectName;
    readonly alias?: TableAlias | null;
    readonly args?: { readonly args: readonly FunctionArg[] } | null;
    readonly sample?: unknown;
    readonly version?: unknown;
  };
  Derived: { readonly lateral: boolean; readonly subquery: Query; readonly alias?: TableAlias | null };
  UNNEST: {
    readonly alias?: TableAlias | null;
    readonly array_exprs: readonly Expr[];
    readonly with_offset: boolean;
    readonly with_ordinality: boolean;
  };
  NestedJoin: { readonly table_with_joins: TableWithJoins; readonly alias?: TableAlias | null };
}

export type TableFactor = Tagged<TableFactorNodes>;

export interface TableWithJoins {
  readonly relation: TableFactor;
  readonly joins: readonly Join[];
}

export interface Join {
  readonly relation: TableFactor;
  readonly join_operator: string | { readonly [operator: string]: JoinConstraint };
}

export type JoinConstraint =
  | "None"
  | "Natural"
  | { readonly On: Expr }
  | { readonly Using: readonly ObjectName[] };

export interface WildcardOptions {
  readonly opt_ilike?: unknown;
  readonly opt_exclude?:
    | { readonly Single: ObjectName }
    | { readonly Multiple: readonly ObjectName[] }
    | null;
  readonly opt_except?: {
    readonly first_element: Ident;
    readonly additional_elements: readonly Ident[];
  } | null;
  readonly opt_replace?: {
    readonly items: readonly { readonly expr: Expr; readonly column_name: Ident }[];
  } | null;
  readonly opt_rename?: unknown;
}

export type SelectItem =
  | { readonly UnnamedExpr: Expr }
  | { readonly ExprWithAlias: { readonly expr: Expr; readonly alias: Ident } }
  | { readonly Wildcard: WildcardOptions }
  | { readonly QualifiedWildcard: readonly [{ readonly ObjectName: ObjectName } | object, WildcardOptions] };

export interface Select {
  readonly distinct?: "All" | "Distinct" | { readonly On: readonly Expr[] } | null;
  readonly top?: unknown;
  readonly into?: unknown;
  readonly projection: readonly SelectItem[];
  readonly from: readonly TableWithJoins[];
  readonly lateral_views: readonly unknown[];
  readonly connect_by?: unknown;
  readonly prewhere?: Expr | null;
  readonly selection?: Expr | null;
  readonly group_by:
    | { readonly Expressions: readonly [readonly Expr[], readonly unknown[]] }
    | { readonly All: unknown };
  readonly cluster_by: readonly unknown[];
  readonly distribute_by: readonly unknown[];
  readonly sort_by: readonly unknown[];
  readonly having?: Expr | null;
  readonly named_window: readonly (readonly [
    Ident,
    { readonly WindowSpec: WindowSpec } | { readonly NamedWindow: Ident },
  ])[];
  readonly qualify?: Expr | null;
  readonly value_table_mode?: unknown;
}

export type SetExpr =
  | { readonly Select: Select }
  | { readonly Query: Query }
  | { readonly Values: { readonly rows: readonly { readonly content: readonly Expr[] }[] } }
  | {
      readonly SetOperation: {
        readonly op: "Union" | "Except" | "Intersect" | "Minus";
        readonly set_quantifier: string;
        readonly left: SetExpr;
        readonly right: SetExpr;
      };
    };

export interface Query {
  readonly with?: {
    readonly recursive: boolean;
    readonly cte_tables: readonly { readonly alias: TableAlias; readonly query: Query }[];
  } | null;
  readonly body: SetExpr;
  readonly order_by?: {
    readonly kind: { readonly Expressions: readonly OrderByExpr[] } | { readonly All: unknown };
  } | null;
  readonly limit_clause?:
    | {
        readonly LimitOffset: {
          readonly limit?: Expr | null;
          readonly offset?: { readonly value: Expr } | null;
          readonly limit_by: readonly Expr[];
        };
      }
    | { readonly OffsetCommaLimit: { readonly offset: Expr; readonly limit: Expr } }
    | null;
  readonly fetch?: {
    readonly with_ties: boolean;
    readonly percent: boolean;
    readonly quantity?: Expr | null;
  } | null;
  readonly locks: readonly unknown[];
  readonly pipe_operators: readonly unknown[];
  readonly for_clause?: unknown;
}

/** A statement other than the ones below is known by its tag only. */
export type Statement = { readonly [tag: string]: unknown };

export interface ShowColumnsNode {
  readonly extended?: boolean;
  readonly full?: boolean;
  readonly show_options: { readonly show_in?: { readonly parent_name?: ObjectName | null } | null };
}

export interface ExplainNode {
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly statement: Statement;
}

/** The tag of a node and what it holds. */
export function nodeOf(tagged: string | object): readonly [tag: string, node: unknown] {
  if (typeof tagged === "string") return [tagged, undefined];
  const tag = Object.keys(tagged)[0] ?? "";
  return [tag, (tagged as { readonly [tag: string]: unknown })[tag]];
}
