import {
  type BoundExpr,
  type ColumnExpr,
  displayName,
  keyOf,
  mapChildren,
  mapQuery,
} from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type Expr, nodeOf, type Select } from "../parse/index.ts";
import { isSelector } from "./aggregate-calls.ts";
import { bindExpr, type ExprScope } from "./context.ts";
import { ordinalOf } from "./ordinals.ts";
import type { ProjectionItem } from "./projection.ts";

export interface Grouping {
  readonly groups: readonly BoundExpr[];
  readonly sets?: readonly (readonly number[])[];
}

/** GROUP BY: expressions, positions, aliases; ROLLUP, CUBE and GROUPING SETS. */
export function bindGrouping(
  clause: Select["group_by"],
  projection: readonly ProjectionItem[],
  scope: ExprScope,
): Grouping {
  if (!("Expressions" in clause)) throw notImplemented("GROUP BY ALL");
  const [exprs, modifiers] = clause.Expressions;
  if (modifiers.length > 0) throw notImplemented("WITH ROLLUP, WITH CUBE and WITH TOTALS");
  const collector = new GroupCollector(projection, scope);
  const alternatives = exprs.map((expr) => collector.alternatives(expr));
  if (alternatives.every((sets) => sets.length === 1)) return { groups: collector.groups };
  if (alternatives.reduce((n, sets) => n * sets.length, 1) > MAX_GROUPING_SETS) {
    throw planError(`GROUP BY has more than ${MAX_GROUPING_SETS} grouping sets`);
  }
  const product = alternatives.reduce<number[][]>(
    (sofar, sets) => sofar.flatMap((left) => sets.map((right) => [...new Set([...left, ...right])])),
    [[]],
  );
  return { groups: collector.groups, sets: product };
}

const MAX_GROUPING_SETS = 4096;

class GroupCollector {
  readonly groups: BoundExpr[] = [];
  private readonly positions = new Map<string, number>();
  private readonly projection: readonly ProjectionItem[];
  private readonly scope: ExprScope;

  constructor(projection: readonly ProjectionItem[], scope: ExprScope) {
    this.projection = projection;
    this.scope = scope;
  }

  /** The grouping sets one GROUP BY item stands for. */
  alternatives(expr: Expr): number[][] {
    const [tag, node] = nodeOf(expr);
    const lists = () =>
      (node as readonly (readonly Expr[])[]).map((list) => list.map((e) => this.position(e)));
    if (tag === "Rollup") return prefixes(lists());
    if (tag === "Cube") return subsets(lists());
    if (tag === "GroupingSets") return lists();
    if (tag === "Tuple") return [(node as readonly Expr[]).map((e) => this.position(e))];
    return [[this.position(expr)]];
  }

  private position(expr: Expr): number {
    const ordinal = ordinalOf(expr, this.projection.length);
    const bound = ordinal === undefined ? bindExpr(expr, this.scope) : this.projection[ordinal]!.expr;
    const key = keyOf(bound);
    const known = this.positions.get(key);
    if (known !== undefined) return known;
    this.positions.set(key, this.groups.length);
    return this.groups.push(bound) - 1;
  }
}

function prefixes(lists: readonly number[][]): number[][] {
  return Array.from({ length: lists.length + 1 }, (_, i) => lists.slice(0, lists.length - i).flat());
}

function subsets(lists: readonly number[][]): number[][] {
  if (lists.length > 12) throw planError("CUBE of more than 12 expressions");
  return Array.from({ length: 2 ** lists.length }, (_, mask) =>
    lists.filter((_, i) => (mask & (1 << (lists.length - 1 - i))) === 0).flat(),
  );
}

/** Rewrites expressions over the rows of FROM into expressions over the groups, collecting the aggregates. */
export class Lifter {
  readonly aggregates: BoundExpr[] = [];
  private readonly columns = new Map<string, ColumnExpr>();
  private readonly relation: number;
  private readonly groupCount: number;
  private readonly sources: ReadonlySet<number>;

  constructor(relation: number, groups: readonly BoundExpr[], sources: ReadonlySet<number>) {
    this.relation = relation;
    this.groupCount = groups.length;
    this.sources = sources;
    groups.forEach((group, i) => {
      this.columns.set(keyOf(group), this.reference(group, i));
    });
  }

  lift(expr: BoundExpr): BoundExpr {
    return this.rewrite(withReadField(expr), false);
  }

  private reference(expr: BoundExpr, index: number): ColumnExpr {
    const kind = expr.node === "column" ? expr.columnKind : undefined;
    return {
      node: "column",
      relation: this.relation,
      index,
      name: expr.node === "column" ? expr.name : displayName(expr),
      type: expr.type,
      nullable: true,
      ...(kind === undefined ? {} : { columnKind: kind }),
      ...(expr.node === "column" && expr.qualifier !== undefined ? { qualifier: expr.qualifier } : {}),
    };
  }

  /** Inside a subquery only groups are rewritten: its aggregates are its own. */
  private rewrite(expr: BoundExpr, nested: boolean): BoundExpr {
    const known = this.columns.get(keyOf(expr));
    if (known !== undefined) return { ...known, nullable: expr.nullable };
    if (!nested && (expr.node === "aggregate" || expr.node === "fill")) return this.collect(expr);
    if (expr.node === "column") {
      if (this.sources.has(expr.relation)) throw mustBeGrouped(expr);
      return expr;
    }
    if (expr.node === "inSubquery") {
      return {
        ...expr,
        expr: this.rewrite(withReadField(expr.expr), nested),
        query: mapQuery(expr.query, (e) => this.rewrite(e, true)),
      };
    }
    const inner = nested || expr.node === "subquery" || expr.node === "exists";
    return mapChildren(expr, (child) => this.rewrite(inner ? child : withReadField(child), inner));
  }

  private collect(aggregate: BoundExpr): ColumnExpr {
    if (aggregate.node === "fill") checkFill(aggregate.expr, aggregate.mode);
    const column = this.reference(aggregate, this.groupCount + this.aggregates.length);
    this.aggregates.push(aggregate);
    this.columns.set(keyOf(aggregate), column);
    return { ...column, nullable: aggregate.nullable };
  }
}

function checkFill(expr: BoundExpr, mode: string): void {
  if (expr.node !== "aggregate")
    throw planError(`${mode} must be called on an aggregate column in a gap-filling query`);
}

/** selector_max(…)['value'] reads one field: an aggregate of its own, cheaper than the struct. */
function withReadField(expr: BoundExpr): BoundExpr {
  if (expr.node === "fill") {
    const inner = withReadField(expr.expr);
    return inner === expr.expr ? expr : { ...expr, expr: inner };
  }
  if (expr.node !== "field" || !isSelector(expr.expr)) return expr;
  return { ...expr.expr, field: expr.field, type: expr.type };
}

function mustBeGrouped(column: ColumnExpr): Error {
  const name = displayName(column);
  return planError(
    `Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "${name}" must appear in the GROUP BY clause or must be part of an aggregate function`,
  );
}
